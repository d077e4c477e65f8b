// What happened to one's way in, whoever did it. There is no mail that would say so.
import { Badge } from '@mantine/core';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import { agentName } from '@/util/agent';
import styles from '../Admin.module.css';
import { useSecurityEvents } from './queries';

type SecurityEvent = Schemas['SecurityEvent'];

const named = [
  'auth.login',
  'auth.login_failed',
  'auth.proof_failed',
  'account.create',
  'account.update',
  'account.password_change',
  'account.permissions',
  'session.end',
  'session.end_others',
  'token.create',
  'token.revoke',
] as const;
type Named = (typeof named)[number];
const isNamed = (action: string): action is Named => (named as readonly string[]).includes(action);

export function EventsPanel() {
  const { t, fmt } = useI18n();
  const events = useSecurityEvents();
  const columns: Column<SecurityEvent>[] = [
    { key: 'when', label: t('activity.when'), cell: (item) => fmt.dateTime(item.created_at) },
    {
      key: 'what',
      label: t('activity.what'),
      cell: (item) => (
        <span>
          {isNamed(item.action) ? t(`events.${item.action}`) : <code>{item.action}</code>}{' '}
          {!item.own && (
            <Badge size="sm" variant="light" color="yellow" tt="none">
              {t('events.notYou')}
            </Badge>
          )}
        </span>
      ),
    },
    { key: 'address', label: t('sessions.address'), wide: true, cell: (item) => item.remote_addr ?? '–' },
    { key: 'agent', label: t('sessions.device'), wide: true, cell: (item) => (item.user_agent ? agentName(item.user_agent) || t('sessions.unknown') : '–') },
  ];
  return (
    <section className={styles.wideForm} aria-labelledby="events-title">
      <h2 id="events-title" className={styles.formTitle}>
        {t('events.title')}
      </h2>
      <p className={styles.hint}>{t('events.hint')}</p>
      <DataTable
        label={t('events.title')}
        columns={columns}
        items={events.data?.items}
        error={events.error}
        onRetry={() => void events.refetch()}
        idOf={(item) => item.id}
        empty={t('common.nothing')}
      />
    </section>
  );
}
