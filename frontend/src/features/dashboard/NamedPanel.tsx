import { Link } from 'react-router';
import { useI18n } from '@/app/i18n';
import type { MessageKey } from '@/util/i18n';
import styles from './Dashboard.module.css';
import { Panel } from './Panel';
import type { DashboardQuery } from './queries';

interface Props {
  query: DashboardQuery;
  field: 'purposes' | 'sources' | 'interests';
  title: MessageKey;
  /** The calls behind a bar. */
  link(name: string): string;
}

/** What calls were about, where customers came from, what they asked for: counts by name, most first. */
export function NamedPanel({ query, field, title, link }: Props) {
  const { t, fmt } = useI18n();
  return (
    <Panel title={t(title)} query={query} lines={4} className={styles.named} isEmpty={(data) => data[field].length === 0}>
      {(data) => {
        const most = data[field][0]?.calls ?? 1;
        return (
          <ul className={styles.bars}>
            {data[field].slice(0, 8).map((entry) => (
              <li key={entry.name} className={styles.bar}>
                <span className={styles.barHead}>
                  <Link to={link(entry.name)} className={`${styles.barText} ${styles.barLink}`}>
                    {entry.name}
                  </Link>
                  <span className="tabular">{fmt.number(entry.calls)}</span>
                </span>
                <span className={styles.barTrack} aria-hidden>
                  <span className={`${styles.barFill} ${styles.fillAccent}`} style={{ width: `${(entry.calls / most) * 100}%` }} />
                </span>
              </li>
            ))}
          </ul>
        );
      }}
    </Panel>
  );
}
