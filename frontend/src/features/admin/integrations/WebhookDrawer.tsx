// A webhook: a new one, whose secret is shown once, or one that is there, with its test, its secret and what was sent.
import { Button, Drawer, Stack, Tabs } from '@mantine/core';
import { useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { ConfirmModal } from '@/components/ConfirmModal';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import { SecretOnce } from '@/components/SecretOnce';
import styles from '../Admin.module.css';
import { DeliveriesPanel } from './DeliveriesPanel';
import { useAddWebhook, useChangeWebhook, useRemoveWebhook, type Webhook, type WebhookEvent } from './queries';
import { WebhookFields } from './WebhookFields';
import { WebhookTools } from './WebhookTools';

export function AddWebhookDrawer({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const add = useAddWebhook();
  const [draft, setDraft] = useState({ url: '', events: ['record.completed' as WebhookEvent], active: true });
  const error = add.error ? toApiError(add.error) : null;

  if (add.data) {
    return (
      <Drawer opened onClose={onClose} title={t('webhooks.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack gap="md">
          <SecretOnce label={t('webhooks.secret')} value={add.data.secret} hint={t('webhooks.secretHint')} />
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Stack>
      </Drawer>
    );
  }
  return (
    <FormDrawer title={t('webhooks.add')} pending={add.isPending} error={error} onClose={onClose} onSubmit={() => add.mutate({ ...draft, url: draft.url.trim() })}>
      <WebhookFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} error={error} />
    </FormDrawer>
  );
}

export function WebhookDrawer({ webhook, onClose }: { webhook: Webhook; onClose(): void }) {
  const { t } = useI18n();
  const change = useChangeWebhook();
  const remove = useRemoveWebhook();
  const [draft, setDraft] = useState({ url: webhook.url, events: webhook.events as WebhookEvent[], active: webhook.active });
  const [asking, setAsking] = useState(false);
  const error = change.error ? toApiError(change.error) : null;
  const done = () => {
    notifyDone(t('common.saved'), t);
    onClose();
  };

  return (
    <FormDrawer
      title={new URL(webhook.url).host}
      size="lg"
      pending={change.isPending}
      error={error}
      onClose={onClose}
      onSubmit={() => change.mutate({ id: webhook.id, body: { ...draft, url: draft.url.trim() } }, { onSuccess: done })}
      aside={
        <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
          {t('common.delete')}
        </Button>
      }
    >
      <Tabs defaultValue="fields" keepMounted={false}>
        <Tabs.List mb="md" className={styles.drawerTabs}>
          <Tabs.Tab value="fields">{t('webhooks.webhook')}</Tabs.Tab>
          <Tabs.Tab value="tools">{t('webhooks.tools')}</Tabs.Tab>
          <Tabs.Tab value="deliveries">{t('webhooks.deliveries')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fields">
          <WebhookFields draft={draft} onChange={(next) => setDraft({ ...draft, ...next })} error={error} />
        </Tabs.Panel>
        <Tabs.Panel value="tools">
          <WebhookTools id={webhook.id} />
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <DeliveriesPanel id={webhook.id} />
        </Tabs.Panel>
      </Tabs>
      <ConfirmModal
        opened={asking}
        title={t('webhooks.deleteTitle')}
        text={t('webhooks.deleteText')}
        action={t('common.delete')}
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(webhook.id, { onSuccess: done })}
      />
    </FormDrawer>
  );
}
