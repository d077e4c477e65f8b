import { Fragment, useState } from 'react';
import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useI18n } from '@/app/i18n';
import { scoreBand } from '@/components/marks';
import type { MessageKey } from '@/util/i18n';
import styles from './Dashboard.module.css';
import { Panel } from './Panel';
import type { DashboardQuery } from './queries';

const fills = { good: styles.fillGood, mid: styles.fillMid, bad: styles.fillBad, none: styles.fillFaint };
const shownAtFirst = 8;
const countTexts = { yes: 'dashboard.complianceYes', no: 'dashboard.complianceNo', needs_review: 'dashboard.complianceReview' } as const;

interface Props {
  query: DashboardQuery;
  callsLink(extra: Record<string, string>): string;
}

/** Each question's share of "yes", the worst first, as the server orders them. Each count opens its calls. */
export function CompliancePanel({ query, callsLink }: Props) {
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
                  {(['yes', 'no', 'needs_review'] as const)
                    .filter((answer) => answer !== 'needs_review' || question[answer] > 0)
                    .map((answer, index) => (
                      <Fragment key={answer}>
                        {index > 0 && ' · '}
                        <Count count={question[answer]} link={callsLink({ question_id: question.question_id, answer })} text={countTexts[answer]} />
                      </Fragment>
                    ))}
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

function Count({ count, link, text }: { count: number; link: string; text: MessageKey }) {
  const { t } = useI18n();
  if (count === 0) return t(text, { count });
  return (
    <Link to={link} className={styles.barLink}>
      {t(text, { count })}
    </Link>
  );
}
