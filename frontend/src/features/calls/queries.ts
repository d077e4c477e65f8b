// Calls: the list by filters, and one call. Live events patch both caches; polling takes over where there are none.
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, tenant, unwrap } from '@/api/api';
import type { RecordFilters } from './filters';
import { useLive } from './live';

export type CallBrief = Schemas['RecordBrief'];
export type Call = Schemas['Record'];
export type RecordPages = InfiniteData<Schemas['RecordList'], string | undefined>;

export function isRunning(status: Schemas['RecordStatus']): boolean {
  return status !== 'COMPLETED' && status !== 'FAILED';
}

export function useRecords(filters: RecordFilters) {
  const { state } = useLive();
  return useInfiniteQuery({
    queryKey: ['records', 'list', filters],
    queryFn: ({ signal, pageParam }) =>
      unwrap(tenant.GET('/api/v1/records', { params: { query: { ...filters, limit: 100, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      const running = query.state.data?.pages.some((page) => page.items.some((item) => isRunning(item.status)));
      if (!running) return false;
      return state === 'live' ? 20_000 : 2_500;
    },
  });
}

export function useRecord(id: string) {
  const { state } = useLive();
  return useQuery({
    queryKey: ['records', id],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/records/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => {
      if (!query.state.data || !isRunning(query.state.data.status)) return false;
      return state === 'live' ? 10_000 : 2_000;
    },
  });
}

type RecordChange =
  | { kind: 'update'; id: string; body: Schemas['RecordPatch'] }
  | { kind: 'reprocess'; id: string }
  | { kind: 'delete'; id: string };

export function useChangeRecord() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: RecordChange): Promise<void> => {
      const params = { path: { id: change.id } };
      if (change.kind === 'delete') {
        await unwrap(tenant.DELETE('/api/v1/records/{id}', { params }));
        return;
      }
      const record =
        change.kind === 'update'
          ? await unwrap(tenant.PATCH('/api/v1/records/{id}', { params, body: change.body }))
          : await unwrap(tenant.POST('/api/v1/records/{id}/reprocess', { params }));
      client.setQueryData(['records', change.id], record);
    },
    onSuccess: async (_, change) => {
      if (change.kind === 'delete') client.removeQueries({ queryKey: ['records', change.id] });
      await client.invalidateQueries({ queryKey: ['records', 'list'] });
      await client.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}
