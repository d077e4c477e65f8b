// Letting somebody in or keeping them out. Each takes effect with their next request.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '@/app/i18n';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import { SecretOnce } from '@/components/SecretOnce';
import { type Account, linkAddress, useChangeAccount, useNewLink } from './queries';

export function AccessPanel({ account }: { account: Account }) {
  const { t, fmt } = useI18n();
  const change = useChangeAccount();
  const link = useNewLink();
  const [reason, setReason] = useState('');
  const purpose = account.status === 'invited' ? 'invitation' : 'reset';
  const blocked = account.status === 'blocked';
  const done = { onSuccess: () => notifyDone(t('common.saved'), t) };

  return (
    <Stack gap="md">
      <Text size="sm">
        {t(`users.statusText.${account.status}`)}
        {blocked && account.block_reason ? ` ${t('users.blockedBecause', { reason: account.block_reason })}` : ''}
      </Text>
      {!blocked && (
        <>
          {link.data ? (
            <SecretOnce
              label={t(purpose === 'invitation' ? 'users.invitationLink' : 'users.resetLink')}
              value={linkAddress(purpose, link.data.token)}
              hint={t('users.linkHint', { until: fmt.dateTime(link.data.expires_at) })}
            />
          ) : (
            <Group gap="xs">
              <Button variant="default" loading={link.isPending} onClick={() => link.mutate({ id: account.id, purpose })}>
                {t(purpose === 'invitation' ? 'users.inviteAgain' : 'users.resetPassword')}
              </Button>
              <Text size="xs" c="dimmed" flex={1}>
                {t(purpose === 'invitation' ? 'users.inviteAgainHint' : 'users.resetHint')}
              </Text>
            </Group>
          )}
          {link.error && <ErrorNote error={link.error} />}
          <Group align="end" gap="xs">
            <TextInput label={t('users.blockReason')} flex={1} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
            <Button color="red" variant="light" loading={change.isPending} onClick={() => change.mutate({ kind: 'block', id: account.id, reason: reason.trim() }, done)}>
              {t('users.block')}
            </Button>
          </Group>
        </>
      )}
      {blocked && (
        <div>
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate({ kind: 'unblock', id: account.id }, done)}>
            {t('users.unblock')}
          </Button>
        </div>
      )}
      {change.error && <ErrorNote error={change.error} />}
    </Stack>
  );
}
