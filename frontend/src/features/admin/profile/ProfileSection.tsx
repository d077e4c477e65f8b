// Oneself: the name that others see, the password, the second factor, and where one is logged in.
import { Button, Checkbox, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { platform, unwrap } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import { PasswordField } from '@/components/PasswordField';
import { SaveRow } from '@/components/SaveRow';
import styles from '../Admin.module.css';
import { EventsPanel } from './EventsPanel';
import { SessionsPanel } from './SessionsPanel';
import { TokensPanel } from './TokensPanel';
import { TotpPanel } from './TotpPanel';
import { useTokens } from './queries';

export function ProfileSection() {
  return (
    <>
      <NameForm />
      <PasswordForm />
      <TotpPanel />
      <SessionsPanel />
      <TokensPanel />
      <EventsPanel />
    </>
  );
}

function NameForm() {
  const { t, language } = useI18n();
  const { me, signedIn } = useSession();
  const [name, setName] = useState(me?.account.name ?? '');
  const save = useMutation({
    mutationFn: () => unwrap(platform.PATCH('/api/v1/me', { body: { name: name.trim(), language } })),
    onSuccess: (next) => {
      signedIn(next);
      notifyDone(t('common.saved'), t);
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <h2 className={styles.formTitle}>{me?.account.email}</h2>
      <TextInput label={t('users.name')} required maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <SaveRow error={save.error} pending={save.isPending} />
    </form>
  );
}

function PasswordForm() {
  const { t } = useI18n();
  const { me } = useSession();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [revoke, setRevoke] = useState(true);
  const client = useQueryClient();
  const hasTokens = (useTokens().data?.items.length ?? 0) > 0;
  const save = useMutation({
    mutationFn: () => unwrap(platform.POST('/api/v1/me/password', { body: { current_password: current, new_password: next, revoke_tokens: hasTokens && revoke } })),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      void client.invalidateQueries({ queryKey: ['me'] });
      notifyDone(t('profile.passwordChanged'), t);
    },
  });
  const error = save.error ? toApiError(save.error) : null;
  const eye = { 'aria-label': t('login.showPassword'), tabIndex: 0 };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <h2 className={styles.formTitle}>{t('profile.password')}</h2>
      <PasswordInput
        label={t('profile.current')}
        required
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        error={error?.field('current_password') && t('profile.wrongPassword')}
        visibilityToggleButtonProps={eye}
      />
      <PasswordField
        label={t('users.newPassword')}
        required
        value={next}
        onChange={setNext}
        personal={[me?.account.name, me?.account.email, me?.company?.name]}
        error={error?.field('new_password')}
      />
      {hasTokens && <Checkbox label={t('profile.revokeTokens')} checked={revoke} onChange={(event) => setRevoke(event.currentTarget.checked)} />}
      <p className={styles.hint}>{t('profile.passwordHint')}</p>
      {error && !error.field('current_password') && !error.field('new_password') && <ErrorNote error={error} />}
      <div>
        <Button type="submit" loading={save.isPending}>
          {t('profile.changePassword')}
        </Button>
      </div>
    </form>
  );
}
