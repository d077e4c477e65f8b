// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Schemas } from '@/api/api';
import { renderIn } from '@/test-render';
import { ChecklistPanel } from './ChecklistPanel';

const question = (change: Partial<Schemas['AnsweredQuestion']>): Schemas['AnsweredQuestion'] => ({
  id: 'q',
  text: 'Greeted?',
  weight: 1,
  answer: 'yes',
  confidence: 0.9,
  evidence: null,
  comment: null,
  override: null,
  ...change,
});
const checklist = (...questions: Schemas['AnsweredQuestion'][]): Schemas['ResultChecklist'] => ({
  checklist_id: 'c',
  version: 1,
  title: 'Sales call',
  score: 50,
  segments: [{ title: 'Opening', questions }],
});

describe('ChecklistPanel', () => {
  it('says each verdict in words, not by colour alone', async () => {
    const rows = [question({ id: 'a' }), question({ id: 'b', answer: 'no' }), question({ id: 'c', answer: 'needs_review' })];
    await renderIn('en', <ChecklistPanel checklist={checklist(...rows)} onHear={() => undefined} />);
    const verdicts = screen.getAllByRole('listitem').map((row) => within(row).getByText(/^(Yes|No|Check it)$/).textContent);
    expect(verdicts).toEqual(['Yes', 'No', 'Check it']);
  });

  it('plays the quote’s own span', async () => {
    const hear = vi.fn();
    const evidence = { quote: 'good morning', start_ms: 61_000, end_ms: 62_000, speaker: 'operator' as const };
    await renderIn('en', <ChecklistPanel checklist={checklist(question({ evidence }))} onHear={hear} />);
    await userEvent.click(screen.getByRole('button', { name: 'Hear “good morning” at 1:01' }));
    expect(hear).toHaveBeenCalledWith(evidence);
  });

  it('counts a person’s override and tells what the engine had said', async () => {
    const override = { answer: 'no' as const, comment: 'Too late.', account_id: 'p', created_at: '2026-11-23T00:00:00Z' };
    await renderIn('en', <ChecklistPanel checklist={checklist(question({ override }))} onHear={() => undefined} />);
    expect(screen.getByText('No')).toBeTruthy();
    expect(screen.getByText(/the engine said: Yes/)).toBeTruthy();
  });

  it('says so when there is no checklist', async () => {
    await renderIn('uz', <ChecklistPanel checklist={null} onHear={() => undefined} />);
    expect(screen.getByText('Qo‘ng‘iroq chek-listsiz baholangan.')).toBeTruthy();
  });
});
