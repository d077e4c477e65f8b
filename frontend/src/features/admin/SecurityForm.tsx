// What the company asks of its people when they log in, and how long its activity log is kept. For who manages the company.
import { NumberInput, Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { notifyDone } from '@/components/notify';
import { SaveRow } from '@/components/SaveRow';
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
  const [auditDays, setAuditDays] = useState(settings.audit_retention_days);
  const error = save.error ? toApiError(save.error) : null;
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
        save.mutate({ require_totp: required, audit_retention_days: auditDays }, { onSuccess: () => void saved() });
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
      <NumberInput
        label={t('security.auditDays')}
        description={t('security.auditDaysHint')}
        placeholder={t('security.auditDaysNone')}
        min={90}
        max={36500}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        suffix={t('privacy.daysSuffix')}
        value={auditDays ?? ''}
        onChange={(value) => setAuditDays(value === '' ? null : Number(value))}
        error={error?.field('audit_retention_days')}
      />
      <SaveRow error={error?.field('audit_retention_days') ? null : error} pending={save.isPending} />
    </form>
  );
}
