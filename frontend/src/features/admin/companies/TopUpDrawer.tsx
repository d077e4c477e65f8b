import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import type { Tenant } from '@/app/session';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import { freshKey } from '@/util/key';
import { useChangeCompany } from '../queries';

/** Adds money to a company's balance; the amount is typed in whole units and sent in minor ones. */
export function TopUpDrawer({ company, onClose }: { company: Tenant; onClose(): void }) {
  const { t } = useI18n();
  const change = useChangeCompany();
  const [amount, setAmount] = useState<number | string>('');
  const [comment, setComment] = useState('');
  // One key for this panel: pressing again after a cut connection books nothing twice.
  const [key] = useState(freshKey);
  const error = change.error ? toApiError(change.error) : null;
  const minor = Math.round(Number(amount) * 100);

  return (
    <FormDrawer
      title={`${t('billing.topUp')}: ${company.name}`}
      submitLabel={t('billing.topUp')}
      pending={change.isPending}
      error={error}
      onClose={onClose}
      onSubmit={() => {
        if (minor <= 0) return;
        change.mutate(
          { kind: 'topup', id: company.id, key, body: { amount_minor: minor, comment: comment.trim() } },
          {
            onSuccess: () => {
              notifyDone(t('common.saved'), t);
              onClose();
            },
          },
        );
      }}
    >
      <NumberInput
        label={`${t('billing.amount')}, ${company.currency}`}
        required
        min={0.01}
        decimalScale={2}
        thousandSeparator=" "
        hideControls
        value={amount}
        onChange={setAmount}
        error={error?.field('amount_minor')}
        data-autofocus
      />
      <TextInput label={t('billing.comment')} value={comment} maxLength={300} onChange={(event) => setComment(event.currentTarget.value)} error={error?.field('comment')} />
    </FormDrawer>
  );
}
