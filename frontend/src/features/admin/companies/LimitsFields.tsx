// What a company and all below it may have. For whoever stands above it to change, for its own people to know.
import { NumberInput } from '@mantine/core';
import type { Schemas } from '@/api/api';
import type { ApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import styles from '../Admin.module.css';

export const limitNames = ['max_accounts', 'max_branches', 'max_minutes_per_month', 'max_concurrent_jobs'] as const;

interface Props {
  company: Schemas['Company'];
  limits: Schemas['CompanyLimits'];
  readOnly: boolean;
  /** Tells which of them a company above has set: to the platform, who may set others. */
  tellsParents: boolean;
  error: ApiError | null;
  onChange(limits: Schemas['CompanyLimits']): void;
}

export function LimitsFields({ company, limits, readOnly, tellsParents, error, onChange }: Props) {
  const { t } = useI18n();
  const byParent = (limit: (typeof limitNames)[number]) => {
    const count = company.limits_by_parent[limit];
    return count === null || !tellsParents ? undefined : t('companies.limitAbove', { count });
  };
  return (
    <fieldset className={styles.group}>
      <legend>{t('companies.limits')}</legend>
      <p className={styles.hint}>{t('companies.limitsHint')}</p>
      <div className={styles.row}>
        {limitNames.map((limit) => (
          <NumberInput
            key={limit}
            label={t(`companies.${limit}`)}
            description={byParent(limit)}
            readOnly={readOnly}
            variant={readOnly ? 'filled' : 'default'}
            min={0}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            thousandSeparator=" "
            value={limits[limit] ?? ''}
            onChange={(value) => onChange({ ...limits, [limit]: value === '' ? null : Number(value) })}
            error={error?.field(`limits.${limit}`)}
          />
        ))}
      </div>
    </fieldset>
  );
}
