import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { platform, type Schemas, tenant, unwrap } from '@/api/api';

export type Operator = Schemas['Operator'];

/** How an operator is named where one is chosen. */
export const operatorLabel = ({ code, name }: Operator) => `${code} ${name}`;

/** All operators, by code, of another company where one is named: a call centre has hundreds at most, so pages are joined here. */
export function useOperators(enabled = true, company?: string) {
  const client = company ? platform : tenant;
  return useQuery({
    queryKey: company ? ['operators', { company }] : ['operators'],
    queryFn: async ({ signal }) => {
      const items: Operator[] = [];
      let cursor: string | undefined;
      do {
        const page = await unwrap(client.GET('/api/v1/operators', { params: { query: { limit: 200, cursor, company_id: company } }, signal }));
        items.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return items;
    },
    staleTime: 60_000,
    enabled,
  });
}

type OperatorChange =
  | { kind: 'create'; body: Schemas['OperatorCreate'] }
  | { kind: 'update'; id: string; body: Schemas['OperatorPatch'] }
  | { kind: 'delete'; id: string };

export function useChangeOperator() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: OperatorChange): Promise<void> => {
      if (change.kind === 'create') await unwrap(tenant.POST('/api/v1/operators', { body: change.body }));
      else if (change.kind === 'update') {
        await unwrap(tenant.PATCH('/api/v1/operators/{id}', { params: { path: { id: change.id } }, body: change.body }));
      } else await unwrap(tenant.DELETE('/api/v1/operators/{id}', { params: { path: { id: change.id } } }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['operators'] });
      await client.invalidateQueries({ queryKey: ['dashboard'] });
      await client.invalidateQueries({ queryKey: ['records'] });
    },
  });
}
