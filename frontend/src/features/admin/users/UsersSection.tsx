// The company's people: who they are, what they may do, whether they are let in.
import { Badge, Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import styles from '../Admin.module.css';
import { InviteDrawer } from './InviteDrawer';
import { type Account, useAccounts } from './queries';
import { UserDrawer } from './UserDrawer';

const statuses: Schemas['AccountStatus'][] = ['active', 'invited', 'blocked'];
const colors = { active: 'default', invited: 'light', blocked: 'light' } as const;

export function UsersSection() {
  const { t, fmt } = useI18n();
  const [text, setText] = useState('');
  const [status, setStatus] = useState<Schemas['AccountStatus'] | ''>('');
  const [q] = useDebouncedValue(text.trim(), 300);
  const accounts = useAccounts({ q: q || undefined, status: status || undefined });
  const [opened, setOpened] = useState<string | 'new' | null>(null);
  const items = accounts.data?.pages.flatMap((page) => page.items);
  const shown = items?.find((item) => item.id === opened);

  const columns: Column<Account>[] = [
    { key: 'name', label: t('users.name'), cell: (item) => item.name },
    { key: 'email', label: t('users.email'), cell: (item) => item.email, wide: true },
    { key: 'role', label: t('users.role'), cell: (item) => t(`role.${item.role}`) },
    {
      key: 'state',
      label: t('operators.state'),
      cell: (item) => (
        <Badge variant={colors[item.status]} color={item.status === 'blocked' ? 'red' : 'indigo'} tt="none">
          {t(`users.status.${item.status}`)}
        </Badge>
      ),
    },
    { key: 'seen', label: t('users.lastLogin'), align: 'end', wide: true, cell: (item) => (item.last_login_at ? fmt.dateTime(item.last_login_at) : '–') },
  ];
  return (
    <div>
      <div className={styles.bar}>
        <div className={styles.filters}>
          <TextInput
            type="search"
            leftSection={<IconSearch size={16} aria-hidden />}
            placeholder={t('common.search')}
            aria-label={t('common.search')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <NativeSelect
            aria-label={t('operators.state')}
            value={status}
            onChange={(event) => setStatus(event.currentTarget.value as Schemas['AccountStatus'] | '')}
            data={[{ value: '', label: t('users.anyStatus') }, ...statuses.map((value) => ({ value, label: t(`users.status.${value}`) }))]}
          />
        </div>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened('new')}>
          {t('users.invite')}
        </Button>
      </div>
      <DataTable
        label={t('admin.users')}
        columns={columns}
        items={items}
        error={accounts.error}
        onRetry={() => void accounts.refetch()}
        idOf={(item) => item.id}
        onOpen={(item) => setOpened(item.id)}
        empty={t('common.nothing')}
        more={accounts.hasNextPage ? { load: () => void accounts.fetchNextPage(), loading: accounts.isFetchingNextPage } : undefined}
      />
      {opened === 'new' && <InviteDrawer onClose={() => setOpened(null)} />}
      {shown && <UserDrawer account={shown} onClose={() => setOpened(null)} />}
    </div>
  );
}
