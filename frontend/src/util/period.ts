// Calendar days as "YYYY-MM-DD", in the company's zone. No Date arithmetic in local time: that breaks on DST nights.

export interface Period {
  start: string;
  end: string;
}

export type PresetName = 'today' | 'yesterday' | 'days7' | 'days30' | 'days90' | 'thisMonth' | 'lastMonth';
export const presetNames: PresetName[] = ['today', 'yesterday', 'days7', 'days30', 'days90', 'thisMonth', 'lastMonth'];

/** Today's date where the company is. */
export function today(timeZone?: string, now: Date = new Date()): string {
  const parts: Record<string, string> = {};
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  for (const part of format.formatToParts(now)) parts[part.type] = part.value;
  return `${parts.year}-${parts.month}-${parts.day}`;
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Days from start to end, both included. */
export function dayCount({ start, end }: Period): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / 86_400_000) + 1;
}

export function preset(name: PresetName, now: string): Period {
  const monthStart = `${now.slice(0, 8)}01`;
  switch (name) {
    case 'today':
      return { start: now, end: now };
    case 'yesterday':
      return { start: addDays(now, -1), end: addDays(now, -1) };
    case 'days7':
      return { start: addDays(now, -6), end: now };
    case 'days30':
      return { start: addDays(now, -29), end: now };
    case 'days90':
      return { start: addDays(now, -89), end: now };
    case 'thisMonth':
      return { start: monthStart, end: now };
    case 'lastMonth': {
      const end = addDays(monthStart, -1);
      return { start: `${end.slice(0, 8)}01`, end };
    }
  }
}

export function presetOf(period: Period, now: string): PresetName | undefined {
  return presetNames.find((name) => {
    const candidate = preset(name, now);
    return candidate.start === period.start && candidate.end === period.end;
  });
}
