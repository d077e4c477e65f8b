import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import { useI18n } from '@/app/i18n';
import styles from './Dashboard.module.css';
import type { Dashboard } from './queries';

type Day = Dashboard['daily'][number];
const series = ['negative', 'neutral', 'positive', 'unknown'] as const;
const fills = {
  negative: 'var(--bad-fill)',
  neutral: 'var(--neutral-fill)',
  positive: 'var(--good-fill)',
  unknown: 'var(--line)',
};

export default function DailyChart({ days, onDay }: { days: Day[]; onDay(day: string): void }) {
  const { t, fmt } = useI18n();
  const day = (date: string) => fmt.day(`${date}T12:00:00Z`);
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return (
    <div>
      <ul className={styles.legend}>
        {series.map((name) => (
          <li key={name}>
            <svg width={10} height={10} aria-hidden>
              <rect width={10} height={10} rx={2} fill={fills[name]} />
            </svg>
            {t(`sentiment.${name}`)}
          </li>
        ))}
      </ul>
      <div className={styles.chart} aria-hidden>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart
            data={days}
            margin={{ top: 4, right: 0, bottom: 0, left: -20 }}
            accessibilityLayer={false}
            onClick={(state) => {
              const label = state.activeLabel;
              if (typeof label === 'string' && days.length > 1) onDay(label);
            }}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="date" tickFormatter={day} tickLine={false} axisLine={false} minTickGap={24} tick={{ fill: 'var(--ink-2)', fontSize: 12 }} />
            <YAxis allowDecimals={false} tickLine={false} axisLine={false} tick={{ fill: 'var(--ink-2)', fontSize: 12 }} />
            <Tooltip cursor={{ fill: 'var(--surface-2)' }} isAnimationActive={false} content={(props) => <DayTooltip {...props} day={day} />} />
            {series.map((name) => (
              <Bar key={name} dataKey={name} stackId="calls" fill={fills[name]} maxBarSize={36} isAnimationActive={!calm} animationDuration={300} />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <DayTable days={days} day={day} />
    </div>
  );
}

function DayTooltip({ active, payload, day }: TooltipContentProps & { day(date: string): string }) {
  const { t, fmt } = useI18n();
  const entry = payload[0]?.payload as Day | undefined;
  if (!active || !entry) return null;
  return (
    <div className={styles.tooltip}>
      <strong>{day(entry.date)}</strong>
      <dl>
        <dt>{t('dashboard.calls')}</dt>
        <dd>{fmt.number(entry.calls)}</dd>
        {series.map((name) => (
          <div key={name} className={styles.tooltipRow}>
            <dt>
              <svg width={8} height={8} aria-hidden>
                <rect width={8} height={8} rx={2} fill={fills[name]} />
              </svg>
              {t(`sentiment.${name}`)}
            </dt>
            <dd>{fmt.number(entry[name])}</dd>
          </div>
        ))}
        <dt>{t('dashboard.avgScore')}</dt>
        <dd>{fmt.number(entry.avg_score, 1)}</dd>
      </dl>
    </div>
  );
}

/** The same figures for a reader that cannot see bars. */
function DayTable({ days, day }: { days: Day[]; day(date: string): string }) {
  const { t, fmt } = useI18n();
  return (
    // A table is never narrower than its words, so a box around it does the hiding.
    <div className="visually-hidden">
      <table>
        <caption>{t('dashboard.daily')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('dashboard.day')}</th>
            <th scope="col">{t('dashboard.calls')}</th>
            {series.map((name) => (
              <th key={name} scope="col">
                {t(`sentiment.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((entry) => (
            <tr key={entry.date}>
              <th scope="row">{day(entry.date)}</th>
              <td>{fmt.number(entry.calls)}</td>
              {series.map((name) => (
                <td key={name}>{fmt.number(entry[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
