// The editor of one checklist: segments of weighted questions. Saving makes a new version; results keep theirs.
import { Button, Drawer, Skeleton, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { ConfirmModal } from '@/components/ConfirmModal';
import { ErrorNote } from '@/components/ErrorNote';
import { FormDrawer } from '@/components/FormDrawer';
import { notifyDone } from '@/components/notify';
import { ChecklistView } from './ChecklistView';
import { type DraftSegment, emptySegment, toDraft, toInput } from './draft';
import { type Checklist, useChangeChecklist, useChecklist } from './queries';
import { SegmentEditor } from './SegmentEditor';

export function ChecklistDrawer({ id, onClose }: { id: string | null; onClose(): void }) {
  const { t } = useI18n();
  const { can } = useSession();
  const query = useChecklist(id);

  if (id === null) return <Editor checklist={null} onClose={onClose} />;
  if (query.data && can('manage_checklists')) return <Editor key={query.data.version} checklist={query.data} onClose={onClose} />;
  return (
    <Drawer opened onClose={onClose} title={query.data?.title ?? t('nav.checklists')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {query.data && <ChecklistView checklist={query.data} />}
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={160} radius="md" />}
    </Drawer>
  );
}

function Editor({ checklist, onClose }: { checklist: Checklist | null; onClose(): void }) {
  const { t } = useI18n();
  const change = useChangeChecklist();
  const [title, setTitle] = useState(checklist?.title ?? '');
  const [segments, setSegments] = useState<DraftSegment[]>(() => (checklist ? toDraft(checklist.segments) : [emptySegment()]));
  const [asking, setAsking] = useState(false);
  const deleting = change.variables?.kind === 'delete';
  const error = change.error ? toApiError(change.error) : null;

  const done = () => {
    notifyDone(t('common.saved'), t);
    onClose();
  };
  const save = () => {
    const body = { title: title.trim(), segments: toInput(segments) };
    change.mutate(checklist ? { kind: 'update', id: checklist.id, body } : { kind: 'create', body }, { onSuccess: done });
  };
  const replace = (index: number, segment: DraftSegment | null) =>
    setSegments(segments.flatMap((entry, at) => (at !== index ? [entry] : segment ? [segment] : [])));

  return (
    <FormDrawer
      title={checklist ? t('checklists.edit') : t('checklists.add')}
      size="xl"
      pending={change.isPending && !deleting}
      error={deleting ? null : error}
      onClose={onClose}
      onSubmit={save}
      aside={
        checklist && (
          <>
            <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
              {t('common.delete')}
            </Button>
            {!checklist.active && (
              <Button variant="subtle" onClick={() => change.mutate({ kind: 'activate', id: checklist.id }, { onSuccess: done })}>
                {t('checklists.activate')}
              </Button>
            )}
          </>
        )
      }
    >
      <TextInput label={t('checklists.title')} required maxLength={200} value={title} onChange={(event) => setTitle(event.currentTarget.value)} error={error?.field('title')} data-autofocus />
      {segments.map((segment, index) => (
        <SegmentEditor key={segment.key} segment={segment} removable={segments.length > 1} onChange={(next) => replace(index, next)} onRemove={() => replace(index, null)} />
      ))}
      <div>
        <Button variant="light" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setSegments([...segments, emptySegment()])}>
          {t('checklists.addSegment')}
        </Button>
      </div>
      <ConfirmModal
        opened={asking}
        title={t('checklists.deleteTitle')}
        text={t('checklists.deleteText')}
        action={t('common.delete')}
        pending={change.isPending}
        error={deleting ? error : null}
        onClose={() => setAsking(false)}
        onConfirm={() => checklist && change.mutate({ kind: 'delete', id: checklist.id }, { onSuccess: done })}
      />
    </FormDrawer>
  );
}
