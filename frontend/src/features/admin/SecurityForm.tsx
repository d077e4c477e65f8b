// What the company asks of its people when they log in. Shown to who manages the company.
import { Button, Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import styles from './Admin.module.css';
import { useTotp } from './profile/queries';
import { useSaveSettings } from './queries';

export function SecurityForm({ settings }: { settings: Schemas['Settings'] }) {
  const { t } = useI18n();
  const { me, company } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const totp = useTotp();
  const save = useSaveSettings();
  const [required, setRequired] = useState(settings.require_totp);
  // The company's own people are asked, so whoever looks after a branch is not.
  const mustEnrol = required && !settings.require_totp && company?.id === me?.company?.id && totp.data?.enabled === false;

  const saved = async () => {
    notifyDone(t('common.saved'), t);
    await client.invalidateQueries({ queryKey: ['me', 'totp'] });
    if (mustEnrol) void navigate('/admin/profile');
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ require_totp: required }, { onSuccess: () => void saved() });
      }}
    >
      <h2 className={styles.formTitle}>{t('security.title')}</h2>
      <Switch
        label={t('security.requireTotp')}
        description={t('security.requireTotpHint')}
        checked={required}
        onChange={(event) => setRequired(event.currentTarget.checked)}
      />
      {mustEnrol && (
        <p className={styles.hint} role="status">
          {t('security.requireTotpSelf')}
        </p>
      )}
      {save.error && <ErrorNote error={save.error} />}
      <div>
        <Button type="submit" loading={save.isPending}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}
