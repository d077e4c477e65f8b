import { Badge, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { type Column, DataTable } from '@/components/DataTable';
import { PageHead } from '@/components/PageHead';
import { ScorePill } from '@/components/marks';
import { useDashboard } from '@/features/dashboard/queries';
import { preset, today } from '@/util/period';
import { OperatorDrawer } from './OperatorDrawer';
import { type Operator, useOperators } from './queries';

/** Whose calls they are, with the last 30 days of each beside the name. */
export default function OperatorsPage() {
  const { t, fmt } = useI18n();
  const { can, company } = useSession();
  const [opened, setOpened] = useState<Operator | 'new' | null>(null);
  const operators = useOperators();
  const dashboard = useDashboard(preset('days30', today(company?.timezone)));
  const figures = new Map(dashboard.data?.operators.map((row) => [row.id, row]));
  const manage = can('manage_operators');

  const columns: Column<Operator>[] = [
    { key: 'name', label: t('operators.name'), cell: (item) => item.name },
    { key: 'code', label: t('operators.code'), cell: (item) => <span className="tabular">{item.code}</span> },
    { key: 'calls', label: t('operators.calls30'), align: 'end', cell: (item) => fmt.number(figures.get(item.id)?.calls ?? (dashboard.data ? 0 : null)) },
    { key: 'score', label: t('dashboard.avgScore'), align: 'end', cell: (item) => <ScorePill score={figures.get(item.id)?.avg_score} /> },
    {
      key: 'state',
      label: t('operators.state'),
      wide: true,
      cell: (item) => (
        <Badge variant="default" tt="none">
          {t(item.active ? 'operators.active' : 'operators.inactive')}
        </Badge>
      ),
    },
    { key: 'link', label: t('nav.calls'), hideLabel: true, wide: true, align: 'end', cell: (item) => <CallsLink id={item.id} /> },
  ];

  return (
    <div>
      <PageHead title={t('nav.operators')}>
        {manage && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened('new')}>
            {t('operators.add')}
          </Button>
        )}
      </PageHead>
      <DataTable
        label={t('nav.operators')}
        columns={columns}
        items={operators.data}
        error={operators.error}
        onRetry={() => void operators.refetch()}
        idOf={(item) => item.id}
        onOpen={manage ? setOpened : undefined}
        empty={t('operators.none')}
      />
      {opened && <OperatorDrawer operator={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

function CallsLink({ id }: { id: string }) {
  const { t } = useI18n();
  return (
    <Link to={`/calls?operator_id=${id}`} style={{ position: 'relative', zIndex: 1, color: 'var(--accent-ink)' }}>
      {t('operators.showCalls')}
    </Link>
  );
}
