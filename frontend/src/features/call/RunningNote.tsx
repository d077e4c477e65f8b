import { useI18n } from '@/app/i18n';
import type { Call } from '@/features/calls/queries';
import { StageSteps } from '@/features/calls/StageSteps';
import styles from './Call.module.css';

export function RunningNote({ call }: { call: Call }) {
  const { t } = useI18n();
  return (
    <section className={styles.panel} aria-label={t('call.progress')} aria-live="polite">
      <p className={styles.noteText}>{t('call.runningText')}</p>
      <StageSteps call={call} />
    </section>
  );
}
