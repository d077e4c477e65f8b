// Somebody new: they get a link and choose their password themselves, so nobody else ever knows it.
import { Button, Drawer, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { FormDrawer } from '@/components/FormDrawer';
import { SecretOnce } from '@/components/SecretOnce';
import { linkAddress, useInvite } from './queries';
import { type RoleDraft, RoleFields } from './RoleFields';

export function InviteDrawer({ onClose }: { onClose(): void }) {
  const { t, fmt, language } = useI18n();
  const invite = useInvite();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [draft, setDraft] = useState<RoleDraft>({ role: 'user', operatorId: '', language });
  const error = invite.error ? toApiError(invite.error) : null;

  if (invite.data) {
    const { account, invitation } = invite.data;
    return (
      <Drawer opened onClose={onClose} title={account.email} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack gap="md">
          <SecretOnce label={t('users.invitationLink')} value={linkAddress('invitation', invitation.token)} hint={t('users.linkHint', { until: fmt.dateTime(invitation.expires_at) })} />
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Stack>
      </Drawer>
    );
  }
  return (
    <FormDrawer
      title={t('users.invite')}
      submitLabel={t('users.makeInvitation')}
      pending={invite.isPending}
      error={error}
      onClose={onClose}
      onSubmit={() =>
        invite.mutate({
          email: email.trim(),
          ...(name.trim() ? { name: name.trim() } : {}),
          role: draft.role,
          language: draft.language,
          operator_id: draft.role === 'operator' ? draft.operatorId || null : null,
        })
      }
    >
      <TextInput label={t('users.email')} type="email" required autoComplete="off" value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={error?.field('email')} data-autofocus />
      <TextInput label={t('users.name')} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} />
      <RoleFields draft={draft} onChange={(next) => setDraft({ ...draft, ...next })} error={error} />
    </FormDrawer>
  );
}
