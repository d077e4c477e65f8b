import type { ReactNode } from 'react';
import styles from './states.module.css';

/** Nothing here, and what to do about it. */
export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      {icon}
      <span className={styles.emptyTitle}>{title}</span>
      {children && <div>{children}</div>}
    </div>
  );
}
