// What is one's own: sessions, API tokens, the second factor. Never asked in the name of a company.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { platform, type Schemas, unwrap } from '@/api/api';

export function useSessions() {
  return useQuery({ queryKey: ['me', 'sessions'], queryFn: ({ signal }) => unwrap(platform.GET('/api/v1/me/sessions', { params: { query: { limit: 100 } }, signal })) });
}

export function useSecurityEvents() {
  return useQuery({ queryKey: ['me', 'events'], queryFn: ({ signal }) => unwrap(platform.GET('/api/v1/me/security-events', { signal })) });
}

/** Ends one session, or all but this one. */
export function useEndSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, password }: { id: string | 'others'; password: string }): Promise<void> => {
      const body = { password };
      if (id === 'others') await unwrap(platform.DELETE('/api/v1/me/sessions', { body }));
      else await unwrap(platform.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['me', 'sessions'] }),
  });
}

export function useTokens() {
  return useQuery({ queryKey: ['me', 'tokens'], queryFn: ({ signal }) => unwrap(platform.GET('/api/v1/me/tokens', { signal })) });
}

export function useMakeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['ApiTokenCreate']) => unwrap(platform.POST('/api/v1/me/tokens', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['me', 'tokens'] }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string): Promise<void> => {
      await unwrap(platform.DELETE('/api/v1/me/tokens/{id}', { params: { path: { id } } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['me', 'tokens'] }),
  });
}

export function useTotp() {
  return useQuery({ queryKey: ['me', 'totp'], queryFn: ({ signal }) => unwrap(platform.GET('/api/v1/me/totp', { signal })) });
}

export type TotpStep =
  | { kind: 'begin'; password: string }
  | { kind: 'confirm'; code: string }
  | { kind: 'codes'; password: string }
  | { kind: 'end'; password: string; code: string };

/** What a step gives: the secret to scan, the recovery codes, or nothing. */
export interface TotpAnswer {
  uri?: string;
  secret?: string;
  recovery_codes?: string[];
}

export function useTotpStep() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (step: TotpStep): Promise<TotpAnswer> => {
      switch (step.kind) {
        case 'begin':
          return unwrap(platform.POST('/api/v1/me/totp', { body: { password: step.password } }));
        case 'confirm':
          return unwrap(platform.POST('/api/v1/me/totp/confirm', { body: { code: step.code } }));
        case 'codes':
          return unwrap(platform.POST('/api/v1/me/totp/recovery-codes', { body: { password: step.password } }));
        case 'end':
          await unwrap(platform.DELETE('/api/v1/me/totp', { body: { password: step.password, code: step.code } }));
          return {};
      }
    },
    onSuccess: (_, step) => (step.kind === 'begin' ? undefined : client.invalidateQueries({ queryKey: ['me'] })),
  });
}
