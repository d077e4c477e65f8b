// Where an invitation and a reset of the password end: whoever holds the link chooses the password. The token stands behind the
// # of the address, which no server sees, and is taken out of the address as soon as it was read.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { platform, unwrap } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { LanguageMenu, ThemeToggle } from '@/app/RailFooter';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import { PageLoading } from '@/components/PageLoading';
import { PasswordField } from '@/components/PasswordField';
import styles from './LoginPage.module.css';

export default function LinkPage() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [token] = useState(() => window.location.hash.slice(1));
  const [name, setName] = useState<string | null>(null);
  const [password, setPassword] = useState('');

  useEffect(() => {
    if (token) window.history.replaceState(window.history.state, '', window.location.pathname);
  }, [token]);

  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => unwrap(platform.POST('/api/v1/auth/link', { body: { token } })),
    enabled: token !== '',
    retry: false,
    staleTime: Infinity,
  });
  const invited = link.data?.purpose === 'invitation';
  const choose = useMutation({
    mutationFn: () =>
      invited
        ? unwrap(platform.POST('/api/v1/auth/invitation', { body: { token, password, name: (name ?? link.data?.name ?? '').trim() } }))
        : unwrap(platform.POST('/api/v1/auth/reset-password', { body: { token, new_password: password } })),
    onSuccess: () => {
      notifyDone(t('link.done'), t);
      void navigate('/login');
    },
  });
  const error = choose.error ? toApiError(choose.error) : null;
  const title = t(invited ? 'link.invitation' : 'link.reset');

  useEffect(() => {
    document.title = `${title} · Dialix`;
  }, [title]);

  if (link.isLoading) return <PageLoading />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose.mutate();
  };
  return (
    <main className={styles.page}>
      {link.data ? (
        <form className={styles.card} onSubmit={submit} aria-labelledby="link-title">
          <div className={styles.brand}>
            <img src="/favicon.svg" alt="" width={36} height={36} />
            <div>
              <h1 id="link-title" className={styles.title}>
                {title}
              </h1>
              <p className={styles.lead}>{link.data.company_name ?? t('role.admin')}</p>
            </div>
          </div>
          {error && !error.field('password') && !error.field('new_password') && <ErrorNote error={error} />}
          <TextInput label={t('login.login')} value={link.data.email} readOnly autoComplete="username" />
          {invited && (
            <TextInput label={t('users.name')} required withAsterisk={false} maxLength={200} value={name ?? link.data.name} onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} />
          )}
          <PasswordField
            label={t('link.password')}
            required
            withAsterisk={false}
            autoFocus
            value={password}
            onChange={setPassword}
            personal={[link.data.name, link.data.email, link.data.company_name ?? undefined]}
            error={error?.field('password') ?? error?.field('new_password')}
          />
          <Button type="submit" loading={choose.isPending} fullWidth>
            {t('link.choose')}
          </Button>
        </form>
      ) : (
        <div className={styles.card} role="alert">
          <h1 className={styles.title}>{t('link.invalid')}</h1>
          <p className={styles.lead}>{t('link.invalidHint')}</p>
          {link.error && toApiError(link.error).status !== 404 && <ErrorNote error={link.error} onRetry={() => void link.refetch()} />}
          <Link to="/login">{t('login.title')}</Link>
        </div>
      )}
      <div className={styles.tools}>
        <LanguageMenu />
        <ThemeToggle />
      </div>
    </main>
  );
}
