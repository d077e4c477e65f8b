// What is known of a call and may be wrong: title, operator, client, direction, the checklist of the next analysis.
import { Button, Drawer, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { ErrorNote } from '@/components/ErrorNote';
import { notifyDone } from '@/components/notify';
import { callTypes } from '@/features/calls/filters';
import { type Call, useChangeRecord } from '@/features/calls/queries';
import { useChecklists } from '@/features/checklists/queries';
import { operatorLabel, useOperators } from '@/features/operators/queries';

export default function EditDrawer({ call, onClose }: { call: Call; onClose(): void }) {
  const { t } = useI18n();
  const operators = useOperators();
  const checklists = useChecklists();
  const change = useChangeRecord();
  const [title, setTitle] = useState(call.title);
  const [operator, setOperator] = useState(call.operator?.code ?? '');
  const [client, setClient] = useState(call.client_phone_number ?? '');
  const [type, setType] = useState<string>(call.call_type ?? '');
  const [checklist, setChecklist] = useState(call.checklist_id ?? '');
  const error = change.error ? toApiError(change.error) : null;

  const save = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      {
        kind: 'update',
        id: call.id,
        body: {
          title: title.trim(),
          operator_code: operator || null,
          client_phone_number: client.replace(/[^\d+]/g, '') || null,
          call_type: callTypes.find((entry) => entry === type) ?? null,
          checklist_id: checklist || null,
        },
      },
      {
        onSuccess: () => {
          notifyDone(t('common.saved'), t);
          onClose();
        },
      },
    );
  };

  return (
    <Drawer opened onClose={onClose} title={t('call.edit')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={save}>
        <Stack>
          <TextInput label={t('call.title')} required value={title} maxLength={300} onChange={(event) => setTitle(event.currentTarget.value)} error={error?.field('title')} data-autofocus />
          <NativeSelect
            label={t('calls.operator')}
            value={operator}
            onChange={(event) => setOperator(event.currentTarget.value)}
            error={error?.field('operator_code')}
            data={[{ value: '', label: '–' }, ...(operators.data ?? []).map((entry) => ({ value: entry.code, label: operatorLabel(entry) }))]}
          />
          <TextInput label={t('calls.client')} value={client} inputMode="tel" onChange={(event) => setClient(event.currentTarget.value)} error={error?.field('client_phone_number')} />
          <NativeSelect
            label={t('calls.direction')}
            value={type}
            onChange={(event) => setType(event.currentTarget.value)}
            data={[{ value: '', label: '–' }, ...callTypes.map((value) => ({ value, label: t(`callType.${value}`) }))]}
          />
          <NativeSelect
            label={t('checklist.title')}
            description={t('call.checklistHint')}
            value={checklist}
            onChange={(event) => setChecklist(event.currentTarget.value)}
            data={[{ value: '', label: t('call.noChecklist') }, ...(checklists.data?.items ?? []).map((entry) => ({ value: entry.id, label: entry.title }))]}
          />
          {error && <ErrorNote error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
