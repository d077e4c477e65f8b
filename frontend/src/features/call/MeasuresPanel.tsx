// What was measured and understood. Null means that it cannot be known, and is shown as a dash, never as zero.
import type { ReactNode } from 'react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { SentimentMark } from '@/components/marks';
import { duration } from '@/util/format';
import type { MessageKey } from '@/util/i18n';
import styles from './Call.module.css';

export function MeasuresPanel({ result, durationMs }: { result: Schemas['Result']; durationMs: number }) {
  const { t, fmt } = useI18n();
  const rows: [MessageKey, ReactNode][] = [
    ['measure.answerDelay', fmt.seconds(result.operator_answer_delay_ms)],
    ['measure.operatorSpeech', duration(result.operator_speech_ms)],
    ['measure.customerSpeech', duration(result.customer_speech_ms)],
    ['measure.silence', duration(result.silence_ms)],
    ['measure.overlap', duration(result.overlap_ms)],
    ['measure.operatorMood', <SentimentMark key="o" sentiment={result.sentiment.operator} />],
    ['measure.customerMood', <SentimentMark key="c" sentiment={result.sentiment.customer} />],
    ['measure.greeted', result.operator_greeted === null ? '–' : t(result.operator_greeted ? 'answer.yes' : 'answer.no')],
    ['measure.gender', result.customer_gender ? t(`gender.${result.customer_gender}`) : '–'],
    ['measure.purpose', result.call_purpose ?? '–'],
    ['measure.source', result.lead_source ?? '–'],
    ['measure.interests', result.interests.join(', ') || '–'],
  ];
  return (
    <section className={styles.panel} aria-labelledby="measures-title">
      <h2 id="measures-title" className={styles.panelTitle}>
        {t('measure.title')}
      </h2>
      {result.summary && <p className={styles.summary}>{result.summary}</p>}
      <TalkBar result={result} durationMs={durationMs} />
      <dl className={styles.measures}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{t(label)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.engines}>
        {t('measure.engines', { transcriber: result.engines.transcriber ?? '–', assessor: result.engines.assessor })}
      </p>
    </section>
  );
}

/** How the time was shared: operator, customer, neither. */
function TalkBar({ result, durationMs }: { result: Schemas['Result']; durationMs: number }) {
  const { t, fmt } = useI18n();
  const { operator_speech_ms: operator, customer_speech_ms: customer } = result;
  if (operator === null || customer === null || durationMs <= 0) return null;
  const spoken = operator + customer - (result.overlap_ms ?? 0);
  const quiet = Math.max(0, durationMs - spoken);
  const whole = operator + customer + quiet;
  const parts = [
    { key: 'operator', ms: operator, className: styles.talkOperator, label: t('speaker.operator') },
    { key: 'customer', ms: customer, className: styles.talkCustomer, label: t('speaker.customer') },
    { key: 'quiet', ms: quiet, className: styles.talkQuiet, label: t('measure.quiet') },
  ].map((part) => ({ ...part, text: `${part.label} ${fmt.percent(Math.round((part.ms / whole) * 100))}` }));
  return (
    <div className={styles.talk}>
      <div className={styles.talkBar} aria-hidden>
        {parts.map((part) => (
          <span key={part.key} className={part.className} style={{ flexGrow: part.ms }} />
        ))}
      </div>
      <ul className={styles.talkLegend}>
        {parts.map((part) => (
          <li key={part.key}>
            <span className={`${styles.talkSwatch} ${part.className}`} aria-hidden />
            {part.text}
          </li>
        ))}
      </ul>
    </div>
  );
}
