import type { ReactNode } from 'react';
import styles from './Admin.module.css';

interface Props {
  /** Of the heading, unique on the page; the section is named by it. */
  id: string;
  title: string;
  hint: string;
  /** What can be done here, at the other end of the head. */
  action?: ReactNode;
  children: ReactNode;
}

/** A wide card of the administration: a named section with a head, and its content. */
export function Panel({ id, title, hint, action, children }: Props) {
  return (
    <section className={styles.wideForm} aria-labelledby={id}>
      <div className={styles.bar}>
        <div>
          <h2 id={id} className={styles.formTitle}>
            {title}
          </h2>
          <p className={styles.hint}>{hint}</p>
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
