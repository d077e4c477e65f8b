// The second factor (RFC 6238): scan, confirm by a code, keep the recovery codes. Each step asks for the password again.
import { Button, Group, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { ErrorNote } from '@/components/ErrorNote';
import { QrCode } from '@/components/QrCode';
import { SecretOnce } from '@/components/SecretOnce';
import styles from '../Admin.module.css';
import { type TotpStep, useTotp, useTotpStep } from './queries';

type Asking = 'begin' | 'end' | 'codes' | null;

export function TotpPanel() {
  const { t, fmt } = useI18n();
  const totp = useTotp();
  const step = useTotpStep();
  const [asking, setAsking] = useState<Asking>(null);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const error = step.error ? toApiError(step.error) : null;
  const made = step.data;

  const run = (next: TotpStep) =>
    step.mutate(next, {
      onSuccess: () => {
        setAsking(null);
        setPassword('');
        setCode('');
      },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (made?.uri) run({ kind: 'confirm', code });
    else if (asking === 'end') run({ kind: 'end', password, code });
    else if (asking) run({ kind: asking, password });
  };
  const codeField = (
    <TextInput
      label={t('totp.code')}
      description={asking === 'end' ? t('totp.codeOrRecovery') : t('totp.codeHint')}
      required
      inputMode={asking === 'end' ? 'text' : 'numeric'}
      autoComplete="one-time-code"
      maxLength={40}
      value={code}
      onChange={(event) => setCode(event.currentTarget.value)}
      error={error?.field('code')}
    />
  );

  let body: ReactNode;
  if (totp.error && !totp.data) body = <ErrorNote error={totp.error} onRetry={() => void totp.refetch()} />;
  else if (!totp.data) body = <Skeleton height={60} radius="md" />;
  else if (made?.recovery_codes) {
    body = (
      <>
        <SecretOnce label={t('totp.recoveryCodes')} value={made.recovery_codes.join('\n')} hint={t('totp.recoveryHint')} />
        <div>
          <Button onClick={() => step.reset()}>{t('totp.kept')}</Button>
        </div>
      </>
    );
  } else if (made?.uri && made.secret) {
    body = (
      <>
        <Text size="sm">{t('totp.scan')}</Text>
        <Group align="start" gap="md">
          <QrCode text={made.uri} label={t('totp.qr')} />
          <Stack gap="xs" flex={1}>
            <Text size="xs" c="dimmed">
              {t('totp.byHand')}
            </Text>
            <code className={styles.secret}>{made.secret}</code>
            {codeField}
          </Stack>
        </Group>
        <Group gap="xs">
          <Button type="submit" loading={step.isPending}>
            {t('totp.confirm')}
          </Button>
          <Button variant="default" onClick={() => step.reset()}>
            {t('common.cancel')}
          </Button>
        </Group>
      </>
    );
  } else if (asking) {
    body = (
      <>
        <PasswordInput
          label={t('profile.current')}
          required
          autoFocus
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={error?.field('password') && t('profile.wrongPassword')}
          visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0 }}
        />
        {asking === 'end' && codeField}
        <Group gap="xs">
          <Button type="submit" color={asking === 'end' ? 'red' : undefined} loading={step.isPending}>
            {t(`totp.${asking}`)}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              step.reset();
              setAsking(null);
            }}
          >
            {t('common.cancel')}
          </Button>
        </Group>
      </>
    );
  } else if (totp.data.enabled) {
    body = (
      <>
        <Text size="sm">{t('totp.on', { since: totp.data.confirmed_at ? fmt.dateTime(totp.data.confirmed_at) : '–', count: totp.data.recovery_codes_left })}</Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => setAsking('codes')}>
            {t('totp.codes')}
          </Button>
          <Button variant="light" color="red" onClick={() => setAsking('end')}>
            {t('totp.end')}
          </Button>
        </Group>
      </>
    );
  } else {
    body = (
      <>
        <Text size="sm">{t(totp.data.required ? 'totp.required' : 'totp.off')}</Text>
        <div>
          <Button variant={totp.data.required ? 'filled' : 'default'} onClick={() => setAsking('begin')}>
            {t('totp.begin')}
          </Button>
        </div>
      </>
    );
  }
  return (
    <form className={styles.form} onSubmit={submit} aria-labelledby="totp-title">
      <h2 id="totp-title" className={styles.formTitle}>
        {t('totp.title')}
      </h2>
      {body}
      {error && !error.field('password') && !error.field('code') && <ErrorNote error={error} />}
    </form>
  );
}
