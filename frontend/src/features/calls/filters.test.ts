import { describe, expect, it } from 'vitest';
import { readFilters, withFilters } from './filters';

describe('filters in the address', () => {
  it('reads what it knows', () => {
    const search = new URLSearchParams('q=refund&status=FAILED,PENDING&sentiment=negative&score_max=49.99&start=2026-11-01&end=2026-11-23&sort=-score');
    expect(readFilters(search)).toEqual({
      q: 'refund',
      status: ['FAILED', 'PENDING'],
      sentiment: 'negative',
      score_max: 49.99,
      start: '2026-11-01',
      end: '2026-11-23',
      sort: '-score',
    });
  });

  it('drops what it does not understand instead of sending it on', () => {
    const search = new URLSearchParams('status=DONE&sentiment=angry&operator_id=1;drop&score_min=900&start=yesterday&sort=name&x=1&q=%20');
    expect(readFilters(search)).toEqual({});
  });

  it('reads what a bar of the dashboard narrows the list by', () => {
    expect(readFilters(new URLSearchParams('call_purpose=%20refund%20&lead_source=web&interest=oven'))).toEqual({
      call_purpose: 'refund',
      lead_source: 'web',
      interest: 'oven',
    });
    expect(readFilters(new URLSearchParams('question_id=greeting&answer=no'))).toEqual({ question_id: 'greeting', answer: 'no' });
  });

  it('takes a question and its answer together or not at all', () => {
    expect(readFilters(new URLSearchParams('question_id=greeting'))).toEqual({});
    expect(readFilters(new URLSearchParams('answer=no'))).toEqual({});
  });

  it('changes one filter and keeps the others', () => {
    const search = new URLSearchParams('q=refund&sentiment=negative');
    expect(withFilters(search, { sentiment: undefined, call_type: 'inbound' }).toString()).toBe('q=refund&call_type=inbound');
    expect(search.toString()).toBe('q=refund&sentiment=negative');
  });
});
