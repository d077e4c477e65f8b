import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type Schemas, tenant, unwrap } from '@/api/api';
import type { Period } from '@/util/period';

export type Dashboard = Schemas['Dashboard'];

export interface DashboardFilters extends Period {
  operator_id?: string | undefined;
  call_type?: Schemas['CallType'] | undefined;
}

export function useDashboard(filters: DashboardFilters) {
  return useQuery({
    queryKey: ['dashboard', filters],
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/dashboard', { params: { query: filters }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}

export type DashboardQuery = ReturnType<typeof useDashboard>;
