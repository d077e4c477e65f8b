// Where one is logged in. Whatever is not known is ended with one press.
import { Badge, Button } from '@mantine/core';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import { ErrorNote } from '@/components/ErrorNote';
import { agentName } from '@/util/agent';
import styles from '../Admin.module.css';
import { useEndSessions, useSessions } from './queries';

type Session = Schemas['Session'];

export function SessionsPanel() {
  const { t, fmt } = useI18n();
  const sessions = useSessions();
  const end = useEndSessions();
  const items = sessions.data?.items;

  const columns: Column<Session>[] = [
    {
      key: 'agent',
      label: t('sessions.device'),
      cell: (item) => (
        <span title={item.user_agent}>
          {agentName(item.user_agent) || t('sessions.unknown')}{' '}
          {item.current && (
            <Badge size="sm" variant="light" tt="none">
              {t('sessions.this')}
            </Badge>
          )}
        </span>
      ),
    },
    { key: 'address', label: t('sessions.address'), wide: true, cell: (item) => item.remote_addr ?? '–' },
    { key: 'since', label: t('sessions.since'), wide: true, cell: (item) => fmt.dateTime(item.created_at) },
    { key: 'seen', label: t('sessions.seen'), align: 'end', cell: (item) => fmt.dateTime(item.last_seen_at) },
    {
      key: 'end',
      label: t('sessions.end'),
      hideLabel: true,
      align: 'end',
      cell: (item) =>
        !item.current && (
          <Button size="compact-sm" variant="subtle" color="red" loading={end.isPending && end.variables === item.id} onClick={() => end.mutate(item.id)}>
            {t('sessions.end')}
          </Button>
        ),
    },
  ];
  return (
    <section className={styles.wideForm} aria-labelledby="sessions-title">
      <div className={styles.bar}>
        <h2 id="sessions-title" className={styles.formTitle}>
          {t('sessions.title')}
        </h2>
        {items && items.length > 1 && (
          <Button size="compact-sm" variant="default" loading={end.isPending && end.variables === 'others'} onClick={() => end.mutate('others')}>
            {t('sessions.endOthers')}
          </Button>
        )}
      </div>
      {end.error && <ErrorNote error={end.error} />}
      <DataTable
        label={t('sessions.title')}
        columns={columns}
        items={items}
        error={sessions.error}
        onRetry={() => void sessions.refetch()}
        idOf={(item) => item.id}
        empty={t('common.nothing')}
      />
    </section>
  );
}
