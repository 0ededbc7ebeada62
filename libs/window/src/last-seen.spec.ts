import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  advanceLastSeen,
  distinctOfLast,
  dropLastSeen,
  emptyLastSeen,
  LAST_SEEN_PANES,
  moveLastSeen,
} from './last-seen.js';

const WINDOWS = [1, 10, 60, LAST_SEEN_PANES];

describe('distinct viewers of the last panes', () => {
  it('are as many as a Set of those seen there would hold', () => {
    const seenAct = fc.record({ viewer: fc.nat(6), back: fc.oneof(fc.constant(0), fc.nat(70)) });
    const panes = fc.array(
      fc.record({ on: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(700)), seen: fc.array(seenAct) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(panes, (timeline) => {
        const seen = emptyLastSeen();
        const last = new Map<number, number>();
        const acts: { viewer: number; pane: number }[] = [];
        let now = 10_000;
        for (const { on, seen: viewers } of timeline) {
          advanceLastSeen(seen, (now += on));
          for (const { viewer, back } of viewers) {
            acts.push({ viewer, pane: now - back });
            last.set(viewer, moveLastSeen(seen, 'clickers', last.get(viewer) ?? 0, now - back));
          }
          for (const window of WINDOWS) {
            const inWindow = acts.filter(({ pane }) => pane > now - window).map(({ viewer }) => viewer);
            expect(distinctOfLast(seen, 0, window).clickers).toBe(new Set(inWindow).size);
          }
        }
      }),
    );
  });

  it('count those present once, and those who left by their last pane', () => {
    const seen = emptyLastSeen();
    advanceLastSeen(seen, 1000);
    moveLastSeen(seen, 'gone', 0, 995);
    moveLastSeen(seen, 'gone', 0, 940);
    expect(WINDOWS.map((window) => distinctOfLast(seen, 7, window).viewers)).toEqual([7, 8, 8, 9]);
  });

  it('no longer count whoever came back among those who left', () => {
    const seen = emptyLastSeen();
    advanceLastSeen(seen, 1000);
    const left = moveLastSeen(seen, 'gone', 0, 995);
    dropLastSeen(seen, 'gone', left);
    expect(distinctOfLast(seen, 1, 300).viewers).toBe(1);
  });

  it('an earlier sign than the last one moves nobody back', () => {
    const seen = emptyLastSeen();
    advanceLastSeen(seen, 1000);
    const at = moveLastSeen(seen, 'buyers', 0, 999);
    expect(moveLastSeen(seen, 'buyers', at, 800)).toBe(999);
    expect(distinctOfLast(seen, 0, 10).buyers).toBe(1);
  });
});
