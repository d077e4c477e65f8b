import { ActionIcon, Button, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useI18n } from '@/app/i18n';
import styles from './Checklists.module.css';
import { type DraftQuestion, type DraftSegment, emptyQuestion } from './draft';

interface Props {
  segment: DraftSegment;
  removable: boolean;
  onChange(segment: DraftSegment): void;
  onRemove(): void;
}

export function SegmentEditor({ segment, removable, onChange, onRemove }: Props) {
  const { t } = useI18n();
  const setQuestions = (questions: DraftQuestion[]) => onChange({ ...segment, questions });
  return (
    <fieldset className={styles.segment}>
      <legend className="visually-hidden">{segment.title || t('checklists.segment')}</legend>
      <div className={styles.segmentHead}>
        <TextInput
          className={styles.grow}
          label={t('checklists.segment')}
          required
          maxLength={200}
          value={segment.title}
          onChange={(event) => onChange({ ...segment, title: event.currentTarget.value })}
        />
        {removable && (
          <ActionIcon variant="subtle" color="red" size="lg" aria-label={t('checklists.removeSegment', { name: segment.title })} onClick={onRemove}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        )}
      </div>
      {segment.questions.map((question, index) => (
        <QuestionEditor
          key={question.key}
          question={question}
          removable={segment.questions.length > 1}
          onChange={(next) => setQuestions(segment.questions.map((entry, at) => (at === index ? next : entry)))}
          onRemove={() => setQuestions(segment.questions.filter((_, at) => at !== index))}
        />
      ))}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setQuestions([...segment.questions, emptyQuestion()])}>
        {t('checklists.addQuestion')}
      </Button>
    </fieldset>
  );
}

interface QuestionProps {
  question: DraftQuestion;
  removable: boolean;
  onChange(question: DraftQuestion): void;
  onRemove(): void;
}

function QuestionEditor({ question, removable, onChange, onRemove }: QuestionProps) {
  const { t } = useI18n();
  return (
    <div className={styles.question}>
      <div className={styles.segmentHead}>
        <Textarea
          className={styles.grow}
          label={t('checklists.question')}
          required
          autosize
          minRows={1}
          maxLength={500}
          value={question.text}
          onChange={(event) => onChange({ ...question, text: event.currentTarget.value })}
        />
        {removable && (
          <ActionIcon variant="subtle" color="red" size="lg" aria-label={t('checklists.removeQuestion', { name: question.text })} onClick={onRemove}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <div className={styles.questionRow}>
        <NumberInput
          label={t('checklist.weight')}
          min={0.1}
          max={1000}
          step={1}
          decimalScale={2}
          value={question.weight}
          onChange={(value) => onChange({ ...question, weight: Number(value) || 1 })}
          hideControls
        />
        <NativeSelect
          label={t('checklists.askedOf')}
          value={question.asked_of}
          onChange={(event) => onChange({ ...question, asked_of: event.currentTarget.value === 'customer' ? 'customer' : 'operator' })}
          data={[
            { value: 'operator', label: t('speaker.operator') },
            { value: 'customer', label: t('speaker.customer') },
          ]}
        />
        <TextInput
          className={styles.keywords}
          label={t('checklists.keywords')}
          placeholder={t('checklists.keywordsHint')}
          value={question.keywords}
          onChange={(event) => onChange({ ...question, keywords: event.currentTarget.value })}
        />
      </div>
    </div>
  );
}
