import { describe, expect, it } from '@jest/globals';
import type { Answered } from './rest.js';
import { NEVER_AGAIN, waitAfter } from './wait-after.js';

const OK: Answered<string> = { kind: 'ok', body: '' };
const AWAY: Answered<string> = { kind: 'unreachable' };
const MISSING: Answered<string> = { kind: 'refused', status: 404, detail: '' };

describe('how long a question waits to be asked again', () => {
  it('after a failure is soon, then later each time, and never longer than after an answer', () => {
    expect([1, 2, 3, 4, 5].map((failures) => waitAfter(AWAY, 10_000, failures))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000,
    ]);
    expect(waitAfter(OK, 10_000, 0)).toBe(10_000);
  });

  it('is for ever once it was answered for good, but not while it fails', () => {
    expect(waitAfter(OK, NEVER_AGAIN, 0)).toBe(NEVER_AGAIN);
    expect(waitAfter(AWAY, NEVER_AGAIN, 1)).toBe(1_000);
    expect(waitAfter(AWAY, NEVER_AGAIN, 20)).toBe(60_000);
  });

  it('is a minute where the server has no such answer', () => {
    expect(waitAfter(MISSING, 5_000, 1)).toBe(60_000);
    expect(waitAfter(MISSING, NEVER_AGAIN, 1)).toBe(60_000);
  });
});
