import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deliver, IN_ORDER, mergeDeliveries, type DisorderOptions } from './disorder.js';

const EVENTS = 20_000;
/** One event every 10 ms. */
const events = Array.from({ length: EVENTS }, (_, n) => ({ event_id: String(n), ts: n * 10 }));

const delivered = (options: Partial<DisorderOptions>) => [...deliver(events, { ...IN_ORDER, ...options })];

/** How many of the deliveries are below the watermark of what came before them, and how many beyond the lateness too. */
const lateness = (deliveries: { event: { ts: number } }[]): { late: number; tooLate: number } => {
  let newest = -Infinity;
  const counts = { late: 0, tooLate: 0 };
  for (const { event } of deliveries) {
    const behind = newest - IN_ORDER.out_of_order_ms - event.ts;
    if (behind > IN_ORDER.allowed_lateness_ms) counts.tooLate++;
    else if (behind > 0) counts.late++;
    newest = Math.max(newest, event.ts);
  }
  return counts;
};

describe('delivery in disorder', () => {
  it('changes nothing where no disorder is asked for', () => {
    expect(delivered({}).map(({ event }) => event)).toEqual(events);
  });

  it('loses nothing, invents nothing, and arrives in order of arrival, never before its ts', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 5_000 }), (seed, disorder_ms) => {
        const some = events.slice(0, 500);
        const options = { ...IN_ORDER, seed, disorder_ms, duplicate_share: 0.1, late_share: 0.1, too_late_share: 0.05 };
        const deliveries = [...deliver(some, options)];
        expect(new Set(deliveries.map(({ event }) => event))).toEqual(new Set(some));
        expect(deliveries.filter(({ arrival_ts, event }) => arrival_ts < event.ts)).toEqual([]);
        expect(deliveries.filter(({ arrival_ts }, i) => arrival_ts < (deliveries[i - 1]?.arrival_ts ?? 0))).toEqual([]);
        expect([...deliver(some, options)]).toEqual(deliveries);
      }),
      { numRuns: 25, seed: 20_260_102 },
    );
  });

  it('makes nothing late while the disorder stays within the out-of-order bound', () => {
    expect(lateness(delivered({ disorder_ms: 2_000 }))).toEqual({ late: 0, tooLate: 0 });
  });

  it('sends again the share asked for', () => {
    expect((delivered({ duplicate_share: 0.05 }).length - EVENTS) / EVENTS).toBeCloseTo(0.05, 2);
  });

  it('makes late, and too late, the shares asked for', () => {
    const { late, tooLate } = lateness(delivered({ disorder_ms: 1_000, late_share: 0.04, too_late_share: 0.02 }));
    // Those sent at the very end have nothing newer before them, so they are not late after all.
    expect(late / EVENTS).toBeGreaterThan(0.03);
    expect(late / EVENTS).toBeLessThan(0.05);
    expect(tooLate / EVENTS).toBeGreaterThan(0.008);
    expect(tooLate / EVENTS).toBeLessThan(0.025);
  });

  it('keeps under way no more than the delays ask for', () => {
    let made = 0;
    const counted = function* () {
      for (const event of events) {
        made++;
        yield event;
      }
    };
    let taken = 0;
    let most = 0;
    for (const { arrival_ts } of deliver(counted(), { ...IN_ORDER, disorder_ms: 1_000 })) {
      if (arrival_ts >= 0) taken++;
      most = Math.max(most, made - taken);
    }
    // One event every 10 ms, each under way for at most a second.
    expect(most).toBeLessThanOrEqual(101);
  });

  it('plays rooms side by side in order of arrival', () => {
    const rooms = [0, 1, 2].map((seed) => deliver(events.slice(0, 300), { ...IN_ORDER, seed, disorder_ms: 500 }));
    const arrivals = [...mergeDeliveries(rooms)].map(({ arrival_ts }) => arrival_ts);
    expect(arrivals).toHaveLength(900);
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
  });
});
