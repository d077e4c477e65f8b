// What the company asks about each call. Read by everyone, changed by those who manage the company.
import { NativeSelect, Skeleton, TagsInput } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import { SaveRow } from '@/components/SaveRow';
import { isLanguage, languages } from '@/util/i18n';
import { timeZones } from '@/util/zones';
import styles from './Admin.module.css';
import { useSaveSettings, useSettings } from './queries';
import { SecurityForm } from './SecurityForm';

export function SettingsSection() {
  const { can } = useSession();
  const settings = useSettings();
  if (settings.error && !settings.data) return <ErrorNote error={settings.error} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <Skeleton height={420} maw={640} radius="md" />;
  return (
    <>
      <SettingsForm settings={settings.data} />
      {can('manage_company') && <SecurityForm settings={settings.data} />}
    </>
  );
}

function SettingsForm({ settings }: { settings: Schemas['Settings'] }) {
  const { t, fmt } = useI18n();
  const { can } = useSession();
  const save = useSaveSettings();
  const [draft, setDraft] = useState(settings);
  const set = (change: Partial<Schemas['Settings']>) => setDraft({ ...draft, ...change });
  const readOnly = !can('manage_company');
  const error = save.error ? toApiError(save.error) : null;
  const lists = [
    ['purposes', 'settings.purposes'],
    ['products', 'settings.products'],
    ['lead_sources', 'settings.leadSources'],
  ] as const;

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const { language, timezone, purposes, products, lead_sources, channel_map } = draft;
        save.mutate({ language, timezone, purposes, products, lead_sources, channel_map }, { onSuccess: () => notifyDone(t('common.saved'), t) });
      }}
    >
      <h2 className={styles.formTitle}>{t('settings.title')}</h2>
      <p className={styles.hint}>{readOnly ? t('settings.readOnly') : t('settings.hint')}</p>
      <div className={styles.row}>
        <NativeSelect
          label={t('settings.language')}
          disabled={readOnly}
          value={draft.language}
          onChange={(event) => isLanguage(event.currentTarget.value) && set({ language: event.currentTarget.value as Schemas['Language'] })}
          data={languages.map((entry) => ({ value: entry.code, label: entry.name }))}
        />
        <NativeSelect
          label={t('settings.timezone')}
          disabled={readOnly}
          value={draft.timezone}
          onChange={(event) => set({ timezone: event.currentTarget.value })}
          data={timeZones(draft.timezone)}
          error={error?.field('timezone')}
        />
      </div>
      {lists.map(([field, label]) => (
        <TagsInput
          key={field}
          label={t(label)}
          description={readOnly ? undefined : t('settings.tagsHint')}
          disabled={readOnly}
          maxTags={200}
          value={draft[field]}
          onChange={(value) => set({ [field]: value })}
          error={error?.field(field)}
        />
      ))}
      <NativeSelect
        label={t('settings.operatorChannel')}
        description={t('settings.operatorChannelHint')}
        disabled={readOnly}
        value={draft.channel_map.operator_channel === null ? '' : String(draft.channel_map.operator_channel)}
        onChange={(event) => set({ channel_map: { operator_channel: event.currentTarget.value === '' ? null : Number(event.currentTarget.value) } })}
        data={[
          { value: '', label: t('settings.channelAuto') },
          { value: '0', label: t('settings.channelLeft') },
          { value: '1', label: t('settings.channelRight') },
        ]}
      />
      <p className={styles.hint}>{t('settings.price', { price: fmt.money(settings.price_per_minute_minor, settings.currency) })}</p>
      <SaveRow error={error} pending={save.isPending} readOnly={readOnly} />
    </form>
  );
}
