import { type ReactNode, useEffect } from 'react';
import styles from './PageHead.module.css';

/** The page's one h1, the tab's title, and what can be done on the right. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Dialix`;
  }, [title]);
  return (
    <div className={styles.head}>
      <h1 className={styles.title}>{title}</h1>
      {children && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
