// Erasing a phone number everywhere, when somebody asks for it, and the signed receipts of what was erased.
import { Anchor, Badge, Button, Checkbox, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Schemas, tenant, tenantUrl, unwrap } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import styles from '../Admin.module.css';
import { Panel } from '../Panel';

type Erasure = Schemas['Erasure'];

export function ErasuresPanel() {
  const { t, fmt } = useI18n();
  const [asking, setAsking] = useState(false);
  const erasures = useInfiniteQuery({
    queryKey: ['erasures'],
    queryFn: ({ signal, pageParam }) => unwrap(tenant.GET('/api/v1/privacy/erasures', { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // One that is under way is looked at again until it is done.
    refetchInterval: (query) => (query.state.data?.pages[0]?.items.some((item) => item.state !== 'done') ? 3000 : false),
  });

  const columns: Column<Erasure>[] = [
    { key: 'when', label: t('activity.when'), cell: (item) => fmt.dateTime(item.created_at) },
    { key: 'what', label: t('erasure.what'), cell: (item) => t(item.record_id ? 'erasure.call' : 'erasure.number') },
    { key: 'reason', label: t('erasure.reason'), wide: true, cell: (item) => item.reason },
    { key: 'calls', label: t('nav.calls'), align: 'end', wide: true, cell: (item) => fmt.number(item.calls) },
    {
      key: 'state',
      label: t('operators.state'),
      align: 'end',
      cell: (item) =>
        item.state === 'done' ? (
          <Anchor size="sm" href={tenantUrl(`/api/v1/privacy/erasures/${item.id}/receipt`)} download={`erasure-${item.id}.jws`}>
            {t('erasure.receipt')}
          </Anchor>
        ) : (
          <Badge variant="light" tt="none">
            {t(`erasure.state.${item.state}`)}
          </Badge>
        ),
    },
  ];
  return (
    <Panel
      id="erasures-title"
      title={t('erasure.title')}
      hint={t('erasure.hint')}
      action={
        <Button size="compact-sm" color="red" variant="light" onClick={() => setAsking(true)}>
          {t('erasure.add')}
        </Button>
      }
    >
      <DataTable
        label={t('erasure.title')}
        columns={columns}
        items={erasures.data?.pages.flatMap((page) => page.items)}
        error={erasures.error}
        onRetry={() => void erasures.refetch()}
        idOf={(item) => item.id}
        empty={t('common.nothing')}
        more={erasures.hasNextPage ? { load: () => void erasures.fetchNextPage(), loading: erasures.isFetchingNextPage } : undefined}
      />
      {asking && <ErasureDrawer onClose={() => setAsking(false)} />}
    </Panel>
  );
}

function ErasureDrawer({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const [spoken, setSpoken] = useState(false);
  const erase = useMutation({
    mutationFn: () => unwrap(tenant.POST('/api/v1/privacy/erasures', { body: { client_phone_number: number.trim(), reason: reason.trim(), redact_spoken: spoken } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['erasures'] });
      notifyDone(t('erasure.accepted'), t);
      onClose();
    },
  });
  const error = erase.error ? toApiError(erase.error) : null;
  return (
    <FormDrawer title={t('erasure.add')} submitLabel={t('erasure.erase')} pending={erase.isPending} error={error} onClose={onClose} onSubmit={() => erase.mutate()}>
      <p className={styles.hint}>{t('erasure.warning')}</p>
      <TextInput label={t('erasure.phone')} required inputMode="tel" maxLength={40} placeholder="+998 90 123-45-67" value={number} onChange={(event) => setNumber(event.currentTarget.value)} error={error?.field('client_phone_number')} data-autofocus />
      <TextInput label={t('erasure.reason')} description={t('erasure.reasonHint')} required maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} error={error?.field('reason')} />
      <Checkbox label={t('erasure.spoken')} checked={spoken} onChange={(event) => setSpoken(event.currentTarget.checked)} />
    </FormDrawer>
  );
}
