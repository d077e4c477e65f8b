import { Button, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { ConfirmModal } from '@/components/ConfirmModal';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import { type Operator, useChangeOperator } from './queries';

export function OperatorDrawer({ operator, onClose }: { operator: Operator | null; onClose(): void }) {
  const { t } = useI18n();
  const change = useChangeOperator();
  const [name, setName] = useState(operator?.name ?? '');
  const [code, setCode] = useState(operator?.code ?? '');
  const [active, setActive] = useState(operator?.active ?? true);
  const [asking, setAsking] = useState(false);
  const error = change.error ? toApiError(change.error) : null;
  const deleting = change.variables?.kind === 'delete';

  const done = () => {
    notifyDone(t('common.saved'), t);
    onClose();
  };
  const save = () => {
    const body = { name: name.trim(), code: code.trim(), active };
    change.mutate(operator ? { kind: 'update', id: operator.id, body } : { kind: 'create', body }, { onSuccess: done });
  };

  return (
    <FormDrawer
      title={operator ? operator.name : t('operators.add')}
      pending={change.isPending && !deleting}
      error={deleting ? null : error}
      onClose={onClose}
      onSubmit={save}
      aside={
        operator && (
          <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
            {t('common.delete')}
          </Button>
        )
      }
    >
      <TextInput label={t('operators.name')} required value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} error={error?.field('name')} data-autofocus />
      <TextInput
        label={t('operators.code')}
        description={t('operators.codeHint')}
        required
        inputMode="numeric"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={error?.field('code')}
      />
      <Switch label={t('operators.active')} checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
      <ConfirmModal
        opened={asking}
        title={t('operators.deleteTitle')}
        text={t('operators.deleteText')}
        action={t('common.delete')}
        pending={change.isPending}
        error={deleting ? error : null}
        onClose={() => setAsking(false)}
        onConfirm={() => operator && change.mutate({ kind: 'delete', id: operator.id }, { onSuccess: done })}
      />
    </FormDrawer>
  );
}
