import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, tenant, unwrap } from '@/api/api';

export type Checklist = Schemas['Checklist'];

export function useChecklists(enabled = true) {
  return useQuery({
    queryKey: ['checklists'],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/checklists', { params: { query: { limit: 200 } }, signal })),
    enabled,
  });
}

export function useChecklist(id: string | null) {
  return useQuery({
    queryKey: ['checklists', id],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/checklists/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null,
  });
}

type ChecklistChange =
  | { kind: 'create'; body: Schemas['ChecklistCreate'] }
  | { kind: 'update'; id: string; body: Schemas['ChecklistPatch'] }
  | { kind: 'activate'; id: string }
  | { kind: 'delete'; id: string };

export function useChangeChecklist() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: ChecklistChange): Promise<void> => {
      if (change.kind === 'create') {
        await unwrap(tenant.POST('/api/v1/checklists', { body: change.body }));
        return;
      }
      const params = { path: { id: change.id } };
      if (change.kind === 'update') await unwrap(tenant.PATCH('/api/v1/checklists/{id}', { params, body: change.body }));
      else if (change.kind === 'activate') await unwrap(tenant.POST('/api/v1/checklists/{id}/activate', { params }));
      else await unwrap(tenant.DELETE('/api/v1/checklists/{id}', { params }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['checklists'] }),
  });
}
