// The row of numbers, each with its change against the period before and, where days tell a story, a sparkline.
import { Skeleton } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useI18n } from '@/app/i18n';
import { ErrorNote } from '@/components/ErrorNote';
import { duration } from '@/util/format';
import type { MessageKey } from '@/util/i18n';
import styles from './Dashboard.module.css';
import type { Dashboard, DashboardQuery } from './queries';
import { Sparkline } from './Sparkline';

interface Figure {
  label: MessageKey;
  value: string;
  now: number | null;
  before: number | null;
  /** Whether more is better (1), worse (-1) or neither (0). */
  better: 1 | -1 | 0;
  /** "points" changes are differences of percentages; others are relative. */
  points?: boolean;
  spark?: (number | null)[];
  to?: string;
}

const share = (part: number, whole: number) => (whole > 0 ? (part / whole) * 100 : null);

export function Numbers({ query, callsLink }: { query: DashboardQuery; callsLink(extra: Record<string, string>): string }) {
  const { t, fmt } = useI18n();
  if (!query.data) {
    if (query.error) return <div className={styles.numbersError}><ErrorNote error={query.error} onRetry={() => void query.refetch()} /></div>;
    return (
      <div className={styles.numbers} role="status" aria-label={t('common.loading')}>
        {Array.from({ length: 6 }, (_, index) => (
          <div key={index} className={styles.number}>
            <Skeleton height={12} width="60%" radius="sm" />
            <Skeleton height={24} width="40%" radius="sm" mt={8} />
            <Skeleton height={12} width="80%" radius="sm" mt={8} />
          </div>
        ))}
      </div>
    );
  }
  return (
    <dl className={styles.numbers}>
      {figures(query.data, fmt, callsLink).map((figure) => (
        <Number key={figure.label} {...figure} />
      ))}
    </dl>
  );
}

function figures({ totals, previous, daily }: Dashboard, fmt: ReturnType<typeof useI18n>['fmt'], callsLink: (extra: Record<string, string>) => string): Figure[] {
  const speech = totals.operator_speech_ms + totals.customer_speech_ms;
  const speechBefore = previous.operator_speech_ms + previous.customer_speech_ms;
  const talk = share(totals.operator_speech_ms, speech);
  return [
    {
      label: 'dashboard.calls',
      value: fmt.number(totals.calls),
      now: totals.calls,
      before: previous.calls,
      better: 0,
      spark: daily.map((day) => day.calls),
      to: callsLink({}),
    },
    {
      label: 'dashboard.avgScore',
      value: fmt.number(totals.avg_score, 1),
      now: totals.avg_score,
      before: previous.avg_score,
      better: 1,
      points: true,
      spark: daily.map((day) => day.avg_score),
    },
    {
      label: 'dashboard.avgDuration',
      value: duration(totals.avg_duration_ms),
      now: totals.avg_duration_ms,
      before: previous.avg_duration_ms,
      better: 0,
    },
    {
      label: 'dashboard.answerDelay',
      value: fmt.seconds(totals.avg_operator_answer_delay_ms),
      now: totals.avg_operator_answer_delay_ms,
      before: previous.avg_operator_answer_delay_ms,
      better: -1,
    },
    {
      label: 'dashboard.operatorTalk',
      value: talk === null ? '–' : fmt.percent(Math.round(talk)),
      now: talk,
      before: share(previous.operator_speech_ms, speechBefore),
      better: 0,
      points: true,
    },
    {
      label: 'dashboard.failed',
      value: fmt.number(totals.failed),
      now: totals.failed,
      before: previous.failed,
      better: -1,
      to: callsLink({ status: 'FAILED' }),
    },
  ];
}

function Number({ label, value, now, before, better, points, spark, to }: Figure) {
  const { t } = useI18n();
  return (
    <div className={styles.number}>
      <dt className={styles.numberLabel}>{to ? <Link to={to}>{t(label)}</Link> : t(label)}</dt>
      <dd className={styles.numberValue}>{value}</dd>
      <dd className={styles.numberChange}>
        <Change now={now} before={before} better={better} points={points ?? false} />
        {spark && <Sparkline values={spark} />}
      </dd>
    </div>
  );
}

function Change({ now, before, better, points }: { now: number | null; before: number | null; better: 1 | -1 | 0; points: boolean }) {
  const { t, fmt } = useI18n();
  if (now === null || before === null || (before === 0 && !points)) return <span className={styles.dim}>{t('dashboard.noComparison')}</span>;
  const change = points ? now - before : ((now - before) / before) * 100;
  const rounded = Math.round(change * 10) / 10;
  if (rounded === 0) return <span className={styles.dim}>{t('dashboard.noChange')}</span>;
  const up = rounded > 0;
  const verdict = better === 0 ? undefined : up === better > 0 ? styles.better : styles.worse;
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight;
  const text = points ? t('dashboard.points', { value: fmt.signed(rounded, 1) }) : `${fmt.signed(rounded, Math.abs(rounded) < 10 ? 1 : 0)}%`;
  return (
    <span className={verdict ?? styles.dim} title={t('dashboard.versusPrevious')}>
      <Arrow size={14} aria-hidden />
      {text}
      <span className="visually-hidden"> {t('dashboard.versusPrevious')}</span>
    </span>
  );
}
