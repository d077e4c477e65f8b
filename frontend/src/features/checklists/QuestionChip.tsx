// The filter "this question was answered so". Its words come from the active checklist; a question that is not asked any
// more goes by its id.
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { FilterChip } from '@/components/FilterChip';
import { useChecklist, useChecklists } from './queries';

interface Props {
  id: string;
  answer: Schemas['AnsweredQuestion']['answer'];
  onClear(): void;
}

export function QuestionChip({ id, answer, onClear }: Props) {
  const { t } = useI18n();
  const active = useChecklists().data?.items.find((checklist) => checklist.active);
  const checklist = useChecklist(active?.id ?? null);
  const question = checklist.data?.segments.flatMap((segment) => segment.questions).find((entry) => entry.id === id);
  return <FilterChip label={question?.text ?? id} value={answer} text={t(`answer.${answer}`)} options={[]} onChange={onClear} />;
}
