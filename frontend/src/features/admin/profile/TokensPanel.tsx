// API tokens: what another system may do in one's name, for how long. The token itself is shown once.
import { Badge, Button, Checkbox, Drawer, NativeSelect, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { type Column, DataTable } from '@/components/DataTable';
import { ErrorNote } from '@/components/ErrorNote';
import { FormDrawer } from '@/components/FormDrawer';
import { SecretOnce } from '@/components/SecretOnce';
import styles from '../Admin.module.css';
import { useMakeToken, useRevokeToken, useTokens } from './queries';

type Token = Schemas['ApiToken'];
const days = [7, 30, 90, 180, 366];

export function TokensPanel() {
  const { t, fmt } = useI18n();
  const tokens = useTokens();
  const revoke = useRevokeToken();
  const [making, setMaking] = useState(false);
  const now = Date.now();

  const columns: Column<Token>[] = [
    { key: 'name', label: t('users.name'), cell: (item) => item.name },
    { key: 'scopes', label: t('users.permissions'), wide: true, cell: (item) => item.scopes.map((scope) => t(`permission.${scope}`)).join(', ') },
    { key: 'used', label: t('tokens.used'), align: 'end', wide: true, cell: (item) => (item.last_used_at ? fmt.dateTime(item.last_used_at) : '–') },
    {
      key: 'until',
      label: t('tokens.until'),
      align: 'end',
      cell: (item) =>
        item.expires_at && Date.parse(item.expires_at) < now ? (
          <Badge color="red" variant="light" tt="none">
            {t('tokens.expired')}
          </Badge>
        ) : item.expires_at ? (
          fmt.dateTime(item.expires_at)
        ) : (
          '–'
        ),
    },
    {
      key: 'revoke',
      label: t('tokens.revoke'),
      hideLabel: true,
      align: 'end',
      cell: (item) => (
        <Button size="compact-sm" variant="subtle" color="red" loading={revoke.isPending && revoke.variables === item.id} onClick={() => revoke.mutate(item.id)}>
          {t('tokens.revoke')}
        </Button>
      ),
    },
  ];
  return (
    <section className={styles.wideForm} aria-labelledby="tokens-title">
      <div className={styles.bar}>
        <h2 id="tokens-title" className={styles.formTitle}>
          {t('tokens.title')}
        </h2>
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
          {t('tokens.add')}
        </Button>
      </div>
      {revoke.error && <ErrorNote error={revoke.error} />}
      <DataTable
        label={t('tokens.title')}
        columns={columns}
        items={tokens.data?.items}
        error={tokens.error}
        onRetry={() => void tokens.refetch()}
        idOf={(item) => item.id}
        empty={t('tokens.none')}
      />
      {making && <TokenDrawer onClose={() => setMaking(false)} />}
    </section>
  );
}

function TokenDrawer({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const { me } = useSession();
  const make = useMakeToken();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [expires, setExpires] = useState(90);
  const error = make.error ? toApiError(make.error) : null;

  if (make.data) {
    return (
      <Drawer opened onClose={onClose} title={make.data.details.name} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack gap="md">
          <SecretOnce label={t('tokens.token')} value={make.data.token} hint={t('tokens.hint')} />
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Stack>
      </Drawer>
    );
  }
  return (
    <FormDrawer
      title={t('tokens.add')}
      submitLabel={t('tokens.make')}
      pending={make.isPending}
      error={error}
      onClose={onClose}
      onSubmit={() => make.mutate({ name: name.trim(), scopes: scopes as Schemas['ApiTokenCreate']['scopes'], expires_in_days: expires })}
    >
      <TextInput label={t('users.name')} description={t('tokens.nameHint')} required maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} data-autofocus />
      <Checkbox.Group label={t('users.permissions')} description={t('tokens.scopesHint')} required value={scopes} onChange={setScopes} error={error?.field('scopes')}>
        <Stack gap={6} mt="xs">
          {(me?.permissions ?? []).map((permission) => (
            <Checkbox key={permission} value={permission} label={t(`permission.${permission}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <NativeSelect
        label={t('tokens.expires')}
        value={String(expires)}
        onChange={(event) => setExpires(Number(event.currentTarget.value))}
        data={days.map((count) => ({ value: String(count), label: t('tokens.days', { count }) }))}
      />
    </FormDrawer>
  );
}
