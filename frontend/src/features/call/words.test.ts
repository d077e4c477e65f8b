import { describe, expect, it } from 'vitest';
import { wordAt } from './words';

const word = (text: string, start_ms: number, end_ms: number) => ({ text, start_ms, end_ms, confidence: 1 });
const words = [word('good', 1000, 1300), word('morning', 1300, 1800), word('how', 5000, 5200), word('hello', 5100, 5600)];

describe('wordAt', () => {
  it('names no word before the first and in a long silence', () => {
    expect(wordAt(words, 0)).toBe(-1);
    expect(wordAt(words, 3000)).toBe(-1);
    expect(wordAt([], 1000)).toBe(-1);
  });
  it('names the word from its first millisecond on', () => {
    expect(wordAt(words, 1000)).toBe(0);
    expect(wordAt(words, 1299)).toBe(0);
    expect(wordAt(words, 1300)).toBe(1);
  });
  it('holds a word over a short pause so that the mark does not flicker', () => expect(wordAt(words, 2100)).toBe(1));
  it('prefers who began last when both speak', () => expect(wordAt(words, 5150)).toBe(3));
  it('finds a word that began inside the other speaker’s line', () => {
    const interrupted = [word('a', 0, 400), word('b', 400, 800), word('c', 6000, 6400), word('oh', 450, 700), word('yes', 7000, 7300)];
    expect(wordAt(interrupted, 500)).toBe(3);
    expect(wordAt(interrupted, 6100)).toBe(2);
  });
});
