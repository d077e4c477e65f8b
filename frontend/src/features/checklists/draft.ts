// A checklist while it is edited: keys for React, numbers still as text, keywords as one comma-separated line.
import type { Schemas } from '@/api/api';

export interface DraftQuestion {
  key: number;
  /** A kept id keeps the question's history in compliance figures. */
  id: string | undefined;
  text: string;
  weight: number;
  keywords: string;
  asked_of: 'operator' | 'customer';
}

export interface DraftSegment {
  key: number;
  title: string;
  questions: DraftQuestion[];
}

let nextKey = 1;

export function emptyQuestion(): DraftQuestion {
  return { key: nextKey++, id: undefined, text: '', weight: 1, keywords: '', asked_of: 'operator' };
}

export function emptySegment(): DraftSegment {
  return { key: nextKey++, title: '', questions: [emptyQuestion()] };
}

export function toDraft(segments: Schemas['Segment'][]): DraftSegment[] {
  return segments.map((segment) => ({
    key: nextKey++,
    title: segment.title,
    questions: segment.questions.map((question) => ({
      key: nextKey++,
      id: question.id,
      text: question.text,
      weight: question.weight,
      keywords: question.keywords.join(', '),
      asked_of: question.asked_of,
    })),
  }));
}

export function splitKeywords(line: string): string[] {
  const seen = new Set<string>();
  for (const part of line.split(/[,;\n]/)) {
    const word = part.trim();
    if (word) seen.add(word);
  }
  return [...seen];
}

export function toInput(segments: DraftSegment[]): Schemas['SegmentInput'][] {
  return segments.map((segment) => ({
    title: segment.title.trim(),
    questions: segment.questions.map(({ id, text, weight, keywords, asked_of }) => ({
      ...(id ? { id } : {}),
      text: text.trim(),
      weight,
      keywords: splitKeywords(keywords),
      asked_of,
    })),
  }));
}
