// A platform admin sees a tenant's pages only after choosing the tenant; the list of companies itself needs none.
import { Button, Stack, Title } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import { Empty } from '@/components/Empty';
import { ErrorNote } from '@/components/ErrorNote';
import { PageLoading } from '@/components/PageLoading';
import { useCompanies } from '@/features/admin/queries';
import { useI18n } from './i18n';
import { useSession } from './session';

export function CompanyGate({ children }: { children: ReactNode }) {
  const { company } = useSession();
  const { pathname } = useLocation();
  // From /login one is sent on to the page that was asked for, which may need none.
  if (company || pathname.startsWith('/admin') || pathname === '/login') return children;
  return <ChooseCompany />;
}

/** The list to choose from; where there is only one company, it is chosen. */
export function ChooseCompany() {
  const { t } = useI18n();
  const { chooseCompany } = useSession();
  const companies = useCompanies(true);
  const only = companies.data?.items.length === 1 ? companies.data.items[0] : undefined;

  useEffect(() => {
    if (only) chooseCompany(only);
  }, [only, chooseCompany]);

  if (companies.isPending || only) return <PageLoading />;
  if (companies.error) return <ErrorNote error={companies.error} onRetry={() => void companies.refetch()} page />;
  if (companies.data.items.length === 0) {
    return (
      <Empty icon={<IconBuilding size={40} aria-hidden />} title={t('company.none')}>
        <Button component={Link} to="/admin/companies" variant="light">
          {t('company.add')}
        </Button>
      </Empty>
    );
  }
  return (
    <Stack maw={420} mt={48}>
      <Title order={1} size="h3">
        {t('company.choose')}
      </Title>
      {companies.data.items.map((entry) => (
        <Button key={entry.id} variant="default" justify="flex-start" onClick={() => chooseCompany(entry)}>
          {entry.name}
        </Button>
      ))}
    </Stack>
  );
}
