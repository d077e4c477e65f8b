import { useI18n } from '@/app/i18n';
import { useRecordEvent } from '@/features/calls/live';
import type { Call } from '@/features/calls/queries';
import { StageSteps } from '@/features/calls/StageSteps';
import styles from './Call.module.css';

export function RunningNote({ call }: { call: Call }) {
  const { t } = useI18n();
  const event = useRecordEvent(call.id);
  return (
    <section className={styles.panel} aria-label={t('call.progress')} aria-live="polite">
      <p className={styles.noteText}>{t('call.runningText')}</p>
      <StageSteps status={call.status} progress={call.progress} stage={event?.stage ?? null} />
    </section>
  );
}
