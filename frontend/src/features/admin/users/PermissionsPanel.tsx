// Single permissions beside the role's: each as the role has it, granted, or denied. What one does not hold oneself is not
// one's to give.
import { Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import styles from '../Admin.module.css';
import { type Account, useChangeAccount } from './queries';

type Given = Schemas['GivenPermissions'][number];
type Choice = 'role' | 'granted' | 'denied';

export const givable: Given[] = [
  'view_records', 'update_records', 'delete_records', 'view_analytics', 'manage_checklists', 'manage_operators',
  'manage_users', 'manage_company', 'manage_billing', 'manage_integrations', 'view_audit',
];

export function PermissionsPanel({ account }: { account: Account }) {
  const { t } = useI18n();
  const { can } = useSession();
  const change = useChangeAccount();
  const start = (name: Given): Choice =>
    account.permissions_denied.includes(name) ? 'denied' : account.permissions_granted.includes(name) ? 'granted' : 'role';
  const [choices, setChoices] = useState(() => new Map(givable.map((name) => [name, start(name)])));
  const listed = (choice: Choice) => givable.filter((name) => choices.get(name) === choice);

  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('users.permissionsHint')}
      </Text>
      {givable.map((name) => (
        <div key={name} className={styles.permission}>
          <span id={`permission-${name}`}>{t(`permission.${name}`)}</span>
          <NativeSelect
            size="xs"
            aria-labelledby={`permission-${name}`}
            disabled={!can(name)}
            value={choices.get(name) ?? 'role'}
            onChange={(event) => setChoices(new Map(choices).set(name, event.currentTarget.value as Choice))}
            data={(['role', 'granted', 'denied'] as const).map((value) => ({ value, label: t(`permission.choice.${value}`) }))}
          />
        </div>
      ))}
      {change.error && <ErrorNote error={change.error} />}
      <div>
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() =>
            change.mutate(
              { kind: 'permissions', id: account.id, body: { granted: listed('granted'), denied: listed('denied') } },
              { onSuccess: () => notifyDone(t('common.saved'), t) },
            )
          }
        >
          {t('users.savePermissions')}
        </Button>
      </div>
    </Stack>
  );
}
