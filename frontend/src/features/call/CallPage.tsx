// One call: who and how well, then sound, words and verdicts side by side.
import { Skeleton } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { Link, useNavigate, useParams } from 'react-router';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import NotFoundPage from '@/app/NotFoundPage';
import { ErrorNote } from '@/components/ErrorNote';
import { isRunning, useRecord } from '@/features/calls/queries';
import { useKeys } from '@/util/useKeys';
import { CallBody } from './CallBody';
import { CallHeader } from './CallHeader';
import styles from './Call.module.css';
import { FailedNote } from './FailedNote';
import { RunningNote } from './RunningNote';

export default function CallPage() {
  const { t } = useI18n();
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const record = useRecord(id);
  // Back to the list as it was, filters and all, where there is one to go back to.
  const back = () => (window.history.state?.idx > 0 ? void navigate(-1) : void navigate('/calls'));
  useKeys({ Escape: back });

  if (record.error && !record.data) {
    const { status } = toApiError(record.error);
    return status === 404 || status === 422 ? <NotFoundPage /> : <ErrorNote error={record.error} onRetry={() => void record.refetch()} page />;
  }
  const call = record.data;
  return (
    <div>
      <Link
        to="/calls"
        className={styles.back}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          back();
        }}
      >
        <IconChevronLeft size={16} aria-hidden />
        {t('call.back')}
      </Link>
      {!call && (
        <div role="status" aria-label={t('common.loading')}>
          <Skeleton height={32} width={320} radius="sm" mb={16} />
          <Skeleton height={180} radius="md" />
        </div>
      )}
      {call && <CallHeader call={call} />}
      {call && isRunning(call.status) && <RunningNote call={call} />}
      {call?.status === 'FAILED' && <FailedNote call={call} />}
      {call && <CallBody key={call.result?.created_at ?? call.status} call={call} />}
    </div>
  );
}
