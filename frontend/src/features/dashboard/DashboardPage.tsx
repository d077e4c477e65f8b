// The morning look: numbers, days, operators, what goes wrong. Every bar and row narrows the page or opens the calls
// behind it; what is chosen is the address.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { FilterChip } from '@/components/FilterChip';
import { PageHead } from '@/components/PageHead';
import { PeriodChip } from '@/components/PeriodChip';
import { callTypes, readFilters, withFilters } from '@/features/calls/filters';
import { OperatorChip } from '@/features/operators/OperatorChip';
import { preset, today } from '@/util/period';
import { CompliancePanel } from './CompliancePanel';
import styles from './Dashboard.module.css';
import { DailyPanel } from './DailyPanel';
import { NamedPanel } from './NamedPanel';
import { Numbers } from './Numbers';
import { OperatorsPanel } from './OperatorsPanel';
import { type DashboardFilters, useDashboard } from './queries';
import { SentimentPanel } from './SentimentPanel';

export default function DashboardPage() {
  const { t } = useI18n();
  const { company } = useSession();
  const [search, setSearch] = useSearchParams();

  const filters = useMemo<DashboardFilters>(() => {
    const { start, end, operator_id, call_type } = readFilters(search);
    const period = start && end && start <= end ? { start, end } : preset('days30', today(company?.timezone));
    return { ...period, operator_id, call_type };
  }, [search, company?.timezone]);
  const dashboard = useDashboard(filters);

  const set = (change: Partial<Record<keyof DashboardFilters, string | undefined>>) => setSearch(withFilters(search, change));
  /** The calls behind a number: this page's filters and one more. */
  const callsLink = (extra: Record<string, string>) => {
    const params = new URLSearchParams({ start: filters.start, end: filters.end });
    if (filters.operator_id) params.set('operator_id', filters.operator_id);
    if (filters.call_type) params.set('call_type', filters.call_type);
    for (const [name, value] of Object.entries(extra)) params.set(name, value);
    return `/calls?${params.toString()}`;
  };

  return (
    <div>
      <PageHead title={t('nav.dashboard')}>
        <PeriodChip start={filters.start} end={filters.end} onChange={(start, end) => set({ start, end })} />
        <OperatorChip value={filters.operator_id} onChange={(operator_id) => set({ operator_id })} />
        <FilterChip
          label={t('calls.direction')}
          value={filters.call_type}
          options={callTypes.map((value) => ({ value, label: t(`callType.${value}`) }))}
          onChange={(call_type) => set({ call_type })}
        />
      </PageHead>
      <div className={dashboard.isPlaceholderData ? `${styles.grid} ${styles.stale}` : styles.grid} aria-busy={dashboard.isFetching}>
        <Numbers query={dashboard} callsLink={callsLink} />
        <DailyPanel query={dashboard} onDay={(day) => set({ start: day, end: day })} />
        <SentimentPanel query={dashboard} callsLink={callsLink} />
        <OperatorsPanel
          query={dashboard}
          chosen={filters.operator_id}
          onChoose={(id) => set({ operator_id: id === filters.operator_id ? undefined : id })}
        />
        <CompliancePanel query={dashboard} callsLink={callsLink} />
        <NamedPanel query={dashboard} field="purposes" title="dashboard.purposes" link={(name) => callsLink({ call_purpose: name })} />
        <NamedPanel query={dashboard} field="sources" title="dashboard.sources" link={(name) => callsLink({ lead_source: name })} />
        <NamedPanel query={dashboard} field="interests" title="dashboard.interests" link={(name) => callsLink({ interest: name })} />
      </div>
    </div>
  );
}
