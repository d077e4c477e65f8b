import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useI18n } from '@/app/i18n';
import styles from './Dashboard.module.css';
import { Panel } from './Panel';
import type { DashboardQuery } from './queries';

const DailyChart = lazy(() => import('./DailyChart'));

/** Calls per day, stacked by the conversation's sentiment. A day's bar narrows the page to that day. */
export function DailyPanel({ query, onDay }: { query: DashboardQuery; onDay(day: string): void }) {
  const { t } = useI18n();
  return (
    <Panel
      title={t('dashboard.daily')}
      query={query}
      lines={8}
      className={styles.daily}
      isEmpty={({ totals }) => totals.calls === 0}
    >
      {({ daily }) => (
        <Suspense fallback={<Skeleton height={282} radius="sm" />}>
          <DailyChart days={daily} onDay={onDay} />
        </Suspense>
      )}
    </Panel>
  );
}
