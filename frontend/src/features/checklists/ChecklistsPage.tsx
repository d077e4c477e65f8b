import { Badge, Button } from '@mantine/core';
import { IconCircleCheckFilled, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { type Column, DataTable } from '@/components/DataTable';
import { PageHead } from '@/components/PageHead';
import { ChecklistDrawer } from './ChecklistDrawer';
import { useChecklists } from './queries';

type Brief = Schemas['ChecklistBrief'];

/** What calls are judged by. One checklist is active; the others wait or are kept for single calls. */
export default function ChecklistsPage() {
  const { t, fmt } = useI18n();
  const { can } = useSession();
  const checklists = useChecklists();
  const [opened, setOpened] = useState<string | 'new' | null>(null);
  const columns: Column<Brief>[] = [
    { key: 'title', label: t('checklists.title'), cell: (item) => item.title },
    {
      key: 'active',
      label: t('operators.state'),
      cell: (item) =>
        item.active ? (
          <Badge variant="light" tt="none" leftSection={<IconCircleCheckFilled size={14} aria-hidden />}>
            {t('checklists.active')}
          </Badge>
        ) : null,
    },
    { key: 'questions', label: t('checklists.questions'), align: 'end', cell: (item) => fmt.number(item.question_count) },
    { key: 'version', label: t('checklists.version'), align: 'end', wide: true, cell: (item) => fmt.number(item.version) },
    { key: 'updated', label: t('common.updated'), align: 'end', wide: true, cell: (item) => fmt.dateTime(item.updated_at) },
  ];
  return (
    <div>
      <PageHead title={t('nav.checklists')}>
        {can('manage_checklists') && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened('new')}>
            {t('checklists.add')}
          </Button>
        )}
      </PageHead>
      <DataTable
        label={t('nav.checklists')}
        columns={columns}
        items={checklists.data?.items}
        error={checklists.error}
        onRetry={() => void checklists.refetch()}
        idOf={(item) => item.id}
        onOpen={(item) => setOpened(item.id)}
        empty={t('checklists.none')}
      />
      {opened && <ChecklistDrawer id={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
    </div>
  );
}
