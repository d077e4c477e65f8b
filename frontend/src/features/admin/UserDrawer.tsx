import { Button, NativeSelect, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ConfirmModal } from '@/components/ConfirmModal';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import { operatorLabel, useOperators } from '@/features/operators/queries';
import { isLanguage, languages } from '@/util/i18n';
import { useChangeAccount } from './queries';

type Role = Schemas['Role'];
const roles: Role[] = ['company_admin', 'supervisor', 'user', 'viewer', 'operator'];

/** One person's access. One's own role and access are shown but cannot be taken away here. */
export function UserDrawer({ account, onClose }: { account: Schemas['Account'] | null; onClose(): void }) {
  const { t, language: own } = useI18n();
  const { me } = useSession();
  const operators = useOperators();
  const change = useChangeAccount();
  const [email, setEmail] = useState('');
  const [name, setName] = useState(account?.name ?? '');
  const [role, setRole] = useState<Role>(account?.role ?? 'user');
  const [language, setLanguage] = useState<Schemas['Language']>(account?.language ?? own);
  const [operatorId, setOperatorId] = useState(account?.operator_id ?? '');
  const [password, setPassword] = useState('');
  const [active, setActive] = useState(account?.active ?? true);
  const [asking, setAsking] = useState(false);
  const self = account !== null && account.id === me?.account.id;
  const deleting = change.variables?.kind === 'delete';
  const error = change.error ? toApiError(change.error) : null;

  const done = () => {
    notifyDone(t('common.saved'), t);
    onClose();
  };
  const save = () => {
    const operator_id = role === 'operator' ? operatorId || null : null;
    const common = { name: name.trim(), language, ...(password ? { password } : {}) };
    if (!account) change.mutate({ kind: 'create', body: { ...common, email: email.trim(), role, operator_id, password } }, { onSuccess: done });
    else change.mutate({ kind: 'update', id: account.id, body: self ? common : { ...common, role, operator_id, active } }, { onSuccess: done });
  };

  return (
    <FormDrawer
      title={account ? account.email : t('users.add')}
      pending={change.isPending && !deleting}
      error={deleting ? null : error}
      onClose={onClose}
      onSubmit={save}
      aside={
        account &&
        !self && (
          <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
            {t('common.delete')}
          </Button>
        )
      }
    >
      {!account && (
        <TextInput label={t('users.email')} type="email" required autoComplete="off" value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={error?.field('email')} data-autofocus />
      )}
      <TextInput label={t('users.name')} required value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} />
      <NativeSelect
        label={t('users.role')}
        description={self ? t('users.ownHint') : t(`role.hint.${role as Exclude<Role, 'admin'>}`)}
        disabled={self}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
        data={(account?.role === 'admin' ? (['admin', ...roles] as Role[]) : roles).map((value) => ({ value, label: t(`role.${value}`) }))}
      />
      {role === 'operator' && (
        <NativeSelect
          label={t('calls.operator')}
          required
          value={operatorId}
          onChange={(event) => setOperatorId(event.currentTarget.value)}
          error={error?.field('operator_id')}
          data={[{ value: '', label: '–' }, ...(operators.data ?? []).map((entry) => ({ value: entry.id, label: operatorLabel(entry) }))]}
        />
      )}
      <NativeSelect
        label={t('nav.language')}
        value={language}
        onChange={(event) => isLanguage(event.currentTarget.value) && setLanguage(event.currentTarget.value as Schemas['Language'])}
        data={languages.map((entry) => ({ value: entry.code, label: entry.name }))}
      />
      {!self && (
        <PasswordInput
          label={account ? t('users.newPassword') : t('login.password')}
          description={t('users.passwordHint')}
          required={!account}
          minLength={password || !account ? 8 : undefined}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={error?.field('password')}
          visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0 }}
        />
      )}
      {account && !self && <Switch label={t('users.mayLogIn')} checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />}
      <ConfirmModal
        opened={asking}
        title={t('users.deleteTitle')}
        text={t('users.deleteText')}
        action={t('common.delete')}
        pending={change.isPending}
        error={deleting ? error : null}
        onClose={() => setAsking(false)}
        onConfirm={() => account && change.mutate({ kind: 'delete', id: account.id }, { onSuccess: done })}
      />
    </FormDrawer>
  );
}
