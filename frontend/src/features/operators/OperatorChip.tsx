// The filter by operator: of the calls list and of the dashboard.
import { useI18n } from '@/app/i18n';
import { FilterChip } from '@/components/FilterChip';
import { operatorLabel, useOperators } from './queries';

interface Props {
  /** An operator's id. */
  value: string | undefined;
  onChange(value: string | undefined): void;
}

export function OperatorChip({ value, onChange }: Props) {
  const { t } = useI18n();
  const operators = useOperators();
  const chosen = operators.data?.find((entry) => entry.id === value);
  return (
    <FilterChip
      label={t('calls.operator')}
      value={value}
      text={chosen ? operatorLabel(chosen) : value && '…'}
      options={operators.data?.map((entry) => ({ value: entry.id, label: operatorLabel(entry) })) ?? []}
      onChange={onChange}
    />
  );
}
