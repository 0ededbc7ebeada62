import { describe, expect, it } from '@jest/globals';
import { dueAt, latestStart } from './pace.js';

describe('pace', () => {
  it('sends in real time at its time or within a quarter of a second after, never before', () => {
    const pace = { origin_wall: 10_000, origin_ts: 500, speed: 1 };
    expect(dueAt(pace, 500)).toBe(10_000);
    expect(dueAt(pace, 501)).toBe(10_250);
    expect(dueAt(pace, 1_500)).toBe(11_000);
  });

  it('goes as many times faster as asked, and max is always due', () => {
    expect(dueAt({ origin_wall: 0, origin_ts: 0, speed: 10 }, 10_000)).toBe(1_000);
    expect(dueAt({ origin_wall: 0, origin_ts: 0, speed: Infinity }, 10_000)).toBe(-Infinity);
  });

  it('a start as late as possible never lets the session run ahead of the clock', () => {
    const now = 1_000_000;
    for (const speed of [1, 2, 60, Infinity]) {
      const end = latestStart(now, 600, speed) + 600_000;
      expect(end).toBe(Math.floor(speed === Infinity ? now : now + 600_000 / speed));
    }
  });
});
