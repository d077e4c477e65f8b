import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ErrorNote } from '@/components/ErrorNote';
import { type Call, useChangeRecord } from '@/features/calls/queries';
import styles from './Call.module.css';

/** A call that could not be analysed: why, and another try. */
export function FailedNote({ call }: { call: Call }) {
  const { t } = useI18n();
  const { can } = useSession();
  const change = useChangeRecord();
  return (
    <section className={`${styles.panel} ${styles.failed}`} role="alert">
      <IconAlertTriangle size={22} aria-hidden />
      <div className={styles.failedText}>
        <strong>{t('call.failedTitle')}</strong>
        <span>{call.failure ?? t('call.failedUnknown')}</span>
        {can('update_records') && (
          <div>
            <Button
              size="compact-sm"
              variant="default"
              mt={8}
              leftSection={<IconRefresh size={16} aria-hidden />}
              loading={change.isPending}
              onClick={() => change.mutate({ kind: 'reprocess', id: call.id })}
            >
              {t('call.reprocess')}
            </Button>
          </div>
        )}
        {change.error && <ErrorNote error={change.error} />}
      </div>
    </section>
  );
}
