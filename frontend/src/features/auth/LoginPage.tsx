import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { platform, unwrap } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { LanguageMenu, ThemeToggle } from '@/app/RailFooter';
import { useSession } from '@/app/session';
import { ErrorNote } from '@/components/ErrorNote';
import styles from './LoginPage.module.css';
import { pauseBefore, triesAgain } from './loginRetry';

export default function LoginPage() {
  const { t } = useI18n();
  const { signedIn } = useSession();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  /** Whether the password was right and a second factor is wanted. */
  const [asked, setAsked] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);

  const enter = useMutation({
    mutationFn: () => unwrap(platform.POST('/api/v1/auth/login', { body: { login: login.trim(), password, ...(asked && code ? { totp: code.trim() } : {}) } })),
    retry: triesAgain,
    retryDelay: pauseBefore,
    onSuccess: signedIn,
    onError: (failure) => {
      const { code: reason } = toApiError(failure);
      if (reason === 'totp_required' || reason === 'totp_wrong') setAsked(true);
      else passwordField.current?.select();
      if (reason === 'totp_wrong') setCode('');
    },
  });

  useEffect(() => {
    document.title = `${t('login.title')} · Dialix`;
  }, [t]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  const problem = enter.error ? toApiError(enter.error) : null;
  const refused = problem?.code === 'invalid_credentials';

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit} aria-labelledby="login-title">
        <div className={styles.brand}>
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <div>
            <h1 id="login-title" className={styles.title}>
              {t('login.title')}
            </h1>
            <p className={styles.lead}>{t('login.lead')}</p>
          </div>
        </div>
        {problem && problem.code !== 'totp_required' && <ErrorNote error={problem} />}
        <TextInput
          label={t('login.login')}
          name="login"
          autoComplete="username"
          inputMode="email"
          required
          withAsterisk={false}
          autoFocus
          value={login}
          error={refused}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          ref={passwordField}
          label={t('login.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          error={refused}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0 }}
        />
        {asked && (
          <TextInput
            label={t('totp.code')}
            description={t('totp.codeOrRecovery')}
            name="totp"
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            autoFocus
            maxLength={40}
            value={code}
            error={problem?.code === 'totp_wrong'}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        <Button type="submit" loading={enter.isPending} fullWidth>
          {t('login.enter')}
        </Button>
      </form>
      <div className={styles.tools}>
        <LanguageMenu />
        <ThemeToggle />
      </div>
    </main>
  );
}
