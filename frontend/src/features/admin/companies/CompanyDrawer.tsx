// One company: what it is called, whose branch it is, what it pays and may have, whether it is let in.
import { Button, NativeSelect, NumberInput, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ConfirmModal } from '@/components/ConfirmModal';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import { languages } from '@/util/i18n';
import { timeZones } from '@/util/zones';
import { useChangeCompany, useCompanies, useCompany } from '../queries';
import { limitNames, LimitsFields } from './LimitsFields';
import { asTree } from './tree';

type Company = Schemas['Company'];

export function CompanyDrawer({ company, onClose }: { company: Company | null; onClose(): void }) {
  const { t, language: own } = useI18n();
  const { me } = useSession();
  const companies = useCompanies();
  const change = useChangeCompany();
  const block = useChangeCompany();
  const platform = me?.company === null;
  // One's own company's limits, money and block are for whoever stands above it.
  const above = platform || company?.id !== me?.company?.id;
  // What the platform has blocked, only the platform lets in again.
  const mayBlock = above && (platform || company?.blocked_by !== 'platform');
  const [name, setName] = useState(company?.name ?? '');
  const [parent, setParent] = useState(company?.parent_id ?? (platform ? '' : (me?.company?.id ?? '')));
  const [timezone, setTimezone] = useState(company?.timezone ?? 'Asia/Tashkent');
  const [language, setLanguage] = useState<Schemas['Language']>(company?.language ?? own);
  const [price, setPrice] = useState<number | string>(company ? company.price_per_minute_minor / 100 : '');
  const [shares, setShares] = useState(company?.shares_parent_balance ?? false);
  const [limits, setLimits] = useState<Schemas['CompanyLimits']>(company?.limits ?? { max_accounts: null, max_branches: null, max_minutes_per_month: null, max_concurrent_jobs: null });
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const error = change.error ? toApiError(change.error) : null;
  const listed = companies.data?.items ?? [];
  // The list is of the first companies by name; the one above is in it in any case.
  const isListed = !company?.parent_id || !companies.data || listed.some((item) => item.id === company.parent_id);
  const parentOf = useCompany(platform && !isListed ? company.parent_id : null);
  const others = asTree(parentOf.data ? [parentOf.data, ...listed] : listed).filter(({ item }) => item.id !== company?.id);

  const done = () => {
    notifyDone(t('common.saved'), t);
    onClose();
  };
  const save = () => {
    const common = { name: name.trim(), timezone, language };
    const priced = platform && price !== '' ? { price_per_minute_minor: Math.round(Number(price) * 100) } : {};
    if (!company) {
      change.mutate({ kind: 'create', body: { ...common, ...priced, ...(parent ? { parent_id: parent, shares_parent_balance: shares } : {}) } }, { onSuccess: done });
      return;
    }
    const changed = limitNames.filter((limit) => limits[limit] !== company.limits[limit]);
    const body: Schemas['CompanyPatch'] = {
      ...common,
      ...priced,
      ...(platform && (parent || null) !== company.parent_id ? { parent_id: parent || null } : {}),
      ...(above && shares !== company.shares_parent_balance ? { shares_parent_balance: shares } : {}),
      ...(above && changed.length > 0 ? { limits: Object.fromEntries(changed.map((limit) => [limit, limits[limit]])) } : {}),
    };
    change.mutate({ kind: 'update', id: company.id, body }, { onSuccess: done });
  };

  return (
    <FormDrawer
      title={company ? company.name : t('company.add')}
      pending={change.isPending}
      error={error ?? (asking ? null : block.error)}
      onClose={onClose}
      onSubmit={save}
      aside={
        company &&
        mayBlock && (
          <Button variant="subtle" color={company.active ? 'red' : undefined} loading={block.isPending && !asking} onClick={() => (company.active ? setAsking(true) : block.mutate({ kind: 'unblock', id: company.id }, { onSuccess: done }))}>
            {t(company.active ? 'users.block' : 'users.unblock')}
          </Button>
        )
      }
    >
      {company && !company.open && (
        <Text size="sm" c="red">
          {company.active ? t('companies.blockedAbove') : t('companies.blockedBy', { reason: company.block_reason || '–' })}
        </Text>
      )}
      <TextInput label={t('companies.name')} required maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} data-autofocus />
      {(platform || !company) && (
        <NativeSelect
          label={t('companies.parent')}
          value={parent}
          onChange={(event) => setParent(event.currentTarget.value)}
          error={error?.field('parent_id')}
          data={[
            ...(platform ? [{ value: '', label: t('companies.noParent') }] : []),
            ...others.map(({ item, depth }) => ({ value: item.id, label: `${'\u2003'.repeat(depth)}${item.name}` })),
          ]}
        />
      )}
      <NativeSelect label={t('settings.timezone')} value={timezone} onChange={(event) => setTimezone(event.currentTarget.value)} data={timeZones(timezone)} error={error?.field('timezone')} />
      <NativeSelect
        label={t('settings.language')}
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value as Schemas['Language'])}
        data={languages.map((entry) => ({ value: entry.code, label: entry.name }))}
      />
      {platform && (
        <NumberInput
          label={t('billing.price')}
          description={company ? undefined : t('companies.priceHint')}
          min={0}
          decimalScale={2}
          hideControls
          thousandSeparator=" "
          value={price}
          onChange={setPrice}
          error={error?.field('price_per_minute_minor')}
        />
      )}
      {parent && above && <Switch label={t('companies.sharesBalance')} checked={shares} onChange={(event) => setShares(event.currentTarget.checked)} />}
      {company && <LimitsFields company={company} limits={limits} readOnly={!above} tellsParents={platform} error={error} onChange={setLimits} />}
      <ConfirmModal
        opened={asking}
        title={t('companies.blockTitle')}
        text={t('companies.blockText')}
        action={t('users.block')}
        pending={block.isPending}
        error={block.error}
        onClose={() => setAsking(false)}
        onConfirm={() => company && block.mutate({ kind: 'block', id: company.id, reason: reason.trim() }, { onSuccess: done })}
      >
        <TextInput label={t('users.blockReason')} mt="md" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </ConfirmModal>
    </FormDrawer>
  );
}
