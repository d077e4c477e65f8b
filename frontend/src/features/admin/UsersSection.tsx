import { Badge, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import styles from './Admin.module.css';
import { useAccounts } from './queries';
import { UserDrawer } from './UserDrawer';

type Account = Schemas['Account'];

export function UsersSection() {
  const { t, fmt } = useI18n();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 300);
  const accounts = useAccounts(q);
  const [opened, setOpened] = useState<Account | 'new' | null>(null);

  const columns: Column<Account>[] = [
    { key: 'name', label: t('users.name'), cell: (item) => item.name },
    { key: 'email', label: t('users.email'), cell: (item) => item.email, wide: true },
    { key: 'role', label: t('users.role'), cell: (item) => t(`role.${item.role}`) },
    {
      key: 'state',
      label: t('operators.state'),
      cell: (item) => (
        <Badge variant="default" tt="none">
          {t(item.active ? 'users.active' : 'users.blocked')}
        </Badge>
      ),
    },
    { key: 'seen', label: t('users.lastLogin'), align: 'end', wide: true, cell: (item) => (item.last_login_at ? fmt.dateTime(item.last_login_at) : '–') },
  ];
  return (
    <div>
      <div className={styles.bar}>
        <TextInput
          type="search"
          leftSection={<IconSearch size={16} aria-hidden />}
          placeholder={t('common.search')}
          aria-label={t('common.search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened('new')}>
          {t('users.add')}
        </Button>
      </div>
      <DataTable
        label={t('admin.users')}
        columns={columns}
        items={accounts.data?.pages.flatMap((page) => page.items)}
        error={accounts.error}
        onRetry={() => void accounts.refetch()}
        idOf={(item) => item.id}
        onOpen={setOpened}
        empty={t('common.nothing')}
        more={accounts.hasNextPage ? { load: () => void accounts.fetchNextPage(), loading: accounts.isFetchingNextPage } : undefined}
      />
      {opened && <UserDrawer account={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
    </div>
  );
}
