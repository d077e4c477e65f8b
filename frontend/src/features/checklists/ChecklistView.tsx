import { useI18n } from '@/app/i18n';
import styles from './Checklists.module.css';
import type { Checklist } from './queries';

/** The checklist for those who may read it but not change it. */
export function ChecklistView({ checklist }: { checklist: Checklist }) {
  const { t, fmt } = useI18n();
  return (
    <div>
      {checklist.segments.map((segment, index) => (
        <section key={index} className={styles.segment}>
          <h3 className={styles.viewTitle}>{segment.title}</h3>
          <ul className={styles.viewList}>
            {segment.questions.map((question) => (
              <li key={question.id}>
                {question.text}{' '}
                <span className={styles.dim}>
                  ({t('checklist.weight')} {fmt.number(question.weight, 2)})
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
