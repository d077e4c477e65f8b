import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import { languages } from '@/util/i18n';
import { timeZones } from '@/util/zones';
import { useChangeCompany } from './queries';

export function CompanyDrawer({ company, onClose }: { company: Schemas['Company'] | null; onClose(): void }) {
  const { t, language: own } = useI18n();
  const change = useChangeCompany();
  const [name, setName] = useState(company?.name ?? '');
  const [timezone, setTimezone] = useState(company?.timezone ?? 'Asia/Tashkent');
  const [language, setLanguage] = useState<Schemas['Language']>(company?.language ?? own);
  const [price, setPrice] = useState<number | string>(company ? company.price_per_minute_minor / 100 : '');
  const [active, setActive] = useState(company?.active ?? true);
  const error = change.error ? toApiError(change.error) : null;

  const save = () => {
    const body = {
      name: name.trim(),
      timezone,
      language,
      ...(price === '' ? {} : { price_per_minute_minor: Math.round(Number(price) * 100) }),
    };
    change.mutate(company ? { kind: 'update', id: company.id, body: { ...body, active } } : { kind: 'create', body }, {
      onSuccess: () => {
        notifyDone(t('common.saved'), t);
        onClose();
      },
    });
  };

  return (
    <FormDrawer title={company ? company.name : t('company.add')} pending={change.isPending} error={error} onClose={onClose} onSubmit={save}>
      <TextInput label={t('companies.name')} required maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} data-autofocus />
      <NativeSelect label={t('settings.timezone')} value={timezone} onChange={(event) => setTimezone(event.currentTarget.value)} data={timeZones(timezone)} error={error?.field('timezone')} />
      <NativeSelect
        label={t('settings.language')}
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value as Schemas['Language'])}
        data={languages.map((entry) => ({ value: entry.code, label: entry.name }))}
      />
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
      {company && <Switch label={t('operators.active')} checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />}
    </FormDrawer>
  );
}
