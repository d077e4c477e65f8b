// The list's filters are the page's address, so a filtered list can be shared, bookmarked and gone back to.
import type { paths } from '@/api/schema';

export type RecordFilters = Omit<NonNullable<paths['/api/v1/records']['get']['parameters']['query']>, 'cursor' | 'limit' | 'company_id'>;
export type FilterName = keyof RecordFilters;

export const statuses = ['UPLOADED', 'PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'] as const;
export const sentiments = ['positive', 'neutral', 'negative'] as const;
export const callTypes = ['inbound', 'outbound', 'internal'] as const;
export const answers = ['yes', 'no', 'na', 'needs_review'] as const;
export const sorts = ['-started_at', 'started_at', '-created_at', 'created_at', '-duration_ms', 'duration_ms', '-score', 'score'] as const;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const date = /^\d{4}-\d{2}-\d{2}$/;

function oneOf<T extends string>(allowed: readonly T[], value: string | null): T | undefined {
  return allowed.find((entry) => entry === value);
}

function percent(value: string | null): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const parsed = Number(value);
  return parsed >= 0 && parsed <= 100 ? parsed : undefined;
}

/** Reads what it understands and drops the rest: an old or mistyped link shows more calls, never an error. */
export function readFilters(search: URLSearchParams): RecordFilters {
  const match = (name: string, pattern: RegExp) => {
    const value = search.get(name);
    return value && pattern.test(value) ? value : undefined;
  };
  const name = (field: string) => search.get(field)?.trim().slice(0, 200) || undefined;
  const status = (search.get('status') ?? '')
    .split(',')
    .map((value) => oneOf(statuses, value))
    .filter((value) => value !== undefined);
  const filters: RecordFilters = {
    q: search.get('q')?.trim().slice(0, 200) || undefined,
    status: status.length > 0 ? status : undefined,
    operator_id: match('operator_id', uuid),
    call_type: oneOf(callTypes, search.get('call_type')),
    sentiment: oneOf(sentiments, search.get('sentiment')),
    client_phone_number: match('client_phone_number', /^\+?\d{3,15}$/),
    call_purpose: name('call_purpose'),
    lead_source: name('lead_source'),
    interest: name('interest'),
    question_id: name('question_id'),
    answer: oneOf(answers, search.get('answer')),
    score_min: percent(search.get('score_min')),
    score_max: percent(search.get('score_max')),
    start: match('start', date),
    end: match('end', date),
    sort: oneOf(sorts, search.get('sort')),
  };
  if (!filters.question_id || !filters.answer) filters.question_id = filters.answer = undefined;
  for (const name of Object.keys(filters) as FilterName[]) if (filters[name] === undefined) delete filters[name];
  return filters;
}

/** The same address with some filters changed; undefined removes one. */
export function withFilters(search: URLSearchParams, change: Partial<Record<FilterName, string | undefined>>): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}
