// While many people log in at once the server sends some away. Whoever waits in front of the form is tried again a few times,
// each a little later and at no common moment. A wrong password, and who guessed too often, are not.
import { toApiError } from '@/api/errors';

const mostRetries = 5;

export function triesAgain(failures: number, failure: unknown): boolean {
  const { code } = toApiError(failure);
  return failures < mostRetries && (code === 'busy' || code === 'too_many_requests');
}

/** In ms, after so many failures (from 0). */
export function pauseBefore(failures: number): number {
  return 500 + 500 * failures + Math.random() * 1000;
}
