// A plain table of things with a side panel behind each row. The first cell holds the row's one button.
import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '@/app/i18n';
import styles from './DataTable.module.css';
import { Empty } from './Empty';
import { ErrorNote } from './ErrorNote';

export interface Column<T> {
  key: string;
  label: string;
  cell(item: T): ReactNode;
  align?: 'end';
  /** Left out on a phone. */
  wide?: boolean;
  /** The heading is for screen readers only: what stands below speaks for itself. */
  hideLabel?: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  items: T[] | undefined;
  error: unknown;
  onRetry(): void;
  idOf(item: T): string;
  onOpen?: ((item: T) => void) | undefined;
  empty: ReactNode;
  more?: { load(): void; loading: boolean } | undefined;
}

export function DataTable<T>({ label, columns, items, error, onRetry, idOf, onOpen, empty, more }: Props<T>) {
  const { t } = useI18n();
  if (!items && error) return <ErrorNote error={error} onRetry={onRetry} />;
  if (items?.length === 0) return typeof empty === 'string' ? <Empty title={empty} /> : empty;

  const classOf = (column: Column<T>) => [column.align === 'end' && styles.end, column.wide && styles.wide].filter(Boolean).join(' ') || undefined;
  return (
    <div className={styles.box}>
      <table className={styles.table} aria-label={label} aria-busy={!items}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classOf(column)}>
                {column.hideLabel ? <span className="visually-hidden">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items?.map((item) => (
            <tr key={idOf(item)} className={onOpen ? styles.opens : undefined}>
              {columns.map((column, index) => (
                <td key={column.key} className={classOf(column)}>
                  {index === 0 && onOpen ? (
                    <button type="button" className={styles.open} onClick={() => onOpen(item)}>
                      {column.cell(item)}
                    </button>
                  ) : (
                    column.cell(item)
                  )}
                </td>
              ))}
            </tr>
          )) ??
            Array.from({ length: 6 }, (_, row) => (
              <tr key={row}>
                <td colSpan={columns.length}>
                  <Skeleton height={14} radius="sm" />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {more && (
        <div className={styles.more}>
          <Button variant="subtle" size="compact-sm" loading={more.loading} onClick={more.load}>
            {t('common.more')}
          </Button>
        </div>
      )}
    </div>
  );
}
