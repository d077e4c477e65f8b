// Who spoke with whom, when, how long, how well; and what can be done with the call.
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconDownload, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { tenantUrl } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ConfirmModal } from '@/components/ConfirmModal';
import { DirectionMark, ScorePill, SentimentMark } from '@/components/marks';
import { PageHead } from '@/components/PageHead';
import { type Call, isRunning, useChangeRecord } from '@/features/calls/queries';
import { duration, phone } from '@/util/format';
import { notifyError } from '@/components/notify';
import styles from './Call.module.css';

const EditDrawer = lazy(() => import('./EditDrawer'));

export function CallHeader({ call }: { call: Call }) {
  const { t, fmt } = useI18n();
  const client = phone(call.client_phone_number);
  const title = call.operator ? [call.operator.name, client].filter(Boolean).join(' · ') : call.title;
  return (
    <>
      <PageHead title={title}>
        {call.status === 'COMPLETED' && <ScorePill score={call.result?.checklist?.score} large />}
        <CallActions call={call} />
      </PageHead>
      <ul className={styles.facts}>
        <li>
          <time dateTime={call.started_at}>{fmt.dateTime(call.started_at)}</time>
        </li>
        <li className="tabular">{duration(call.duration_ms)}</li>
        {call.call_type && (
          <li>
            <DirectionMark type={call.call_type} word />
          </li>
        )}
        {call.operator && (
          <li>
            <Link to={`/calls?operator_id=${call.operator.id}`}>
              {t('calls.operator')} {call.operator.code}
            </Link>
          </li>
        )}
        {client && call.client_phone_number && (
          <li>
            <Link to={`/calls?client_phone_number=${encodeURIComponent(call.client_phone_number)}`}>{client}</Link>
          </li>
        )}
        {call.result?.sentiment.conversation && (
          <li>
            <SentimentMark sentiment={call.result.sentiment.conversation} />
          </li>
        )}
        {call.operator && <li className={styles.fileName}>{call.title}</li>}
      </ul>
    </>
  );
}

function CallActions({ call }: { call: Call }) {
  const { t } = useI18n();
  const { can } = useSession();
  const navigate = useNavigate();
  const change = useChangeRecord();
  const [dialog, setDialog] = useState<'delete' | 'edit' | null>(null);
  const mayChange = can('update_records');

  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t('call.actions')} title={t('call.actions')}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange && (
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setDialog('edit')}>
              {t('call.edit')}
            </Menu.Item>
          )}
          {mayChange && !isRunning(call.status) && (
            <Menu.Item
              leftSection={<IconRefresh size={16} aria-hidden />}
              onClick={() => change.mutate({ kind: 'reprocess', id: call.id }, { onError: (error) => notifyError(error, t) })}
            >
              {t('call.reprocess')}
            </Menu.Item>
          )}
          <Menu.Item
            component="a"
            href={tenantUrl(`/api/v1/records/${call.id}/audio`, { download: 1 })}
            download={call.title}
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('call.download')}
          </Menu.Item>
          {can('delete_records') && (
            <>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDialog('delete')}>
                {t('call.delete')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmModal
        opened={dialog === 'delete'}
        title={t('call.deleteTitle')}
        text={t('call.deleteText')}
        action={t('call.delete')}
        pending={change.isPending}
        error={change.variables?.kind === 'delete' ? change.error : null}
        onClose={() => setDialog(null)}
        onConfirm={() => change.mutate({ kind: 'delete', id: call.id }, { onSuccess: () => void navigate('/calls', { replace: true }) })}
      />
      {dialog === 'edit' && (
        <Suspense fallback={null}>
          <EditDrawer call={call} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  );
}
