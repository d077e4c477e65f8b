// One file of the tray. While it travels: bytes. Once accepted: the analysis' own stages, until it is done or failed.
import { IconAlertTriangle, IconCheck, IconFileMusic, IconRefresh, IconX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ProgressBar, ScorePill } from '@/components/marks';
import { problemText } from '@/util/problem';
import { useRecord } from './queries';
import styles from './UploadLayer.module.css';
import { StageSteps } from './StageSteps';
import { type Upload, useUploads } from './uploads';

export function UploadRow({ upload }: { upload: Upload }) {
  const { t, fmt } = useI18n();
  const { retry, dismiss } = useUploads();
  const { file, phase, error } = upload;
  const share = file.size > 0 ? (upload.sent / file.size) * 100 : 0;
  const Icon = error ? IconAlertTriangle : IconFileMusic;

  return (
    <li className={styles.item}>
      <Icon size={18} stroke={1.6} aria-hidden className={error ? styles.bad : styles.dim} />
      <div className={styles.itemBody}>
        {upload.recordId ? (
          <Link to={`/calls/${upload.recordId}`} className={styles.name}>
            {file.name}
          </Link>
        ) : (
          <span className={styles.name}>{file.name}</span>
        )}
        {phase === 'waiting' && <span className={styles.dim}>{t('upload.waiting')}</span>}
        {phase === 'sending' && (
          <>
            <span className={`${styles.dim} tabular`}>{t('upload.bytes', { sent: fmt.bytes(upload.sent), total: fmt.bytes(file.size) })}</span>
            <ProgressBar value={share} label={file.name} />
          </>
        )}
        {phase === 'checking' && <span className={styles.dim}>{t('upload.checking')}</span>}
        {phase === 'accepted' && upload.recordId && <Analysis id={upload.recordId} />}
        {error && <Refusal upload={upload} />}
      </div>
      {phase === 'failed' && (
        <button type="button" className={styles.iconButton} aria-label={t('upload.retry', { name: file.name })} onClick={() => retry(upload.key)}>
          <IconRefresh size={16} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className={styles.iconButton}
        aria-label={t(phase === 'accepted' || phase === 'failed' ? 'upload.dismiss' : 'upload.cancel', { name: file.name })}
        onClick={() => dismiss(upload.key)}
      >
        <IconX size={16} aria-hidden />
      </button>
    </li>
  );
}

function Analysis({ id }: { id: string }) {
  const { t } = useI18n();
  const record = useRecord(id);
  const call = record.data;
  if (!call) return <span className={styles.dim}>{t('status.PENDING')}</span>;
  if (call.status === 'COMPLETED') {
    return (
      <span className={styles.done}>
        <IconCheck size={16} aria-hidden /> {t('status.COMPLETED')}
        {call.result?.checklist && <ScorePill score={call.result.checklist.score} />}
      </span>
    );
  }
  if (call.status === 'FAILED') return <span className={styles.bad}>{call.failure ?? t('status.FAILED')}</span>;
  return <StageSteps call={call} />;
}

/** Why a file was not taken; for money, how much it would cost and how much there is. */
function Refusal({ upload }: { upload: Upload }) {
  const { t, fmt } = useI18n();
  const { can } = useSession();
  const { error } = upload;
  if (!error) return null;
  if (error.status === 402) {
    const currency = String(error.body.currency ?? 'UZS');
    return (
      <span className={styles.bad}>
        {t('upload.tooExpensive', {
          cost: fmt.money(Number(error.body.cost_minor), currency),
          available: fmt.money(Number(error.body.available_minor), currency),
        })}{' '}
        {can('view_analytics') && <Link to="/admin/billing">{t('upload.toBilling')}</Link>}
      </span>
    );
  }
  const { title, detail } = problemText(error, t);
  return (
    <span className={styles.bad}>
      {title}
      {detail && `: ${detail}`}
      {error.requestId && <span className={styles.requestId}>{error.requestId}</span>}
    </span>
  );
}
