// A signed ping to the receiver, and another secret for it.
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '@/app/i18n';
import { ConfirmModal } from '@/components/ConfirmModal';
import { ErrorNote } from '@/components/ErrorNote';
import { SecretOnce } from '@/components/SecretOnce';
import { CheckNote } from './CheckNote';
import { useRotateSecret, useTestWebhook } from './queries';

export function WebhookTools({ id }: { id: string }) {
  const { t } = useI18n();
  const ping = useTestWebhook();
  const rotate = useRotateSecret();
  const [asking, setAsking] = useState(false);
  const status = ping.data?.response_code ?? null;
  const answer = status === null ? undefined : t(ping.data?.ok ? 'webhooks.took' : 'webhooks.answered', { status: String(status) });

  return (
    <Stack gap="md">
      <Group gap="xs">
        <Button variant="default" loading={ping.isPending} onClick={() => ping.mutate(id)}>
          {t('webhooks.test')}
        </Button>
        <Text size="xs" c="dimmed" flex={1}>
          {t('webhooks.testHint')}
        </Text>
      </Group>
      {ping.error && <ErrorNote error={ping.error} />}
      {ping.data && !ping.isPending && <CheckNote name={t('webhooks.receiver')} result={ping.data} text={answer} />}
      {rotate.data ? (
        <SecretOnce label={t('webhooks.secret')} value={rotate.data.secret} hint={t('webhooks.secretHint')} />
      ) : (
        <Group gap="xs">
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('webhooks.rotate')}
          </Button>
          <Text size="xs" c="dimmed" flex={1}>
            {t('webhooks.rotateHint')}
          </Text>
        </Group>
      )}
      <ConfirmModal
        opened={asking}
        title={t('webhooks.rotateTitle')}
        text={t('webhooks.rotateText')}
        action={t('webhooks.rotate')}
        pending={rotate.isPending}
        error={rotate.error}
        onClose={() => setAsking(false)}
        onConfirm={() => rotate.mutate(id, { onSuccess: () => setAsking(false) })}
      />
    </Stack>
  );
}
