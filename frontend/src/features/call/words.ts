import type { Schemas } from '@/api/api';

export type Word = Schemas['Word'];

/** All words in the order in which the transcript shows them; the index is the word's name on the page. */
export function flattenWords(transcript: Schemas['Transcript']): Word[] {
  return transcript.segments.flatMap((segment) => segment.words);
}

/**
 * Index of the word spoken at `ms`, or -1. Of two speakers at once the one who began last; in a pause shorter than
 * 400 ms the word before it, so that the mark does not flicker. Words are nearly sorted: lines are in order, but an
 * interruption may begin inside the line before it, so a few neighbours are looked at.
 */
export function wordAt(words: Word[], ms: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] as Word).start_ms <= ms) low = middle + 1;
    else high = middle;
  }
  let best = -1;
  for (let index = Math.min(words.length - 1, low + 40); index >= Math.max(0, low - 80); index--) {
    const word = words[index] as Word;
    if (word.start_ms > ms || ms >= word.end_ms + 400) continue;
    const current = words[best];
    if (!current || word.start_ms > current.start_ms) best = index;
  }
  return best;
}
