import { describe, expect, it } from 'vitest';
import { emptyQuestion, splitKeywords, toDraft, toInput } from './draft';

describe('a checklist while it is edited', () => {
  const segment = {
    title: 'Opening',
    questions: [{ id: 'greeting', text: 'Greeted?', weight: 2, keywords: ['good morning', 'hello'], asked_of: 'operator' as const }],
  };

  it('goes back to the server as it came when nothing was changed', () => {
    expect(toInput(toDraft([segment]))).toEqual([segment]);
  });

  it('sends no id for a new question, so that the server makes one', () => {
    const [draft] = toDraft([segment]);
    draft?.questions.push({ ...emptyQuestion(), text: ' Said goodbye? ' });
    const [sent] = toInput(draft ? [draft] : []);
    expect(sent?.questions[1]).toEqual({ text: 'Said goodbye?', weight: 1, keywords: [], asked_of: 'operator' });
  });

  it('splits keywords at commas and drops blanks and repeats', () => {
    expect(splitKeywords(' hello, good morning;hello ,, ')).toEqual(['hello', 'good morning']);
  });
});
