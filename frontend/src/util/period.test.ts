import { describe, expect, it } from 'vitest';
import { addDays, dayCount, preset, presetOf, today } from './period';

describe('period', () => {
  it('knows the date where the company is', () => {
    const lateEvening = new Date('2026-11-22T20:30:00Z');
    expect(today('Asia/Tashkent', lateEvening)).toBe('2026-11-23');
    expect(today('UTC', lateEvening)).toBe('2026-11-22');
  });

  it('adds days over the end of a month, a year and February', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  it('gives thirty days for "last 30 days", today included', () => {
    const period = preset('days30', '2026-11-23');
    expect(period).toEqual({ start: '2026-10-25', end: '2026-11-23' });
    expect(dayCount(period)).toBe(30);
  });

  it('ends the last month on its own last day', () => {
    expect(preset('lastMonth', '2026-03-05')).toEqual({ start: '2026-02-01', end: '2026-02-28' });
  });

  it('recognises a preset by its days, and none for others', () => {
    expect(presetOf({ start: '2026-11-17', end: '2026-11-23' }, '2026-11-23')).toBe('days7');
    expect(presetOf({ start: '2026-11-16', end: '2026-11-22' }, '2026-11-23')).toBeUndefined();
  });
});
