// One outside service: connect it, replace its keys, try it, forget it.
import { Button, Group, PasswordInput, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { ConfirmModal } from '@/components/ConfirmModal';
import { ErrorNote } from '@/components/ErrorNote';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import styles from '../Admin.module.css';
import { CheckNote } from './CheckNote';
import { useCheckService, useRemoveService, useSaveService } from './queries';
import { bodyOf, draftOf, type Service, type Stored } from './services';

interface Props {
  service: Service;
  stored: Stored | null;
  onClose(): void;
}

export function ServiceDrawer({ service, stored, onClose }: Props) {
  const { t, fmt } = useI18n();
  const save = useSaveService();
  const check = useCheckService();
  const remove = useRemoveService();
  const [draft, setDraft] = useState(() => draftOf(service, stored));
  const [asking, setAsking] = useState(false);
  const error = save.error ? toApiError(save.error) : null;
  const set = (name: string, value: string) => setDraft({ ...draft, text: { ...draft.text, [name]: value } });

  const saved = () => {
    notifyDone(t('common.saved'), t);
    // Stays open, to be tried; the secrets that were typed are gone from here.
    setDraft({ ...draft, text: Object.fromEntries(service.plain.map(({ name }) => [name, draft.text[name]])) });
    check.reset();
  };
  const removed = () => {
    notifyDone(t('integrations.removed', { name: service.title }), t);
    onClose();
  };
  const kept = (name: (typeof service.secrets)[number]) => {
    const secret = stored?.[name];
    if (!secret?.is_set) return undefined;
    return secret.ends_with ? t('integrations.secretEnds', { end: secret.ends_with }) : t('integrations.secretSet');
  };

  return (
    <FormDrawer
      title={service.title}
      pending={save.isPending}
      error={error}
      onClose={onClose}
      onSubmit={() => save.mutate({ name: service.name, body: bodyOf(service, draft) }, { onSuccess: saved })}
      aside={
        stored && (
          <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
            {t('common.delete')}
          </Button>
        )
      }
    >
      {stored && (
        <dl className={styles.facts}>
          <div>
            <dt>{t('common.updated')}</dt>
            <dd>{fmt.dateTime(stored.updated_at)}</dd>
          </div>
          {stored.synced_until && (
            <div>
              <dt>{t('integrations.synced')}</dt>
              <dd>{fmt.dateTime(stored.synced_until)}</dd>
            </div>
          )}
          <div>
            <dt>{t('integrations.checked')}</dt>
            <dd>{stored.checked_at ? fmt.dateTime(stored.checked_at) : '–'}</dd>
          </div>
          {stored.last_error && (
            <div>
              <dt>{t('integrations.error')}</dt>
              <dd>{stored.last_error}</dd>
            </div>
          )}
        </dl>
      )}
      {service.plain.map(({ name, most }) => (
        <TextInput
          key={name}
          label={t(`integrations.${name}`)}
          required
          maxLength={most}
          autoComplete="off"
          value={draft.text[name] ?? ''}
          onChange={(event) => set(name, event.currentTarget.value)}
          error={error?.field(name)}
        />
      ))}
      {service.secrets.map((name) => (
        <PasswordInput
          key={name}
          label={t(`integrations.${name}`)}
          description={kept(name)}
          required={!stored?.[name]?.is_set}
          minLength={8}
          maxLength={4000}
          autoComplete="new-password"
          value={draft.text[name] ?? ''}
          onChange={(event) => set(name, event.currentTarget.value)}
          error={error?.field(name)}
          visibilityToggleButtonProps={{ 'aria-label': t('integrations.showSecret'), tabIndex: 0 }}
        />
      ))}
      <Switch label={t('integrations.active')} checked={draft.active} onChange={(event) => setDraft({ ...draft, active: event.currentTarget.checked })} />
      {stored && (
        <>
          <Group gap="xs">
            <Button variant="default" loading={check.isPending} onClick={() => check.mutate(service.name)}>
              {t('integrations.check')}
            </Button>
            <Text size="xs" c="dimmed" flex={1}>
              {t('integrations.checkHint')}
            </Text>
          </Group>
          {check.error && <ErrorNote error={check.error} />}
          {check.data && !check.isPending && <CheckNote name={service.title} result={check.data} />}
        </>
      )}
      <ConfirmModal
        opened={asking}
        title={t('integrations.removeTitle', { name: service.title })}
        text={t('integrations.removeText')}
        action={t('common.delete')}
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(service.name, { onSuccess: removed })}
      />
    </FormDrawer>
  );
}
