// For platform admins: the companies, what each has and pays, and the way into one.
import { Badge, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { type Column, DataTable } from '@/components/DataTable';
import styles from './Admin.module.css';
import { CompanyDrawer } from './CompanyDrawer';
import { useCompanies } from './queries';

type Company = Schemas['Company'];

export function CompaniesSection() {
  const { t, fmt } = useI18n();
  const { me, chooseCompany } = useSession();
  const navigate = useNavigate();
  const companies = useCompanies();
  const [opened, setOpened] = useState<Company | 'new' | null>(null);

  const columns: Column<Company>[] = [
    { key: 'name', label: t('companies.name'), cell: (item) => item.name },
    { key: 'balance', label: t('nav.balance'), align: 'end', cell: (item) => fmt.money(item.balance_minor - item.reserved_minor, item.currency) },
    { key: 'price', label: t('billing.price'), align: 'end', wide: true, cell: (item) => fmt.money(item.price_per_minute_minor, item.currency) },
    {
      key: 'state',
      label: t('operators.state'),
      wide: true,
      cell: (item) => (
        <Badge variant="default" tt="none">
          {t(item.active ? 'operators.active' : 'users.blocked')}
        </Badge>
      ),
    },
    {
      key: 'enter',
      label: t('companies.enter'),
      hideLabel: true,
      align: 'end',
      cell: (item) =>
        me?.company === null && (
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
        <span />
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened('new')}>
          {t('company.add')}
        </Button>
      </div>
      <DataTable
        label={t('admin.companies')}
        columns={columns}
        items={companies.data?.items}
        error={companies.error}
        onRetry={() => void companies.refetch()}
        idOf={(item) => item.id}
        onOpen={setOpened}
        empty={t('company.none')}
      />
      {opened && <CompanyDrawer company={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
    </div>
  );
}
