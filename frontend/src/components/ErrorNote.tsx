// An error where it happened: what went wrong, what to do, and the request id that support needs.
import { Button, CopyButton } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy, IconRefresh } from '@tabler/icons-react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { problemText } from '@/util/problem';
import styles from './states.module.css';

interface Props {
  error: unknown;
  onRetry?: (() => void) | undefined;
  /** Stands alone in the middle of a page. */
  page?: boolean;
}

export function ErrorNote({ error, onRetry, page }: Props) {
  const { t } = useI18n();
  const problem = toApiError(error);
  const { title, detail } = problemText(problem, t);
  return (
    <div className={page ? `${styles.note} ${styles.notePage}` : styles.note} role="alert">
      <IconAlertTriangle size={20} aria-hidden />
      <div className={styles.noteText}>
        <span className={styles.noteTitle}>{title}</span>
        {detail && <span>{detail}</span>}
        <div className={styles.noteActions}>
          {onRetry && (
            <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onRetry}>
              {t('common.retry')}
            </Button>
          )}
          {problem.requestId && <RequestId id={problem.requestId} />}
        </div>
      </div>
    </div>
  );
}

function RequestId({ id }: { id: string }) {
  const { t } = useI18n();
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={copy}
          title={t('error.copyRequestId')}
          leftSection={copied ? <IconCheck size={12} aria-hidden /> : <IconCopy size={12} aria-hidden />}
        >
          <span className={styles.requestId}>{copied ? t('common.copied') : id}</span>
        </Button>
      )}
    </CopyButton>
  );
}
