import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TOLD_AGAIN_MS, ToldAgain } from './told-again.js';

describe('a room that is told again', () => {
  it('is told no later than a minute after it was told last, whatever else is told meanwhile', () => {
    const tellings = fc.array(fc.array(fc.nat(20), { maxLength: 5 }), { minLength: 150, maxLength: 300 });
    fc.assert(
      fc.property(tellings, (seconds) => {
        const again = new ToldAgain();
        const told = new Map<string, number>();
        let longestMs = 0;
        const tell = (id: string, now: number): void => {
          told.set(id, now);
          again.note(id, now);
        };
        seconds.forEach((ids, second) => {
          const now = second * 1000;
          for (const n of ids) tell(`room-${n}`, now);
          for (const id of again.due(now)) tell(id, now);
          for (const at of told.values()) longestMs = Math.max(longestMs, now - at);
        });
        expect(longestMs).toBeLessThan(TOLD_AGAIN_MS);
      }),
    );
  });

  it('does not wait for those that were told in the same second: they spread over the minute', () => {
    const again = new ToldAgain();
    const rooms = Array.from({ length: 600 }, (_, n) => `room-${n}`);
    for (const id of rooms) again.note(id, 0);
    const counts = Array.from({ length: 600 }, (_, second) => {
      const due = again.due((second + 1) * 1000);
      for (const id of due) again.note(id, (second + 1) * 1000);
      return due.length;
    });
    const lastMinute = counts.slice(-60);
    expect(lastMinute.reduce((sum, count) => sum + count, 0)).toBe(600);
    expect(Math.max(...lastMinute)).toBeLessThanOrEqual(20);
  });

  it('is left in peace while it is told of itself, and once it is forgotten', () => {
    const again = new ToldAgain();
    for (let second = 0; second < 200; second++) {
      again.note('busy', second * 1000);
      expect(again.due(second * 1000)).toEqual([]);
    }
    again.forget('busy');
    expect(again.due(1_000_000)).toEqual([]);
  });
});
