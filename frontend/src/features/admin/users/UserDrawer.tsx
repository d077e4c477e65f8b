// One person's access. One's own role and access are shown but cannot be taken away here.
import { Button, Tabs, TextInput } from '@mantine/core';
import { useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ConfirmModal } from '@/components/ConfirmModal';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import styles from '../Admin.module.css';
import { AccessPanel } from './AccessPanel';
import { PermissionsPanel } from './PermissionsPanel';
import { type Account, useChangeAccount } from './queries';
import { type RoleDraft, RoleFields } from './RoleFields';
import { TransferPanel } from './TransferPanel';

export function UserDrawer({ account, onClose }: { account: Account; onClose(): void }) {
  const { t } = useI18n();
  const { me } = useSession();
  const change = useChangeAccount();
  const remove = useChangeAccount();
  const [name, setName] = useState(account.name);
  const [draft, setDraft] = useState<RoleDraft>({ role: account.role, operatorId: account.operator_id ?? '', language: account.language });
  const [asking, setAsking] = useState(false);
  const self = account.id === me?.account.id;
  const error = change.error ? toApiError(change.error) : null;

  const done = () => {
    notifyDone(t('common.saved'), t);
    onClose();
  };
  const save = () => {
    const common = { name: name.trim(), language: draft.language };
    const operator_id = draft.role === 'operator' ? draft.operatorId || null : null;
    const body = self ? common : { ...common, role: draft.role, operator_id };
    change.mutate({ kind: 'update', id: account.id, body }, { onSuccess: done });
  };

  return (
    <FormDrawer
      title={account.email}
      size="lg"
      pending={change.isPending}
      error={error}
      onClose={onClose}
      onSubmit={save}
      aside={
        !self && (
          <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
            {t('common.delete')}
          </Button>
        )
      }
    >
      <Tabs defaultValue="person" keepMounted={false}>
        <Tabs.List mb="md" className={styles.drawerTabs}>
          <Tabs.Tab value="person">{t('users.person')}</Tabs.Tab>
          {!self && <Tabs.Tab value="access">{t('users.access')}</Tabs.Tab>}
          {!self && account.role !== 'admin' && <Tabs.Tab value="permissions">{t('users.permissions')}</Tabs.Tab>}
          {account.role !== 'admin' && <Tabs.Tab value="company">{t('companies.name')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="person">
          <TextInput label={t('users.name')} required value={name} maxLength={200} mb="md" onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} />
          <RoleFields draft={draft} onChange={(next) => setDraft({ ...draft, ...next })} error={error} self={self} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <AccessPanel account={account} />
        </Tabs.Panel>
        <Tabs.Panel value="permissions">
          <PermissionsPanel account={account} />
        </Tabs.Panel>
        <Tabs.Panel value="company">
          <TransferPanel account={account} self={self} onMoved={onClose} />
        </Tabs.Panel>
      </Tabs>
      <ConfirmModal
        opened={asking}
        title={t('users.deleteTitle')}
        text={t('users.deleteText')}
        action={t('common.delete')}
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate({ kind: 'delete', id: account.id }, { onSuccess: done })}
      />
    </FormDrawer>
  );
}
