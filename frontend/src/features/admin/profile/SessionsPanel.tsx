// Where one is logged in. Whatever is not known is ended, with the password.
import { Badge, Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import { FormDrawer } from '@/components/FormDrawer';
import { agentName } from '@/util/agent';
import styles from '../Admin.module.css';
import { useEndSessions, useSessions } from './queries';

type Session = Schemas['Session'];

export function SessionsPanel() {
  const { t, fmt } = useI18n();
  const sessions = useSessions();
  const [ending, setEnding] = useState<string | null>(null);
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
          <Button size="compact-sm" variant="subtle" color="red" onClick={() => setEnding(item.id)}>
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
          <Button size="compact-sm" variant="default" onClick={() => setEnding('others')}>
            {t('sessions.endOthers')}
          </Button>
        )}
      </div>
      <DataTable
        label={t('sessions.title')}
        columns={columns}
        items={items}
        error={sessions.error}
        onRetry={() => void sessions.refetch()}
        idOf={(item) => item.id}
        empty={t('common.nothing')}
      />
      {ending && <EndDrawer id={ending} onClose={() => setEnding(null)} />}
    </section>
  );
}

function EndDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const { t } = useI18n();
  const end = useEndSessions();
  const [password, setPassword] = useState('');
  const error = end.error ? toApiError(end.error) : null;
  return (
    <FormDrawer
      title={t(id === 'others' ? 'sessions.endOthers' : 'sessions.end')}
      submitLabel={t('sessions.end')}
      pending={end.isPending}
      error={error?.field('password') ? null : error}
      onClose={onClose}
      onSubmit={() => end.mutate({ id, password }, { onSuccess: onClose })}
    >
      <PasswordInput
        label={t('profile.current')}
        description={t('sessions.passwordHint')}
        required
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={error?.field('password') && t('profile.wrongPassword')}
        visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0 }}
        data-autofocus
      />
    </FormDrawer>
  );
}
