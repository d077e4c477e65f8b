// The systems that are told when a call is analysed.
import { Badge, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import styles from '../Admin.module.css';
import { Panel } from '../Panel';
import { useWebhooks, type Webhook, type WebhookEvent } from './queries';
import { AddWebhookDrawer, WebhookDrawer } from './WebhookDrawer';

export function WebhooksPanel() {
  const { t, fmt } = useI18n();
  const webhooks = useWebhooks();
  const [opened, setOpened] = useState<string | 'new' | null>(null);
  const shown = webhooks.data?.items.find((item) => item.id === opened);

  const columns: Column<Webhook>[] = [
    { key: 'url', label: t('sessions.address'), cell: (item) => <span className={styles.address}>{item.url}</span> },
    { key: 'events', label: t('webhooks.events'), wide: true, cell: (item) => item.events.map((event) => t(`webhooks.event.${event as WebhookEvent}`)).join(', ') },
    {
      key: 'state',
      label: t('operators.state'),
      cell: (item) => (
        <Badge variant={item.active ? 'light' : 'default'} color={item.active ? 'indigo' : 'gray'} tt="none" className={styles.badge}>
          {t(item.active ? 'webhooks.on' : 'integrations.state.off')}
        </Badge>
      ),
    },
    { key: 'since', label: t('sessions.since'), align: 'end', wide: true, cell: (item) => fmt.dateTime(item.created_at) },
  ];
  return (
    <Panel
      id="webhooks-title"
      title={t('webhooks.title')}
      hint={t('webhooks.hint')}
      action={
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpened('new')}>
          {t('webhooks.add')}
        </Button>
      }
    >
      <DataTable
        label={t('webhooks.title')}
        columns={columns}
        items={webhooks.data?.items}
        error={webhooks.error}
        onRetry={() => void webhooks.refetch()}
        idOf={(item) => item.id}
        onOpen={(item) => setOpened(item.id)}
        empty={t('webhooks.none')}
      />
      {opened === 'new' && <AddWebhookDrawer onClose={() => setOpened(null)} />}
      {shown && <WebhookDrawer webhook={shown} onClose={() => setOpened(null)} />}
    </Panel>
  );
}
