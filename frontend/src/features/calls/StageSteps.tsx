import { useI18n } from '@/app/i18n';
import { ProgressBar } from '@/components/marks';
import { useProgress } from './live';
import type { Call } from './queries';
import styles from './StageSteps.module.css';

const stages = ['decode', 'transcribe', 'assess'] as const;

/** decode → transcribe → assess with the one at work marked, above the overall progress. */
export function StageSteps({ call }: { call: Pick<Call, 'id' | 'status' | 'progress'> }) {
  const { t, fmt } = useI18n();
  const { status } = call;
  const { progress, stage } = useProgress(call);
  const at = stage === 'settle' ? stages.length : stage ? stages.indexOf(stage) : -1;
  const waiting = status === 'UPLOADED' || status === 'PENDING';
  return (
    <span className={styles.box}>
      <span className={styles.steps}>
        {waiting ? (
          <span>{t(`status.${status}`)}</span>
        ) : at < 0 ? (
          <span className={styles.now}>{t('status.PROCESSING')}</span>
        ) : (
          stages.map((name, index) => (
            <span key={name} className={index === at ? styles.now : index < at ? styles.past : styles.next} aria-current={index === at ? 'step' : undefined}>
              {t(`stage.${name}`)}
            </span>
          ))
        )}
        <span className={`${styles.percent} tabular`}>{fmt.percent(progress)}</span>
      </span>
      <ProgressBar value={progress} label={t('call.progress')} />
    </span>
  );
}
