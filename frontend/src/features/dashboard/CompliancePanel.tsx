import { useState } from 'react';
import { Button } from '@mantine/core';
import { useI18n } from '@/app/i18n';
import { scoreBand } from '@/components/marks';
import styles from './Dashboard.module.css';
import { Panel } from './Panel';
import type { DashboardQuery } from './queries';

const fills = { good: styles.fillGood, mid: styles.fillMid, bad: styles.fillBad, none: styles.fillFaint };
const shownAtFirst = 8;

/** Each question's share of "yes", the worst first, as the server orders them. */
export function CompliancePanel({ query }: { query: DashboardQuery }) {
  const { t, fmt } = useI18n();
  const [all, setAll] = useState(false);
  return (
    <Panel title={t('dashboard.compliance')} query={query} lines={8} className={styles.compliance} isEmpty={({ compliance }) => compliance.length === 0}>
      {({ compliance }) => (
        <>
          <ul className={styles.bars}>
            {(all ? compliance : compliance.slice(0, shownAtFirst)).map((question) => (
              <li key={question.question_id} className={styles.bar}>
                <span className={styles.barHead}>
                  <span className={styles.barText} title={question.segment}>
                    {question.text}
                  </span>
                  <span className="tabular">{question.rate === null ? '–' : fmt.percent(Math.round(question.rate))}</span>
                </span>
                <span className={styles.barTrack} aria-hidden>
                  <span className={`${styles.barFill} ${fills[scoreBand(question.rate)]}`} style={{ width: `${question.rate ?? 0}%` }} />
                </span>
                <span className={styles.barNote}>
                  {t('dashboard.complianceCounts', { yes: question.yes, no: question.no })}
                  {question.needs_review > 0 && ` · ${t('dashboard.complianceReview', { count: question.needs_review })}`}
                </span>
              </li>
            ))}
          </ul>
          {compliance.length > shownAtFirst && (
            <Button variant="subtle" size="compact-sm" mt={8} onClick={() => setAll(!all)} aria-expanded={all}>
              {all ? t('common.showLess') : t('common.showAll', { count: compliance.length })}
            </Button>
          )}
        </>
      )}
    </Panel>
  );
}
