// What was sent to a webhook, the newest first: whether it arrived, else why not and when it is tried again.
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import styles from '../Admin.module.css';
import { type Delivery, useDeliveries, type WebhookEvent } from './queries';

export function DeliveriesPanel({ id }: { id: string }) {
  const { t, fmt } = useI18n();
  const deliveries = useDeliveries(id);
  const outcome = (item: Delivery) => {
    if (item.delivered_at) return t('webhooks.delivered');
    return item.next_try_at ? t('webhooks.nextTry', { when: fmt.dateTime(item.next_try_at) }) : t('webhooks.gaveUp');
  };
  const columns: Column<Delivery>[] = [
    { key: 'when', label: t('activity.when'), cell: (item) => fmt.dateTime(item.created_at) },
    { key: 'event', label: t('activity.what'), wide: true, cell: (item) => t(`webhooks.event.${item.event as WebhookEvent}`) },
    {
      key: 'outcome',
      label: t('operators.state'),
      cell: (item) => (
        <>
          {outcome(item)}
          <div className={styles.dim}>
            {[t('webhooks.attempts', { count: item.attempts }), item.response_code && `HTTP ${item.response_code}`, item.last_error].filter(Boolean).join(' · ')}
          </div>
        </>
      ),
    },
  ];
  return (
    <DataTable
      label={t('webhooks.deliveries')}
      columns={columns}
      items={deliveries.data?.pages.flatMap((page) => page.items)}
      error={deliveries.error}
      onRetry={() => void deliveries.refetch()}
      idOf={(item) => item.id}
      empty={t('webhooks.noDeliveries')}
      more={deliveries.hasNextPage ? { load: () => void deliveries.fetchNextPage(), loading: deliveries.isFetchingNextPage } : undefined}
    />
  );
}
