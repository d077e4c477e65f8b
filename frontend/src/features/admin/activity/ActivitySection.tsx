// The activity log: who did what, when, from where. Every cell that can narrow the list does.
import { Button, Drawer, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Schemas, tenant, tenantUrl, unwrap } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import { PeriodChip } from '@/components/PeriodChip';
import styles from '../Admin.module.css';

type Entry = Schemas['ActivityLog'];
// The kinds of things that actions are about; the server takes a kind for all of its actions.
const kinds = ['auth', 'account', 'session', 'token', 'totp', 'company', 'settings', 'record', 'checklist', 'operator', 'webhook', 'integration', 'erasure', 'export', 'activity', 'retention'] as const;

export function ActivitySection() {
  const { t, fmt } = useI18n();
  const [kind, setKind] = useState('');
  const [address, setAddress] = useState('');
  const [from] = useDebouncedValue(address.trim(), 400);
  const [period, setPeriod] = useState<{ start: string | undefined; end: string | undefined }>({ start: undefined, end: undefined });
  const [opened, setOpened] = useState<Entry | null>(null);
  const filter = { action: kind || undefined, remote_addr: from || undefined, ...period };

  const log = useInfiniteQuery({
    queryKey: ['activity-logs', filter],
    queryFn: ({ signal, pageParam }) => unwrap(tenant.GET('/api/v1/activity-logs', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const columns: Column<Entry>[] = [
    { key: 'when', label: t('activity.when'), cell: (item) => fmt.dateTime(item.created_at) },
    { key: 'who', label: t('activity.who'), cell: (item) => item.account_email ?? t('activity.nobody') },
    { key: 'what', label: t('activity.what'), cell: (item) => <code>{item.action}</code> },
    { key: 'where', label: t('sessions.address'), wide: true, cell: (item) => item.remote_addr ?? '–' },
  ];
  return (
    <div>
      <div className={styles.bar}>
        <div className={styles.filters}>
          <PeriodChip start={period.start} end={period.end} onChange={(start, end) => setPeriod({ start, end })} clearable />
          <NativeSelect
            aria-label={t('activity.what')}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value)}
            data={[{ value: '', label: t('activity.all') }, ...kinds.map((value) => ({ value, label: t(`activity.kind.${value}`) }))]}
          />
          <TextInput placeholder={t('activity.addressHint')} aria-label={t('sessions.address')} value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
        </div>
        <Button component="a" href={tenantUrl('/api/v1/activity-logs/export.csv', filter)} download variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t('common.exportCsv')}
        </Button>
      </div>
      <DataTable
        label={t('admin.activity')}
        columns={columns}
        items={log.data?.pages.flatMap((page) => page.items)}
        error={log.error}
        onRetry={() => void log.refetch()}
        idOf={(item) => item.id}
        onOpen={setOpened}
        empty={t('common.nothing')}
        more={log.hasNextPage ? { load: () => void log.fetchNextPage(), loading: log.isFetchingNextPage } : undefined}
      />
      {opened && <EntryDrawer entry={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

/** One entry in full: what was there, and what came in its place. */
function EntryDrawer({ entry, onClose }: { entry: Entry; onClose(): void }) {
  const { t, fmt } = useI18n();
  const rows: [string, string][] = [
    [t('activity.when'), fmt.dateTime(entry.created_at)],
    [t('activity.who'), entry.account_email ?? t('activity.nobody')],
    [t('activity.thing'), [entry.resource_type, entry.resource_id].filter(Boolean).join(' ') || '–'],
    [t('sessions.address'), entry.remote_addr ?? '–'],
    [t('activity.request'), entry.request_id || '–'],
  ];
  const fields = [...new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])];
  const show = (side: Record<string, unknown> | null, field: string) => (side && field in side ? JSON.stringify(side[field]) : '–');
  return (
    <Drawer opened onClose={onClose} title={entry.action} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <dl className={styles.facts}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {fields.length > 0 && (
        <table className={styles.changes}>
          <thead>
            <tr>
              <th scope="col">{t('activity.field')}</th>
              <th scope="col">{t('activity.before')}</th>
              <th scope="col">{t('activity.after')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}>
                <th scope="row">{field}</th>
                <td>{show(entry.before, field)}</td>
                <td>{show(entry.after, field)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Drawer>
  );
}
