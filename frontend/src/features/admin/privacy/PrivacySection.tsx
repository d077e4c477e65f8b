// What is kept of a call, for how long, and what is taken out of it; erasures; all data handed over.
import { NumberInput, Skeleton, Switch } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import { SaveRow } from '@/components/SaveRow';
import styles from '../Admin.module.css';
import { useSaveSettings, useSettings } from '../queries';
import { ErasuresPanel } from './ErasuresPanel';
import { ExportsPanel } from './ExportsPanel';

const spans = ['audio_days', 'transcript_days', 'chat_days', 'record_days'] as const;
const marks = ['cards', 'phones', 'emails', 'audio'] as const;

export function PrivacySection() {
  const settings = useSettings();
  if (settings.error && !settings.data) return <ErrorNote error={settings.error} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <Skeleton height={420} maw={640} radius="md" />;
  return (
    <>
      <PrivacyForm settings={settings.data} />
      <ErasuresPanel />
      <ExportsPanel />
    </>
  );
}

function PrivacyForm({ settings }: { settings: Schemas['Settings'] }) {
  const { t } = useI18n();
  const { can } = useSession();
  const save = useSaveSettings();
  const [retention, setRetention] = useState(settings.retention);
  const [redaction, setRedaction] = useState(settings.redaction);
  const readOnly = !can('manage_company');
  const error = save.error ? toApiError(save.error) : null;
  const masks = redaction.cards || redaction.phones || redaction.emails;

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ retention, redaction: { ...redaction, audio: redaction.audio && masks } }, { onSuccess: () => notifyDone(t('common.saved'), t) });
      }}
    >
      <h2 className={styles.formTitle}>{t('privacy.retention')}</h2>
      <p className={styles.hint}>{t('privacy.retentionHint')}</p>
      <div className={styles.row}>
        {spans.map((span) => (
          <NumberInput
            key={span}
            label={t(`privacy.${span}`)}
            placeholder={t('privacy.forever')}
            disabled={readOnly}
            min={1}
            max={36500}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            suffix={t('privacy.daysSuffix')}
            value={retention[span] ?? ''}
            onChange={(value) => setRetention({ ...retention, [span]: value === '' ? null : Number(value) })}
            error={error?.field(`retention.${span}`)}
          />
        ))}
      </div>
      <h2 className={styles.formTitle}>{t('privacy.redaction')}</h2>
      <p className={styles.hint}>{t('privacy.redactionHint')}</p>
      {marks.map((mark) => (
        <Switch
          key={mark}
          label={t(`privacy.${mark}`)}
          disabled={readOnly || (mark === 'audio' && !masks)}
          checked={mark === 'audio' ? redaction.audio && masks : redaction[mark]}
          onChange={(event) => setRedaction({ ...redaction, [mark]: event.currentTarget.checked })}
        />
      ))}
      <SaveRow error={error} pending={save.isPending} readOnly={readOnly} />
    </form>
  );
}
