import { describe, expect, it } from 'vitest';
import { duration, formatter, phone } from './format';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('duration', () => {
  it('writes minutes and seconds, and hours only where there are any', () => {
    expect(duration(0)).toBe('0:00');
    expect(duration(187_000)).toBe('3:07');
    expect(duration(187_999)).toBe('3:07');
    expect(duration(3_723_000)).toBe('1:02:03');
  });

  it('shows a dash for what is not known', () => {
    expect(duration(null)).toBe('–');
    expect(duration(Number.NaN)).toBe('–');
  });
});

describe('phone', () => {
  it('groups nine digits as they are read out', () => expect(phone('901234567')).toBe('90 123 45 67'));
  it('keeps the country code apart', () => expect(phone('+998901234567')).toBe('+998 90 123 45 67'));
  it('leaves a short extension alone', () => expect(phone('1010')).toBe('1010'));
});

describe('formatter', () => {
  it('turns minor units into so‘m and shows tiyin only where there are some', () => {
    const { money } = formatter('uz');
    expect(plain(money(498_000_000))).toBe('4 980 000 so‘m');
    expect(plain(money(10_167))).toBe('101,67 so‘m');
    expect(plain(formatter('en').money(-10_167))).toBe('-101.67 UZS');
    expect(money(null)).toBe('–');
  });

  it('shows a moment in the company’s zone, whatever the browser’s is', () => {
    const evening = '2025-11-22T20:30:00Z';
    expect(formatter('en', 'Asia/Tashkent').dateTime(evening)).toBe('23 Nov 2025, 01:30');
    expect(formatter('en', 'UTC').dateTime(evening)).toBe('22 Nov 2025, 20:30');
    expect(formatter('uz', 'Asia/Tashkent').day(evening)).toBe('23-noy 2025');
  });

  it('never shows an unknown number as zero', () => {
    const { number, percent, seconds } = formatter('ru');
    expect([number(null), percent(undefined), seconds(null)]).toEqual(['–', '–', '–']);
  });

  it('writes a change with its sign', () => {
    const { signed } = formatter('en');
    expect([signed(7.12, 1), signed(-2.5, 1), signed(0)]).toEqual(['+7.1', '−2.5', '0']);
  });
});
