import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { type Column, DataTable } from '@/components/DataTable';
import { ErrorNote } from '@/components/ErrorNote';
import { FilterChip } from '@/components/FilterChip';
import styles from './Admin.module.css';
import { useBalance, useTransactions } from './queries';
import { TopUpDrawer } from './companies/TopUpDrawer';

type Transaction = Schemas['Transaction'];
const types = ['topup', 'charge', 'adjustment'] as const;

export function BillingSection() {
  const { t, fmt } = useI18n();
  const { can, company } = useSession();
  const balance = useBalance();
  const [adding, setAdding] = useState(false);

  return (
    <div>
      {balance.error && !balance.data && <ErrorNote error={balance.error} onRetry={() => void balance.refetch()} />}
      {balance.data && (
        <dl className={styles.figures}>
          <div>
            <dt>{t('billing.available')}</dt>
            <dd>{fmt.money(balance.data.available_minor, balance.data.currency)}</dd>
          </div>
          <div>
            <dt>{t('billing.reserved')}</dt>
            <dd>{fmt.money(balance.data.reserved_minor, balance.data.currency)}</dd>
          </div>
          <div>
            <dt>{t('billing.price')}</dt>
            <dd>{fmt.money(balance.data.price_per_minute_minor, balance.data.currency)}</dd>
          </div>
          {balance.data.price_per_minute_minor > 0 && (
            <div>
              <dt>{t('billing.minutes')}</dt>
              <dd>{fmt.number(Math.max(0, Math.floor(balance.data.available_minor / balance.data.price_per_minute_minor)))}</dd>
            </div>
          )}
        </dl>
      )}
      {balance.data?.shared && <p className={styles.shared}>{t('billing.shared')}</p>}
      {can('manage_billing') ? <Ledger onTopUp={can('admin') && company && balance.data?.shared === false ? () => setAdding(true) : undefined} /> : <p className={styles.hint}>{t('billing.noLedger')}</p>}
      {adding && company && <TopUpDrawer company={company} onClose={() => setAdding(false)} />}
    </div>
  );
}

function Ledger({ onTopUp }: { onTopUp: (() => void) | undefined }) {
  const { t, fmt } = useI18n();
  const { company } = useSession();
  const [type, setType] = useState<Schemas['TransactionType'] | undefined>();
  const ledger = useTransactions(type, true);
  const currency = company?.currency;

  const columns: Column<Transaction>[] = [
    { key: 'when', label: t('calls.when'), cell: (item) => <time dateTime={item.created_at}>{fmt.dateTime(item.created_at)}</time> },
    { key: 'type', label: t('billing.type'), cell: (item) => t(`transaction.${item.type}`) },
    {
      key: 'amount',
      label: t('billing.amount'),
      align: 'end',
      cell: (item) => (
        <span className={item.amount_minor > 0 ? styles.plus : styles.minus}>
          {item.amount_minor > 0 ? '+' : ''}
          {fmt.money(item.amount_minor, currency)}
        </span>
      ),
    },
    { key: 'after', label: t('billing.after'), align: 'end', wide: true, cell: (item) => fmt.money(item.balance_after_minor, currency) },
    {
      key: 'what',
      label: t('billing.what'),
      wide: true,
      cell: (item) =>
        item.record_id ? (
          <Link to={`/calls/${item.record_id}`} className={styles.link}>
            {t('billing.call')}
          </Link>
        ) : (
          (item.comment || '–')
        ),
    },
  ];
  return (
    <>
      <div className={styles.bar}>
        <FilterChip
          label={t('billing.type')}
          value={type}
          options={types.map((value) => ({ value, label: t(`transaction.${value}`) }))}
          onChange={(value) => setType(types.find((entry) => entry === value))}
        />
        {onTopUp && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={onTopUp}>
            {t('billing.topUp')}
          </Button>
        )}
      </div>
      <DataTable
        label={t('billing.ledger')}
        columns={columns}
        items={ledger.data?.pages.flatMap((page) => page.items)}
        error={ledger.error}
        onRetry={() => void ledger.refetch()}
        idOf={(item) => item.id}
        empty={t('billing.none')}
        more={ledger.hasNextPage ? { load: () => void ledger.fetchNextPage(), loading: ledger.isFetchingNextPage } : undefined}
      />
    </>
  );
}
