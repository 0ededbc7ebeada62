import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PANE_MS, type LiveEvent } from '#domain';
import { RANK, isLate as isLateTurn, msOf, rankOf } from './effect-order.js';
import { TICKS, clearPane, emptyWaiting, takeDue, ticksBelow, turnAt, wait } from './waiting.js';

const INDEX = 1_760_000_040;
const eventOf = (event_id: string): LiveEvent => ({ event_id, stream_id: 's', ts: 0, type: 'stream_ended' });

describe('what waits', () => {
  it('becomes due once, in the order (effective time, rank, id by code unit), however it came and in whatever steps it is taken', () => {
    const event = fc.record({
      // Few moments, so that many tie; and all over the pane.
      ms: fc.oneof(fc.constantFrom(0, 1, 7, 8, 999), fc.nat(PANE_MS - 1)),
      rank: fc.integer({ min: RANK.started, max: RANK.line }),
      id: fc.stringMatching(/^[a-cA-C-]{1,3}$/),
      isLate: fc.boolean(),
    });
    const steps = fc.array(fc.nat(PANE_MS), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), steps, (events, upTo) => {
        const waiting = emptyWaiting();
        for (const { ms, rank, id, isLate } of events) wait(waiting, eventOf(id), INDEX * PANE_MS + ms, rank, isLate);
        const pane = waiting.panes.get(INDEX);
        const taken: unknown[] = [];
        let from = 0;
        for (const to of [...upTo.sort((a, b) => a - b).map((ms) => ticksBelow(INDEX * PANE_MS + ms, INDEX)), TICKS]) {
          for (const n of pane === undefined ? [] : takeDue(pane, from, to)) {
            const turn = turnAt(pane!, n);
            taken.push([msOf(turn), rankOf(turn), pane!.events[n]!.event_id]);
          }
          from = to;
        }
        const sorted = events
          .map(({ ms, rank, id }) => [ms, rank, id] as const)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0));
        expect(taken).toEqual(sorted);
      }),
    );
  });

  it('knows what came late, at the last millisecond of a pane too', () => {
    const waiting = emptyWaiting();
    wait(waiting, eventOf('a'), INDEX * PANE_MS + 999, RANK.leave, true);
    wait(waiting, eventOf('b'), INDEX * PANE_MS + 999, RANK.leave, false);
    const pane = waiting.panes.get(INDEX)!;
    expect(takeDue(pane, 0, TICKS).map((n) => isLateTurn(turnAt(pane, n)))).toEqual([true, false]);
  });

  it('is in a tick that is wholly past, never in the one in which the watermark stands', () => {
    expect([0, 7, 8, 999, 1000, 5000].map((ms) => ticksBelow(INDEX * PANE_MS + ms, INDEX))).toEqual([
      0,
      0,
      1,
      TICKS - 1,
      TICKS,
      TICKS,
    ]);
    expect(ticksBelow(INDEX * PANE_MS - 1, INDEX)).toBe(0);
  });

  it('leaves an empty room for the next pane', () => {
    const waiting = emptyWaiting();
    wait(waiting, eventOf('a'), INDEX * PANE_MS, RANK.cue, false);
    takeDue(waiting.panes.get(INDEX)!, 0, TICKS);
    clearPane(waiting, INDEX);
    wait(waiting, eventOf('b'), (INDEX + 1) * PANE_MS, RANK.cue, false);
    expect(takeDue(waiting.panes.get(INDEX + 1)!, 0, TICKS)).toEqual([0]);
    expect([...waiting.panes.keys()]).toEqual([INDEX + 1]);
  });
});
