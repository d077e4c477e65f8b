import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import { pauseBefore, triesAgain } from './loginRetry';

function refused(status: number, code: string) {
  return new ApiError(status, { code });
}

describe('a log-in that was sent away', () => {
  it('is tried again while many log in, five times', () => {
    for (const failure of [refused(503, 'busy'), refused(429, 'too_many_requests')]) {
      expect([0, 1, 2, 3, 4, 5].map((failures) => triesAgain(failures, failure))).toEqual([true, true, true, true, true, false]);
    }
  });
  it('is not tried again when it was wrong or guessed too often', () => {
    for (const failure of [refused(401, 'invalid_credentials'), refused(429, 'too_many_tries'), refused(401, 'totp_required'), new Error('x')]) {
      expect(triesAgain(0, failure)).toBe(false);
    }
  });
  it('comes a little later each time', () => {
    expect(pauseBefore(0)).toBeGreaterThanOrEqual(500);
    expect(pauseBefore(4)).toBeGreaterThanOrEqual(2500);
    expect(pauseBefore(4)).toBeLessThanOrEqual(3500);
  });
});
