import { Link } from 'react-router';
import { useI18n } from '@/app/i18n';
import { SentimentMark } from '@/components/marks';
import styles from './Dashboard.module.css';
import { Panel } from './Panel';
import type { DashboardQuery } from './queries';

const kinds = ['positive', 'neutral', 'negative', 'unknown'] as const;
const fills = { positive: styles.fillGood, neutral: styles.fillNeutral, negative: styles.fillBad, unknown: styles.fillFaint };

export function SentimentPanel({ query, callsLink }: { query: DashboardQuery; callsLink(extra: Record<string, string>): string }) {
  const { t, fmt } = useI18n();
  return (
    <Panel
      title={t('dashboard.sentiment')}
      query={query}
      lines={4}
      className={styles.sentiment}
      isEmpty={({ sentiment }) => kinds.every((kind) => sentiment[kind] === 0)}
    >
      {({ sentiment }) => {
        const total = kinds.reduce((sum, kind) => sum + sentiment[kind], 0);
        return (
          <ul className={styles.bars}>
            {kinds.map((kind) => {
              const percent = Math.round((sentiment[kind] / total) * 100);
              const label = kind === 'unknown' ? <span className={styles.dim}>{t('sentiment.unknown')}</span> : <SentimentMark sentiment={kind} />;
              return (
                <li key={kind} className={styles.bar}>
                  <span className={styles.barHead}>
                    {kind === 'unknown' ? (
                      label
                    ) : (
                      <Link to={callsLink({ sentiment: kind })} className={styles.barLink}>
                        {label}
                      </Link>
                    )}
                    <span className="tabular">
                      {fmt.number(sentiment[kind])} <span className={styles.dim}>· {fmt.percent(percent)}</span>
                    </span>
                  </span>
                  <span className={styles.barTrack} aria-hidden>
                    <span className={`${styles.barFill} ${fills[kind]}`} style={{ width: `${percent}%` }} />
                  </span>
                </li>
              );
            })}
          </ul>
        );
      }}
    </Panel>
  );
}
