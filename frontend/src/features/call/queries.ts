import { useQuery } from '@tanstack/react-query';
import { type Schemas, tenant, unwrap } from '@/api/api';

export type Transcript = Schemas['Transcript'];
export type Waveform = Schemas['Waveform'];

// Both change only when the call is analysed again; the page then reads them by a new key.
export function useTranscript(id: string, analysedAt: string | undefined) {
  return useQuery({
    queryKey: ['records', id, 'transcript', analysedAt],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/records/{id}/transcript', { params: { path: { id } }, signal })),
    enabled: analysedAt !== undefined,
    staleTime: Infinity,
  });
}

export function useWaveform(id: string, analysedAt: string | undefined) {
  return useQuery({
    queryKey: ['records', id, 'waveform', analysedAt],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/records/{id}/waveform', { params: { path: { id } }, signal })),
    enabled: analysedAt !== undefined,
    staleTime: Infinity,
  });
}
