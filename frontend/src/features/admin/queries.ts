// Data of the company's own affairs: balance, ledger, settings, companies. Keys mirror the API's paths.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { platform, type Schemas, tenant, unwrap } from '@/api/api';

export function useBalance(enabled = true) {
  return useQuery({
    queryKey: ['balance'],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/balance', { signal })),
    enabled,
    refetchInterval: 60_000,
  });
}

export function useTransactions(type: Schemas['TransactionType'] | undefined, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['transactions', { type }],
    queryFn: ({ signal, pageParam }) =>
      unwrap(tenant.GET('/api/v1/transactions', { params: { query: { type, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useSettings(enabled = true) {
  return useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/settings', { signal })),
    enabled,
  });
}

export function useSaveSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['SettingsPatch']) => unwrap(tenant.PATCH('/api/v1/settings', { body })),
    onSuccess: (settings) => {
      client.setQueryData(['settings'], settings);
      void client.invalidateQueries({ queryKey: ['me'] });
      void client.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}

/** The first two hundred by name; `q` finds the others. */
export function useCompanies(enabled = true, q?: string) {
  return useQuery({
    queryKey: q ? ['companies', { q }] : ['companies'],
    queryFn: ({ signal }) => unwrap(platform.GET('/api/v1/companies', { params: { query: { limit: 200, q } }, signal })),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** One company; null asks for none. */
export function useCompany(id: string | null) {
  return useQuery({
    queryKey: ['companies', id],
    queryFn: ({ signal }) => unwrap(platform.GET('/api/v1/companies/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null,
  });
}

type CompanyChange =
  | { kind: 'create'; body: Schemas['CompanyCreate'] }
  | { kind: 'update'; id: string; body: Schemas['CompanyPatch'] }
  | { kind: 'block'; id: string; reason: string }
  | { kind: 'unblock'; id: string }
  | { kind: 'topup'; id: string; key: string; body: Schemas['TopUp'] };

export function useChangeCompany() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: CompanyChange): Promise<void> => {
      if (change.kind === 'create') {
        await unwrap(platform.POST('/api/v1/companies', { body: change.body }));
        return;
      }
      const params = { path: { id: change.id } };
      switch (change.kind) {
        case 'update':
          await unwrap(platform.PATCH('/api/v1/companies/{id}', { params, body: change.body }));
          return;
        case 'block':
          await unwrap(platform.POST('/api/v1/companies/{id}/block', { params, body: change.reason ? { reason: change.reason } : {} }));
          return;
        case 'unblock':
          await unwrap(platform.POST('/api/v1/companies/{id}/unblock', { params }));
          return;
        case 'topup': {
          const header = { 'Idempotency-Key': change.key };
          await unwrap(platform.POST('/api/v1/companies/{id}/topup', { params: { ...params, header }, body: change.body }));
        }
      }
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['companies'] });
      await client.invalidateQueries({ queryKey: ['balance'] });
      await client.invalidateQueries({ queryKey: ['transactions'] });
    },
  });
}
