import { Skeleton } from '@mantine/core';
import { useI18n } from '@/app/i18n';
import styles from './CallTable.module.css';

export function TableSkeleton({ rows }: { rows: number }) {
  const { t } = useI18n();
  return (
    <div className={styles.table} role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.skeletonRow}>
          <Skeleton height={14} radius="sm" />
        </div>
      ))}
    </div>
  );
}
