// Numbers, money, times and durations as the reader's language writes them. Pure functions of (language, zone).
import type { Language } from './i18n';

/** 187000 → "3:07"; 3723000 → "1:02:03". Milliseconds in, rounded to the second below. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = String(seconds % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** 990123456 → "99 012 34 56"; what is no nine-digit number stays as it is. */
export function phone(value: string | null | undefined): string {
  if (!value) return '';
  const digits = value.replace(/\D/g, '');
  if (digits.length === 9) return digits.replace(/(\d{2})(\d{3})(\d{2})(\d{2})/, '$1 $2 $3 $4');
  if (digits.length === 12 && digits.startsWith('998')) {
    return `+998 ${digits.slice(3).replace(/(\d{2})(\d{3})(\d{2})(\d{2})/, '$1 $2 $3 $4')}`;
  }
  return value;
}

// Chromium ships no Uzbek month names; CLDR's Latin ones are these.
const uzMonths = ['yan', 'fev', 'mar', 'apr', 'may', 'iyn', 'iyl', 'avg', 'sen', 'okt', 'noy', 'dek'];

export interface Formatter {
  number(value: number | null | undefined, digits?: number): string;
  percent(value: number | null | undefined): string;
  signed(value: number, digits?: number): string;
  /** Minor units (1/100) to the currency's whole units, two digits only where they are not zero. */
  money(minor: number | null | undefined, currency?: string): string;
  bytes(value: number): string;
  /** "12 Nov" (with the year when it is not this one). */
  day(value: string | Date): string;
  time(value: string | Date): string;
  dateTime(value: string | Date): string;
  seconds(ms: number | null | undefined): string;
}

export function formatter(language: Language, timeZone?: string): Formatter {
  // Numbers in Uzbek are written as in Russian (space between thousands, comma before the fraction).
  const numberLocale = language === 'en' ? 'en-GB' : 'ru-RU';
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const split = (value: string | Date) => {
    const map: Record<string, string> = {};
    for (const part of parts.formatToParts(new Date(value))) map[part.type] = part.value;
    return map;
  };
  const shortDay = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { timeZone, day: 'numeric', month: 'short' });
  const thisYear = split(new Date()).year;

  const number = (value: number | null | undefined, digits = 0) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? '–'
      : new Intl.NumberFormat(numberLocale, { maximumFractionDigits: digits }).format(value);

  const day = (value: string | Date) => {
    const map = split(value);
    const month = Number(map.month);
    const text =
      language === 'uz' ? `${map.day}-${uzMonths[month - 1]}` : shortDay.format(new Date(value)).replace(/\.$/, '');
    return map.year === thisYear ? text : `${text} ${map.year}`;
  };
  const time = (value: string | Date) => {
    const map = split(value);
    return `${map.hour}:${map.minute}`;
  };

  return {
    number,
    percent: (value) => (value === null || value === undefined ? '–' : `${number(value)}%`),
    signed: (value, digits = 0) =>
      new Intl.NumberFormat(numberLocale, { maximumFractionDigits: digits, signDisplay: 'exceptZero' }).format(value).replace('-', '−'),
    money: (minor, currency = 'UZS') => {
      if (minor === null || minor === undefined) return '–';
      const whole = minor / 100;
      const text = new Intl.NumberFormat(numberLocale, {
        minimumFractionDigits: minor % 100 === 0 ? 0 : 2,
        maximumFractionDigits: 2,
      }).format(whole);
      if (currency !== 'UZS') return `${text} ${currency}`;
      return `${text} ${language === 'uz' ? 'so‘m' : language === 'ru' ? 'сум' : 'UZS'}`;
    },
    bytes: (value) => {
      const mib = value / (1024 * 1024);
      if (mib >= 1) return `${number(mib, 1)} ${language === 'ru' ? 'МБ' : 'MB'}`;
      return `${number(Math.max(1, value / 1024))} ${language === 'ru' ? 'КБ' : 'KB'}`;
    },
    day,
    time,
    dateTime: (value) => `${day(value)}, ${time(value)}`,
    seconds: (ms) => {
      if (ms === null || ms === undefined) return '–';
      return `${number(ms / 1000, 1)} ${language === 'ru' ? 'с' : 's'}`;
    },
  };
}
