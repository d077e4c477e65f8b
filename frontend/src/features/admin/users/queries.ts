// Accounts: who may use the company. Keys mirror the API's paths.
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type Schemas, tenant, unwrap } from '@/api/api';

export type Account = Schemas['Account'];

export interface AccountFilter {
  q?: string | undefined;
  role?: Schemas['Role'] | undefined;
  status?: Schemas['AccountStatus'] | undefined;
}

export function useAccounts(filter: AccountFilter) {
  return useInfiniteQuery({
    queryKey: ['accounts', filter],
    queryFn: ({ signal, pageParam }) => unwrap(tenant.GET('/api/v1/accounts', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** One change of an account; what comes back of it is the account, or a link that is shown once. */
export type AccountChange =
  | { kind: 'update'; id: string; body: Schemas['AccountPatch'] }
  | { kind: 'permissions'; id: string; body: Schemas['AccountPermissions'] }
  | { kind: 'block'; id: string; reason: string }
  | { kind: 'unblock'; id: string }
  | { kind: 'transfer'; id: string; body: Schemas['AccountTransfer'] }
  | { kind: 'delete'; id: string };

export function useChangeAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: AccountChange): Promise<Account | undefined> => {
      const params = { path: { id: change.id } };
      switch (change.kind) {
        case 'update':
          return unwrap(tenant.PATCH('/api/v1/accounts/{id}', { params, body: change.body }));
        case 'permissions':
          return unwrap(tenant.PUT('/api/v1/accounts/{id}/permissions', { params, body: change.body }));
        case 'block':
          return unwrap(tenant.POST('/api/v1/accounts/{id}/block', { params, body: change.reason ? { reason: change.reason } : {} }));
        case 'unblock':
          return unwrap(tenant.POST('/api/v1/accounts/{id}/unblock', { params }));
        case 'transfer':
          return unwrap(tenant.POST('/api/v1/accounts/{id}/transfer', { params, body: change.body }));
        case 'delete':
          await unwrap(tenant.DELETE('/api/v1/accounts/{id}', { params }));
          return undefined;
      }
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}

/** Where somebody came from, newest first. */
export function useTransfers(id: string) {
  return useInfiniteQuery({
    queryKey: ['accounts', id, 'transfers'],
    queryFn: ({ signal, pageParam }) =>
      unwrap(tenant.GET('/api/v1/accounts/{id}/transfers', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['AccountInvite']) => unwrap(tenant.POST('/api/v1/accounts/invite', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}

/** A new link for somebody who is there already: another invitation, or another password. */
export function useNewLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, purpose }: { id: string; purpose: 'invitation' | 'reset' }) => {
      const params = { path: { id } };
      return purpose === 'invitation'
        ? unwrap(tenant.POST('/api/v1/accounts/{id}/invite', { params }))
        : unwrap(tenant.POST('/api/v1/accounts/{id}/reset-password', { params }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}

/** The address that is handed over. What follows the # stays in the browser: no server and no log sees it. */
export function linkAddress(purpose: 'invitation' | 'reset', token: string): string {
  return `${window.location.origin}/${purpose === 'invitation' ? 'invitation' : 'reset-password'}#${token}`;
}
