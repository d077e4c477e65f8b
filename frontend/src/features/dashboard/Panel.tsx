// A panel of the dashboard: its own heading, skeleton, empty and error state, and a height that does not jump. All panels
// come in one answer, so the reason of an error and the way to try again stand once, above them, in Numbers.
import { Skeleton } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useI18n } from '@/app/i18n';
import styles from './Dashboard.module.css';
import type { Dashboard, DashboardQuery } from './queries';

interface Props {
  title: string;
  note?: ReactNode;
  query: DashboardQuery;
  /** Lines that the skeleton draws, about as tall as the content will be. */
  lines: number;
  className?: string | undefined;
  isEmpty(data: Dashboard): boolean;
  children(data: Dashboard): ReactNode;
}

export function Panel({ title, note, query, lines, className, isEmpty, children }: Props) {
  const { t } = useI18n();
  const id = useId();
  let body: ReactNode;
  if (query.data) body = isEmpty(query.data) ? <p className={styles.emptyText}>{t('dashboard.empty')}</p> : children(query.data);
  else if (query.error) body = <p className={styles.emptyText}>{t('dashboard.notLoaded')}</p>;
  else {
    body = (
      <div className={styles.skeleton} role="status" aria-label={t('common.loading')}>
        {Array.from({ length: lines }, (_, index) => (
          <Skeleton key={index} height={16} width={`${100 - ((index * 17) % 45)}%`} radius="sm" />
        ))}
      </div>
    );
  }
  return (
    <section className={className ? `${styles.panel} ${className}` : styles.panel} aria-labelledby={id}>
      <header className={styles.panelHead}>
        <h2 id={id} className={styles.panelTitle}>
          {title}
        </h2>
        {note}
      </header>
      {body}
    </section>
  );
}
