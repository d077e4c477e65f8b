// The companies one administers, as the tree they are: what each has and pays, and the way into one.
import { Badge, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { type Column, DataTable } from '@/components/DataTable';
import styles from '../Admin.module.css';
import { CompanyDrawer } from './CompanyDrawer';
import { useCompanies } from '../queries';
import { asTree } from './tree';

type Company = Schemas['Company'];

export function CompaniesSection() {
  const { t, fmt } = useI18n();
  const { company: current, chooseCompany } = useSession();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 300);
  const companies = useCompanies(true, q);
  const [opened, setOpened] = useState<string | 'new' | null>(null);
  const tree = companies.data && asTree(companies.data.items);
  const depths = new Map(tree?.map(({ item, depth }) => [item.id, depth]));
  const shown = companies.data?.items.find((item) => item.id === opened);

  const columns: Column<Company>[] = [
    { key: 'name', label: t('companies.name'), cell: (item) => <span style={{ paddingInlineStart: 20 * (depths.get(item.id) ?? 0) }}>{item.name}</span> },
    { key: 'balance', label: t('nav.balance'), align: 'end', cell: (item) => (item.shares_parent_balance ? '↑' : fmt.money(item.balance_minor - item.reserved_minor, item.currency)) },
    { key: 'price', label: t('billing.price'), align: 'end', wide: true, cell: (item) => fmt.money(item.price_per_minute_minor, item.currency) },
    {
      key: 'state',
      label: t('operators.state'),
      wide: true,
      cell: (item) => (
        <Badge variant="default" tt="none">
          {t(item.open ? 'operators.active' : 'users.blocked')}
        </Badge>
      ),
    },
    {
      key: 'enter',
      label: t('companies.enter'),
      hideLabel: true,
      align: 'end',
      cell: (item) =>
        item.id !== current?.id && (
          <Button
            size="compact-sm"
            variant="subtle"
            style={{ position: 'relative', zIndex: 1 }}
            onClick={() => {
              chooseCompany(item);
              void navigate('/');
            }}
          >
            {t('companies.enter')}
          </Button>
        ),
    },
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
          {t('company.add')}
        </Button>
      </div>
      <DataTable
        label={t('admin.companies')}
        columns={columns}
        items={tree?.map(({ item }) => item)}
        error={companies.error}
        onRetry={() => void companies.refetch()}
        idOf={(item) => item.id}
        onOpen={(item) => setOpened(item.id)}
        empty={t(q ? 'common.nothing' : 'company.none')}
      />
      {opened === 'new' && <CompanyDrawer company={null} onClose={() => setOpened(null)} />}
      {shown && <CompanyDrawer company={shown} onClose={() => setOpened(null)} />}
    </div>
  );
}
