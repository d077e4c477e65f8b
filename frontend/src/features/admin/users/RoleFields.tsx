// What an invitation and an account share: role, the operator behind it, language.
import { NativeSelect } from '@mantine/core';
import type { Schemas } from '@/api/api';
import type { ApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { operatorLabel, useOperators } from '@/features/operators/queries';
import { isLanguage, languages } from '@/util/i18n';

type Role = Schemas['Role'];
export const companyRoles: Exclude<Role, 'admin'>[] = ['company_admin', 'supervisor', 'user', 'viewer', 'operator'];

export interface RoleDraft {
  role: Role;
  operatorId: string;
  language: Schemas['Language'];
}

interface Props {
  draft: RoleDraft;
  onChange(change: Partial<RoleDraft>): void;
  error: ApiError | null;
  /** One's own role is shown and cannot be changed. */
  self?: boolean;
}

export function RoleFields({ draft, onChange, error, self = false }: Props) {
  const { t } = useI18n();
  return (
    <>
      <RoleChoice draft={draft} onChange={onChange} error={error} self={self} />
      <NativeSelect
        label={t('nav.language')}
        value={draft.language}
        onChange={(event) => isLanguage(event.currentTarget.value) && onChange({ language: event.currentTarget.value })}
        data={languages.map((entry) => ({ value: entry.code, label: entry.name }))}
      />
    </>
  );
}

type ChoiceProps = Omit<Props, 'draft' | 'onChange'> & {
  draft: Pick<RoleDraft, 'role' | 'operatorId'>;
  onChange(change: Partial<Pick<RoleDraft, 'role' | 'operatorId'>>): void;
  /** Whose operators there are to choose from: the company shown where it is absent, nobody's while it is null. */
  company?: string | null;
};

export function RoleChoice({ draft, onChange, error, self = false, company }: ChoiceProps) {
  const { t } = useI18n();
  const operators = useOperators(company !== null, company ?? undefined);
  const roles: Role[] = draft.role === 'admin' ? ['admin'] : companyRoles;
  return (
    <>
      <NativeSelect
        label={t('users.role')}
        description={self || draft.role === 'admin' ? t('users.ownHint') : t(`role.hint.${draft.role}`)}
        disabled={self}
        value={draft.role}
        onChange={(event) => onChange({ role: event.currentTarget.value as Role })}
        data={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
        error={error?.field('role')}
      />
      {draft.role === 'operator' && (
        <NativeSelect
          label={t('calls.operator')}
          required
          value={draft.operatorId}
          onChange={(event) => onChange({ operatorId: event.currentTarget.value })}
          error={error?.field('operator_id')}
          data={[{ value: '', label: '–' }, ...((company !== null && operators.data) || []).map((entry) => ({ value: entry.id, label: operatorLabel(entry) }))]}
        />
      )}
    </>
  );
}
