// All data of the company as one archive: asked for, made in the background, fetched, removed.
import { ActionIcon, Anchor, Badge, Button, Progress, Switch } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Schemas, tenant, tenantUrl, unwrap } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { ConfirmModal } from '@/components/ConfirmModal';
import { type Column, DataTable } from '@/components/DataTable';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import styles from '../Admin.module.css';
import { Panel } from '../Panel';

type Export = Schemas['Export'];

const isOpen = (item: Export) => item.state === 'queued' || item.state === 'running';

export function ExportsPanel() {
  const { t, fmt } = useI18n();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [leaving, setLeaving] = useState<Export | null>(null);
  const exports = useInfiniteQuery({
    queryKey: ['exports'],
    queryFn: ({ signal, pageParam }) => unwrap(tenant.GET('/api/v1/privacy/exports', { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // One that is being made is looked at again until it is done.
    refetchInterval: (query) => (query.state.data?.pages[0]?.items.some(isOpen) ? 3000 : false),
  });
  const remove = useMutation({
    mutationFn: (id: string) => unwrap(tenant.DELETE('/api/v1/privacy/exports/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['exports'] });
      setLeaving(null);
    },
  });
  const items = exports.data?.pages.flatMap((page) => page.items);

  const columns: Column<Export>[] = [
    { key: 'when', label: t('activity.when'), cell: (item) => fmt.dateTime(item.created_at) },
    { key: 'audio', label: t('export.audio'), wide: true, cell: (item) => t(item.with_audio ? 'export.with' : 'export.without') },
    { key: 'until', label: t('export.until'), wide: true, cell: (item) => (item.state === 'done' && item.expires_at ? fmt.dateTime(item.expires_at) : '–') },
    { key: 'state', label: t('operators.state'), align: 'end', cell: (item) => <div className={styles.wraps}><State item={item} /></div> },
    {
      key: 'remove',
      label: t('common.delete'),
      hideLabel: true,
      align: 'end',
      cell: (item) => (
        <ActionIcon variant="subtle" color="red" aria-label={t('export.remove', { when: fmt.dateTime(item.created_at) })} onClick={() => setLeaving(item)}>
          <IconTrash size={16} />
        </ActionIcon>
      ),
    },
  ];
  return (
    <Panel
      id="exports-title"
      title={t('export.title')}
      hint={t('export.hint')}
      action={
        <Button size="compact-sm" variant="light" disabled={items?.some(isOpen)} onClick={() => setAsking(true)}>
          {t('export.add')}
        </Button>
      }
    >
      <DataTable
        label={t('export.title')}
        columns={columns}
        items={items}
        error={exports.error}
        onRetry={() => void exports.refetch()}
        idOf={(item) => item.id}
        empty={t('common.nothing')}
        more={exports.hasNextPage ? { load: () => void exports.fetchNextPage(), loading: exports.isFetchingNextPage } : undefined}
      />
      {asking && <ExportDrawer onClose={() => setAsking(false)} />}
      <ConfirmModal
        opened={leaving !== null}
        title={t('export.removeTitle')}
        text={t(leaving && isOpen(leaving) ? 'export.stopText' : 'export.removeText')}
        action={t('common.delete')}
        pending={remove.isPending}
        error={remove.error}
        onClose={() => {
          remove.reset();
          setLeaving(null);
        }}
        onConfirm={() => leaving && remove.mutate(leaving.id)}
      />
    </Panel>
  );
}

function State({ item }: { item: Export }) {
  const { t, fmt } = useI18n();
  if (item.state === 'done') {
    return (
      <Anchor size="sm" href={tenantUrl(`/api/v1/privacy/exports/${item.id}/file`)} download title={item.sha256 ? `SHA-256 ${item.sha256}` : undefined}>
        {t('export.download', { size: fmt.bytes(item.size_bytes ?? 0) })}
      </Anchor>
    );
  }
  if (item.state === 'running') {
    return (
      <div>
        <span>{t('export.running', { percent: item.progress })}</span>
        <Progress value={item.progress} size="xs" mt={4} aria-label={t('export.title')} />
      </div>
    );
  }
  const badge = (
    <Badge variant="light" tt="none" color={item.state === 'failed' ? 'red' : 'gray'}>
      {t(`export.state.${item.state}`)}
    </Badge>
  );
  if (!item.failure) return badge;
  return (
    <div>
      {badge}
      <p className={styles.hint}>{t(`export.failure.${item.failure.code}`)}</p>
    </div>
  );
}

function ExportDrawer({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [audio, setAudio] = useState(true);
  const ask = useMutation({
    mutationFn: () => unwrap(tenant.POST('/api/v1/privacy/exports', { body: { with_audio: audio } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['exports'] });
      notifyDone(t('export.accepted'), t);
      onClose();
    },
  });
  const error = ask.error ? toApiError(ask.error) : null;
  return (
    <FormDrawer title={t('export.add')} submitLabel={t('export.ask')} pending={ask.isPending} error={error} onClose={onClose} onSubmit={() => ask.mutate()}>
      <p className={styles.hint}>{t('export.warning')}</p>
      <Switch label={t('export.withAudio')} description={t('export.withAudioHint')} checked={audio} onChange={(event) => setAudio(event.currentTarget.checked)} data-autofocus />
    </FormDrawer>
  );
}
