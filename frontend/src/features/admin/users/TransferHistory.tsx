// Where somebody came from, newest first. A company that the reader may not see has no name here.
import { Text } from '@mantine/core';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import { useTransfers } from './queries';

type Transfer = Schemas['Transfer'];

export function TransferHistory({ id }: { id: string }) {
  const { t, fmt } = useI18n();
  const transfers = useTransfers(id);
  const name = (company: string | null) => company ?? t('transfer.elsewhere');
  const columns: Column<Transfer>[] = [
    { key: 'when', label: t('activity.when'), cell: (item) => fmt.dateTime(item.created_at) },
    { key: 'what', label: t('transfer.fromTo'), cell: (item) => `${name(item.from_company_name)} → ${name(item.to_company_name)}` },
    {
      key: 'role',
      label: t('users.role'),
      wide: true,
      cell: (item) => (item.from_role === item.to_role ? t(`role.${item.to_role}`) : `${t(`role.${item.from_role}`)} → ${t(`role.${item.to_role}`)}`),
    },
    { key: 'who', label: t('activity.who'), wide: true, cell: (item) => item.moved_by_email ?? '–' },
  ];
  return (
    <section aria-labelledby="transfers-title">
      <Text id="transfers-title" component="h3" fw={600} size="sm" mb="xs">
        {t('transfer.history')}
      </Text>
      <DataTable
        label={t('transfer.history')}
        columns={columns}
        items={transfers.data?.pages.flatMap((page) => page.items)}
        error={transfers.error}
        onRetry={() => void transfers.refetch()}
        idOf={(item) => item.id}
        empty={t('transfer.none')}
        more={transfers.hasNextPage ? { load: () => void transfers.fetchNextPage(), loading: transfers.isFetchingNextPage } : undefined}
      />
    </section>
  );
}
