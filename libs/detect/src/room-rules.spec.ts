import { describe, expect, it } from '@jest/globals';
import {
  emptyItemCounts,
  emptyPane,
  type AlertDecision,
  type AlertRule,
  type Moment,
  type OnAir,
  type Pane,
} from '#domain';
import { DEFAULT_CONTEXT } from './context.js';
import { createDetector } from './detector.js';

const START_MS = 1_700_000_000_000;
const ONLINE = 1_000;
/** Long before everything: what is on has been on for a while. */
const LAMP: OnAir = { item_id: 'lamp', presentation_id: 'room:lamp', title: 'Lamp', from: START_MS - 600_000 };

/** What happens in second `s` of a room that is calm otherwise. */
type Second = Partial<Pane> & { clicks?: number; paid?: number; on_air?: OnAir | null; cues?: string[] };

const timeline = (seconds: number, second: (s: number) => Second): Moment[] =>
  Array.from({ length: seconds }, (_, s) => {
    const { clicks = 4, paid = 1, on_air = LAMP, cues = [], ...counts } = second(s);
    const pane = emptyPane('room', START_MS + s * 1000);
    Object.assign(pane, { enters: 3, leaves: 3, online: ONLINE, danmaku: 2, orders_created: 1, orders_paid: paid });
    pane.by_item = { lamp: { ...emptyItemCounts(), item_clicks: clicks, orders_paid: paid } };
    pane.quality = 'inferred';
    Object.assign(pane, counts);
    return { pane, on_air, cues: cues.map((label) => ({ ts: pane.ts, label })) };
  });

/** Where everybody leaves at once the drop-off rule fires too; here it is off. */
const context = structuredClone(DEFAULT_CONTEXT);
context.rules.dropoff_spike.enabled = false;
const detector = createDetector(context);
const run = (seconds: number, second: (s: number) => Second): AlertDecision[] => {
  const state = detector.initial();
  return timeline(seconds, second).flatMap((moment) => detector.step(state, moment));
};
const between = (s: number, from: number, to: number): boolean => s >= from && s < to;
const lives = (decided: readonly AlertDecision[], rule: AlertRule) =>
  decided
    .filter((alert) => alert.rule === rule)
    .map(({ status, detected_at }) => [status, (detected_at - START_MS) / 1000]);

describe('rules on counts', () => {
  it('say nothing of a calm room', () => {
    expect(run(1_200, () => ({}))).toEqual([]);
  });

  it('viewer_surge: many times the usual joins, once, over when they are', () => {
    const decided = run(900, (s) => ({ enters: between(s, 400, 440) ? 20 : 3 }));
    expect(lives(decided, 'viewer_surge')).toMatchObject([
      ['firing', expect.any(Number)],
      ['resolved', expect.any(Number)],
    ]);
    const [fired] = decided;
    expect(fired).toMatchObject({ severity: 'info', item_id: null, started_at: START_MS + 400_000 });
    expect((fired!.detected_at - START_MS) / 1000).toBeLessThan(405);
  });

  it('viewer_surge: half as many again is no surge', () => {
    expect(run(900, (s) => ({ enters: between(s, 400, 440) ? 5 : 3 }))).toEqual([]);
  });

  it('viewer_surge: what has gone on for 5 min is the usual, and three times that is a surge again', () => {
    const enters = (s: number) => (s < 400 ? 3 : between(s, 1_400, 1_440) ? 60 : 15);
    const decided = run(1_600, (s) => ({ enters: enters(s) })).filter(({ rule }) => rule === 'viewer_surge');
    const [fired, resolved, again] = lives(decided, 'viewer_surge');
    expect(fired![0]).toBe('firing');
    expect(resolved).toEqual(['resolved', fired![1]]);
    expect((decided[1]!.resolved_at! - START_MS) / 1000).toBeLessThanOrEqual(400 + 300 + 40);
    expect(again).toEqual(['firing', expect.closeTo(1_403, -1)]);
  });

  it('danmaku_surge: far more messages than so many viewers usually write, for half a minute', () => {
    const decided = run(900, (s) => ({ danmaku: between(s, 400, 440) ? 12 : 2 }));
    expect(lives(decided, 'danmaku_surge')[0]).toMatchObject(['firing', expect.any(Number)]);
  });

  it('danmaku_surge: the rush when a link opens, a new item and a giveaway are none', () => {
    expect(run(900, (s) => ({ danmaku: between(s, 400, 415) ? 10 : 2 }))).toEqual([]);
    const fresh = { ...LAMP, presentation_id: 'room:again', from: START_MS + 400_000 };
    expect(run(900, (s) => ({ danmaku: between(s, 400, 440) ? 12 : 2, on_air: s < 400 ? LAMP : fresh }))).toEqual([]);
  });

  // A recording of danmaku alone once fired every five minutes: nobody was known to be there, so nothing was usual.
  it('danmaku_surge: where no viewer is known, messages are held against their own rate', () => {
    const busy = (s: number) => ({ online: 0, enters: 0, leaves: 0, danmaku: between(s, 900, 950) ? 15 : 3 });
    const decided = run(1_500, busy);
    expect(lives(decided, 'danmaku_surge')).toHaveLength(2);
    expect(decided[0]).toMatchObject({ rule: 'danmaku_surge', started_at: START_MS + 900_000 });
  });

  it('refund_surge: refunds far above what so many orders usually bring', () => {
    const calm = (s: number) => (s % 60 === 0 ? 1 : 0);
    const decided = run(1_500, (s) => ({
      orders_refunded: between(s, 1_000, 1_060) ? (s % 4 === 0 ? 1 : 0) : calm(s),
    }));
    expect(lives(decided, 'refund_surge')[0]).toMatchObject(['firing', expect.any(Number)]);
    expect(run(1_500, (s) => ({ orders_refunded: calm(s) }))).toEqual([]);
  });

  it('viewer_cliff: a fifth of the room gone within half a minute', () => {
    const decided = run(900, (s) => ({ online: s < 500 ? ONLINE : 750 }));
    expect(lives(decided, 'viewer_cliff')).toEqual([
      ['firing', 503],
      ['resolved', expect.any(Number)],
    ]);
    expect(decided[0]).toMatchObject({ severity: 'critical', evidence: { before: ONLINE, online: 750 } });
    // Some would have gone anyway: leaves are inferred here, and what is expected of the audience is less than all of them.
    const { missing } = decided[0]!.evidence as { missing: number };
    expect(missing).toBeGreaterThanOrEqual(ONLINE / 5);
    expect(missing).toBeLessThanOrEqual(250);
  });

  it('viewer_cliff: a slow ebb is none', () => {
    expect(run(900, (s) => ({ online: s < 500 ? ONLINE : Math.max(500, ONLINE - 3 * (s - 500)) }))).toEqual([]);
  });

  it('conversion_drop: the item that is on is clicked as before and hardly paid; it carries the item', () => {
    const decided = run(900, (s) => (between(s, 500, 620) ? { paid: 0, orders_created: 0 } : {}));
    expect(lives(decided, 'conversion_drop')[0]).toMatchObject(['firing', expect.any(Number)]);
    expect(decided[0]).toMatchObject({ item_id: 'lamp', presentation_id: 'room:lamp' });
  });

  it('conversion_drop: fewer clicks bring fewer orders, and a rush of clicks is given time', () => {
    expect(run(900, (s) => (between(s, 500, 620) ? { clicks: 0, paid: 0, orders_created: 0 } : {}))).toEqual([]);
    expect(run(900, (s) => (between(s, 500, 540) ? { clicks: 40 } : {}))).toEqual([]);
  });

  it('checkout_failure: orders are placed as before and hardly paid', () => {
    const decided = run(900, (s) => (between(s, 500, 620) ? { paid: 0, clicks: 0 } : {}));
    expect(lives(decided, 'checkout_failure')[0]).toMatchObject(['firing', expect.any(Number)]);
    expect(lives(decided, 'conversion_drop')).toEqual([]);
  });

  it('a stream that ends resolves what fires', () => {
    const state = detector.initial();
    for (const moment of timeline(405, (s) => ({ enters: s >= 400 ? 20 : 3 }))) detector.step(state, moment);
    const ended_at = START_MS + 405_000;
    expect(detector.end(state, ended_at)).toMatchObject([
      { rule: 'viewer_surge', status: 'resolved', resolved_at: ended_at },
    ]);
  });
});
