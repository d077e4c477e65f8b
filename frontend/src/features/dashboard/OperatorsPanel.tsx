import { useI18n } from '@/app/i18n';
import { ScorePill } from '@/components/marks';
import { duration } from '@/util/format';
import styles from './Dashboard.module.css';
import { Panel } from './Panel';
import type { Dashboard, DashboardQuery } from './queries';

type Row = Dashboard['operators'][number];

interface Props {
  query: DashboardQuery;
  chosen: string | undefined;
  onChoose(id: string): void;
}

/** Who took the calls. A row narrows the page to that operator, and again widens it. */
export function OperatorsPanel({ query, chosen, onChoose }: Props) {
  const { t, fmt } = useI18n();
  return (
    <Panel title={t('dashboard.operators')} query={query} lines={6} className={styles.operators} isEmpty={({ operators }) => operators.length === 0}>
      {({ operators }) => (
        <div className={styles.scroller}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('calls.operator')}</th>
                <th scope="col" className={styles.num}>
                  {t('dashboard.calls')}
                </th>
                <th scope="col" className={styles.num}>
                  {t('calls.score')}
                </th>
                <th scope="col" className={`${styles.num} ${styles.wide}`}>
                  {t('dashboard.talked')}
                </th>
                <th scope="col" className={`${styles.num} ${styles.wide}`}>
                  {t('dashboard.answerDelay')}
                </th>
                <th scope="col">{t('calls.sentiment')}</th>
              </tr>
            </thead>
            <tbody>
              {operators.map((row) => (
                <tr key={row.id ?? 'nobody'} className={row.id && row.id === chosen ? styles.chosen : undefined}>
                  <th scope="row">
                    {row.id ? (
                      <button type="button" className={styles.rowButton} aria-pressed={row.id === chosen} onClick={() => onChoose(row.id as string)}>
                        <span className={styles.dim}>{row.code}</span> {row.name}
                      </button>
                    ) : (
                      <span className={styles.dim}>{t('dashboard.nobody')}</span>
                    )}
                  </th>
                  <td className={styles.num}>{fmt.number(row.calls)}</td>
                  <td className={styles.num}>
                    <ScorePill score={row.avg_score} />
                  </td>
                  <td className={`${styles.num} ${styles.wide}`}>{duration(row.duration_ms)}</td>
                  <td className={`${styles.num} ${styles.wide}`}>{fmt.seconds(row.avg_operator_answer_delay_ms)}</td>
                  <td>
                    <Split row={row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Split({ row }: { row: Row }) {
  const { t, fmt } = useI18n();
  const known = row.positive + row.neutral + row.negative;
  if (known === 0) return <span className={styles.dim}>–</span>;
  const parts = (['negative', 'neutral', 'positive'] as const).filter((kind) => row[kind] > 0);
  const label = parts.map((kind) => `${t(`sentiment.${kind}`)} ${fmt.number(row[kind])}`).join(', ');
  const fills = { positive: styles.fillGood, neutral: styles.fillNeutral, negative: styles.fillBad };
  return (
    <span className={styles.split} role="img" aria-label={label} title={label}>
      {parts.map((kind) => (
        <span key={kind} className={fills[kind]} style={{ flexGrow: row[kind] }} />
      ))}
    </span>
  );
}
