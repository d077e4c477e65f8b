// Small marks that say a thing by word and shape first, colour second: score, sentiment, status, direction.
import { IconArrowDownLeft, IconArrowUpRight, IconArrowsLeftRight, IconMoodNeutral, IconMoodSad, IconMoodSmile } from '@tabler/icons-react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import styles from './marks.module.css';

export type Band = 'good' | 'mid' | 'bad' | 'none';

/** Where a score of 0–100 stands. The same limits colour the list, the dashboard and the call. */
export function scoreBand(score: number | null | undefined): Band {
  if (score === null || score === undefined) return 'none';
  return score >= 80 ? 'good' : score >= 50 ? 'mid' : 'bad';
}

export function ScorePill({ score, large }: { score: number | null | undefined; large?: boolean }) {
  const { t, fmt } = useI18n();
  const band = scoreBand(score);
  const label = band === 'none' ? t('score.none') : `${t('score.label')} ${fmt.number(score)}, ${t(`score.${band}`)}`;
  return (
    <span className={`${styles.score} ${styles[band]} ${large ? styles.large : ''}`} role="img" aria-label={label} title={label}>
      {band === 'none' ? '–' : fmt.number(score)}
    </span>
  );
}

const sentimentIcons = { positive: IconMoodSmile, neutral: IconMoodNeutral, negative: IconMoodSad };
const sentimentBands: Record<Schemas['Sentiment'], Band> = { positive: 'good', neutral: 'none', negative: 'bad' };

export function SentimentMark({ sentiment }: { sentiment: Schemas['Sentiment'] | null | undefined }) {
  const { t } = useI18n();
  if (!sentiment) return <span className={styles.dim}>–</span>;
  const Icon = sentimentIcons[sentiment];
  return (
    <span className={`${styles.mark} ${styles[`${sentimentBands[sentiment]}Ink`]}`}>
      <Icon size={18} stroke={1.7} aria-hidden />
      {t(`sentiment.${sentiment}`)}
    </span>
  );
}

const directionIcons = { inbound: IconArrowDownLeft, outbound: IconArrowUpRight, internal: IconArrowsLeftRight };

export function DirectionMark({ type, word }: { type: Schemas['CallType'] | null | undefined; word?: boolean }) {
  const { t } = useI18n();
  if (!type) return null;
  const Icon = directionIcons[type];
  const label = t(`callType.${type}`);
  return (
    <span className={styles.mark} title={word ? undefined : label}>
      <Icon size={16} stroke={1.7} aria-hidden />
      {word ? label : <span className="visually-hidden">{label}</span>}
    </span>
  );
}

interface StatusProps {
  status: Schemas['RecordStatus'];
  progress: number;
  stage?: Schemas['RecordEvent']['stage'] | undefined;
}

/** A finished call needs no badge; one under way shows its stage and how far it is. */
export function StatusMark({ status, progress, stage }: StatusProps) {
  const { t, fmt } = useI18n();
  if (status === 'COMPLETED') return <span className={`${styles.status} ${styles.dim}`}>{t('status.COMPLETED')}</span>;
  if (status === 'FAILED') return <span className={`${styles.status} ${styles.bad}`}>{t('status.FAILED')}</span>;
  const label = stage && status === 'PROCESSING' ? t(`stage.${stage}`) : t(`status.${status}`);
  return (
    <span className={styles.running}>
      <span className={styles.runningText}>
        <span>{label}</span>
        <span className="tabular">{fmt.percent(progress)}</span>
      </span>
      <ProgressBar value={progress} label={label} />
    </span>
  );
}

export function ProgressBar({ value, label, band = 'none' }: { value: number; label: string; band?: Band }) {
  return (
    <span className={styles.track} role="progressbar" aria-label={label} aria-valuenow={Math.round(value)} aria-valuemin={0} aria-valuemax={100}>
      <span className={`${styles.fill} ${styles[`${band}Fill`]}`} style={{ width: `${Math.min(100, Math.max(0, value))}%` }} />
    </span>
  );
}
