// What a new webhook and one that is there share: where to, of what, whether at all.
import { Checkbox, Stack, Switch, TextInput } from '@mantine/core';
import type { ApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import type { WebhookEvent } from './queries';

const events: WebhookEvent[] = ['record.completed', 'record.failed'];

export interface WebhookDraft {
  url: string;
  events: WebhookEvent[];
  active: boolean;
}

interface Props {
  draft: WebhookDraft;
  onChange(change: Partial<WebhookDraft>): void;
  error: ApiError | null;
}

export function WebhookFields({ draft, onChange, error }: Props) {
  const { t } = useI18n();
  return (
    <Stack gap="md">
      <TextInput
        label={t('sessions.address')}
        description={t('webhooks.urlHint')}
        type="url"
        required
        maxLength={2000}
        autoComplete="off"
        placeholder="https://"
        value={draft.url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
        error={error?.field('url')}
        data-autofocus
      />
      <Checkbox.Group label={t('webhooks.events')} required value={draft.events} onChange={(value) => onChange({ events: value as WebhookEvent[] })} error={error?.field('events')}>
        <Stack gap={6} mt="xs">
          {events.map((event) => (
            <Checkbox key={event} value={event} label={t(`webhooks.event.${event}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Switch label={t('integrations.active')} checked={draft.active} onChange={(event) => onChange({ active: event.currentTarget.checked })} />
    </Stack>
  );
}
