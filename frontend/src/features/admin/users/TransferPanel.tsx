// Which companies somebody was in, and the way to another one: for platform admins, and for who administers branches.
import { Button, Select, Stack, Switch } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ConfirmModal } from '@/components/ConfirmModal';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import styles from '../Admin.module.css';
import { useCompanies } from '../queries';
import { type Account, useChangeAccount } from './queries';
import { RoleChoice } from './RoleFields';
import { TransferHistory } from './TransferHistory';

interface Props {
  account: Account;
  self: boolean;
  onMoved(): void;
}

export function TransferPanel({ account, self, onMoved }: Props) {
  const { can, mayChoose } = useSession();
  const mayMove = mayChoose && !self && can('manage_company');
  const companies = useCompanies(mayMove);
  const hasOthers = companies.data?.items.some((item) => item.id !== account.company_id) ?? false;
  return (
    <Stack gap="lg">
      {mayMove && companies.error && <ErrorNote error={companies.error} onRetry={() => void companies.refetch()} />}
      {mayMove && hasOthers && <TransferForm account={account} onMoved={onMoved} />}
      <TransferHistory id={account.id} />
    </Stack>
  );
}

type Company = Schemas['Company'];
// So many that the list needs no scrolling; the search finds the others.
const offeredAtOnce = 8;
type Role = Exclude<Schemas['Role'], 'admin'>;

function TransferForm({ account, onMoved }: { account: Account; onMoved(): void }) {
  const { t } = useI18n();
  const move = useChangeAccount();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [target, setTarget] = useState<Company | null>(null);
  const [draft, setDraft] = useState({ role: account.role, operatorId: '' });
  const [keeps, setKeeps] = useState(false);
  const [asking, setAsking] = useState(false);
  const [q] = useDebouncedValue(text === target?.name ? '' : text.trim(), 300);
  const companies = useCompanies(true, q);
  const error = move.error ? toApiError(move.error) : null;
  const found = (companies.data?.items ?? []).filter((item) => item.id !== account.company_id).slice(0, offeredAtOnce);
  // The one that was chosen stays known to the closed list, whatever was searched since.
  const offered = target && !open && !found.some((item) => item.id === target.id) ? [target, ...found] : found;
  // An option that cannot be taken: a list without any is none to a screen reader.
  const nothing = { value: '', label: t(companies.isFetching ? 'common.loading' : 'common.nothing'), disabled: true };
  const hasGrants = account.permissions_granted.length + account.permissions_denied.length > 0;
  const needsOperator = draft.role === 'operator' && draft.operatorId === '';

  const confirm = () => {
    if (!target) return;
    const body: Schemas['AccountTransfer'] = {
      company_id: target.id,
      role: draft.role as Role,
      operator_id: draft.role === 'operator' ? draft.operatorId || null : null,
      keep_grants: keeps,
    };
    move.mutate(
      { kind: 'transfer', id: account.id, body },
      {
        onSuccess: () => {
          notifyDone(t('transfer.done', { name: account.name || account.email, company: target.name }), t);
          onMoved();
        },
        // What is wrong is said at the fields, which the question covers.
        onError: () => setAsking(false),
      },
    );
  };

  return (
    <fieldset className={styles.group}>
      <legend>{t('transfer.title')}</legend>
      <Select
        label={t('companies.name')}
        placeholder={t('common.search')}
        description={target && !target.open ? t('transfer.closed') : undefined}
        searchable
        withScrollArea={false}
        comboboxProps={{ withinPortal: false }}
        data={offered.length > 0 ? offered.map((item) => ({ value: item.id, label: item.name })) : [nothing]}
        // The server has searched already.
        filter={({ options }) => options}
        value={target?.id ?? null}
        onChange={(id) => {
          setTarget(offered.find((item) => item.id === id) ?? null);
          setDraft({ ...draft, operatorId: '' });
        }}
        onDropdownOpen={() => setOpen(true)}
        onDropdownClose={() => setOpen(false)}
        searchValue={text}
        onSearchChange={setText}
        error={error?.field('company_id')}
      />
      <RoleChoice draft={draft} onChange={(next) => setDraft({ ...draft, ...next })} error={error} company={target?.id ?? null} />
      {hasGrants && <Switch label={t('transfer.keep')} checked={keeps} onChange={(event) => setKeeps(event.currentTarget.checked)} />}
      <ul className={styles.losses}>
        <li>{t('transfer.losesLogins')}</li>
        {account.operator_id && <li>{t('transfer.losesOperator')}</li>}
        {hasGrants && !keeps && <li>{t('transfer.losesGrants')}</li>}
        <li>{t('transfer.stays')}</li>
      </ul>
      {error && <ErrorNote error={error} />}
      <div>
        <Button variant="default" disabled={!target || needsOperator} onClick={() => setAsking(true)}>
          {t('transfer.move')}
        </Button>
      </div>
      <ConfirmModal
        opened={asking}
        title={t('transfer.confirmTitle', { name: account.name || account.email })}
        text={t('transfer.confirmText', { company: target?.name ?? '' })}
        action={t('transfer.move')}
        pending={move.isPending}
        error={null}
        onClose={() => setAsking(false)}
        onConfirm={confirm}
      />
    </fieldset>
  );
}
