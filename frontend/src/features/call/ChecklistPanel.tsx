// The verdicts: question, answer in a word and a sign, the quote it rests on, and ▶ at the quote's second.
import { IconAlertCircle, IconCircleCheck, IconCircleMinus, IconCircleX, IconPlayerPlayFilled } from '@tabler/icons-react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { ScorePill } from '@/components/marks';
import { duration } from '@/util/format';
import type { Span } from './CallBody';
import styles from './Call.module.css';

type Question = Schemas['AnsweredQuestion'];
const icons = { yes: IconCircleCheck, no: IconCircleX, na: IconCircleMinus, needs_review: IconAlertCircle };

interface Props {
  checklist: Schemas['ResultChecklist'] | null;
  onHear(span: Span): void;
}

export function ChecklistPanel({ checklist, onHear }: Props) {
  const { t } = useI18n();
  return (
    <section className={styles.panel} aria-labelledby="checklist-title">
      <header className={styles.panelHead}>
        <h2 id="checklist-title" className={styles.panelTitle}>
          {checklist ? checklist.title : t('checklist.title')}
        </h2>
        {checklist && <ScorePill score={checklist.score} />}
      </header>
      {!checklist && <p className={styles.noteText}>{t('checklist.noneUsed')}</p>}
      {checklist?.segments.map((segment, index) => (
        <div key={index} className={styles.segment}>
          <h3 className={styles.segmentTitle}>{segment.title}</h3>
          <ul className={styles.questions}>
            {segment.questions.map((question) => (
              <QuestionRow key={question.id} question={question} onHear={onHear} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function QuestionRow({ question, onHear }: { question: Question; onHear(span: Span): void }) {
  const { t, fmt } = useI18n();
  const answer = question.override?.answer ?? question.answer;
  const Icon = icons[answer];
  const { evidence } = question;
  return (
    <li className={styles.question} data-question={question.id}>
      <span className={`${styles.verdict} ${styles[`verdict_${answer}`]}`}>
        <Icon size={18} stroke={1.8} aria-hidden />
        {t(`answer.${answer}`)}
      </span>
      <span className={styles.questionText}>
        {question.text}
        {question.weight !== 1 && (
          <span className={styles.weight} title={t('checklist.weight')}>
            <span className="visually-hidden">{t('checklist.weight')} </span>×{fmt.number(question.weight, 2)}
          </span>
        )}
      </span>
      {evidence && (
        <div className={styles.evidence}>
          <button
            type="button"
            className={styles.hear}
            onClick={() => onHear(evidence)}
            aria-label={t('checklist.hear', { time: duration(evidence.start_ms), quote: evidence.quote })}
          >
            <IconPlayerPlayFilled size={12} aria-hidden />
            <span className="tabular">{duration(evidence.start_ms)}</span>
          </button>
          <blockquote className={styles.quote}>
            <span className={styles.dim}>{t(`speaker.${evidence.speaker}`)}:</span> “{evidence.quote}”
          </blockquote>
        </div>
      )}
      {question.comment && <p className={styles.comment}>{question.comment}</p>}
      {question.override && (
        <p className={styles.comment}>
          {t('checklist.overridden', { answer: t(`answer.${question.answer}`) })}
          {question.override.comment && ` ${question.override.comment}`}
        </p>
      )}
    </li>
  );
}
