import { describe, expect, it } from '@jest/globals';
import { verdictOn, type Attempt } from './backoff.js';

const bounds = { first_ms: 100, most_ms: 1_000, attempts_max: 6 };
const answered = (status: number, retry_after: string | null = null): Attempt => ({
  kind: 'answered',
  status,
  retry_after,
});
const lost: Attempt = { kind: 'unanswered', reason: 'ECONNRESET' };

describe('after an attempt', () => {
  it('what was acknowledged is taken', () => {
    expect(verdictOn(answered(200), 1, 0, bounds)).toEqual({ kind: 'taken' });
    expect(verdictOn(answered(204), 6, 0, bounds)).toEqual({ kind: 'taken' });
  });

  it('a lost answer is tried again, each wait twice the one before, up to the most', () => {
    const waits = [1, 2, 3, 4, 5].map((tries) => verdictOn(lost, tries, 1, bounds));
    expect(waits.map((verdict) => verdict.kind === 'retry' && verdict.wait_ms)).toEqual([100, 200, 400, 800, 1_000]);
  });

  it('jitter takes away at most half of the wait', () => {
    expect(verdictOn(lost, 1, 0, bounds)).toEqual({ kind: 'retry', wait_ms: 50 });
  });

  it('a 429 waits at least as long as it asks for', () => {
    expect(verdictOn(answered(429, '3'), 1, 0, bounds)).toEqual({ kind: 'retry', wait_ms: 3_000 });
    expect(verdictOn(answered(429), 1, 1, bounds)).toEqual({ kind: 'retry', wait_ms: 100 });
    expect(verdictOn(answered(429, 'tomorrow'), 1, 1, bounds)).toEqual({ kind: 'retry', wait_ms: 100 });
  });

  it('a server in trouble is tried again, a refusal is final', () => {
    for (const status of [500, 502, 503, 504, 408])
      expect(verdictOn(answered(status), 1, 0, bounds).kind).toBe('retry');
    for (const status of [400, 401, 403, 404, 413, 415])
      expect(verdictOn(answered(status), 1, 0, bounds)).toEqual({ kind: 'give_up' });
  });

  it('it gives up after so many tries', () => {
    expect(verdictOn(lost, 5, 0, bounds).kind).toBe('retry');
    expect(verdictOn(lost, 6, 0, bounds)).toEqual({ kind: 'give_up' });
  });
});
