import { describe, expect, it } from '@jest/globals';
import type { EventTimeSettings, EventType } from '#domain';
import { type OraclePane, type StreamNumbers, type WireEvent, type WireRecord, numbersOf } from './index.js';
import { retention } from './measures.js';

/**
 * Cases small enough to be counted by hand from events.md and metrics.md. Times are seconds; appended long after, so
 * that the clock holds no watermark back, unless a case says otherwise.
 */
const SETTINGS: EventTimeSettings = {
  outOfOrderMs: 2_000,
  allowedLatenessMs: 60_000,
  idleInputMs: 10_000,
  maxFutureMs: 60_000,
  presenceTimeoutMs: 30_000,
  streamIdleEndMs: 1_800_000,
};
const T0 = 1_700_000_000_000;
const at = (s: number): number => T0 + Math.round(s * 1000);
const seconds = (ts: number): number => (ts - T0) / 1000;

let ids = 0;
const event = (s: number, type: EventType, fields: Partial<WireEvent> = {}): WireEvent => ({
  event_id: `e${String(++ids).padStart(4, '0')}`,
  type,
  stream_id: 's',
  ts: at(s),
  ...fields,
});
const ofViewer =
  (type: EventType) =>
  (s: number, viewer_id: string, fields: Partial<WireEvent> = {}) =>
    event(s, type, { viewer_id, ...fields });
const enter = ofViewer('enter');
const leave = ofViewer('leave');
const beat = ofViewer('heartbeat');
const danmaku = (s: number) => event(s, 'danmaku', { viewer_id: 'v', text: 'x' });
const present = (s: number, item_id: string) => event(s, 'item_presented', { item_id });
const line = (s: number, type: EventType, order_id: string, item_id: string, fields: Partial<WireEvent> = {}) =>
  event(s, type, { order_id, item_id, viewer_id: 'v', quantity: 1, amount_minor: 100, currency: 'CNY', ...fields });

const imported = (...events: WireEvent[]): WireRecord[] => events.map((e) => ({ append_ts: at(1e6), event: e }));
const closedAt = (s: number): WireRecord => ({ append_ts: at(1e6), closed: { stream_id: 's', ended_at: at(s) } });
const of = (log: WireRecord[]): StreamNumbers => numbersOf(log, SETTINGS, { 'USD/CNY': '7.125' }).get('s')!;
/** A field of each pane, from the first to the last. */
const each = <K extends keyof OraclePane>({ panes }: StreamNumbers, name: K): OraclePane[K][] =>
  panes.map((pane) => pane[name]);
const visitsIn = ({ visits }: StreamNumbers) =>
  visits.map(({ viewer_id, from, to, ended }) => [viewer_id, seconds(from), to && seconds(to), ended]);

describe('lateness', () => {
  it('is decided with the watermark before the event, which it then moves', () => {
    //   read:  10 → W 8     8 is on time (not below W)     7.999 is late, taking effect at 8     80 → W 78     17.999 is too late
    const { events } = of(imported(danmaku(10), danmaku(8), danmaku(7.999), danmaku(80), danmaku(17.999), danmaku(18)));
    expect(events.map(({ lateness, effective_ts }) => [lateness, seconds(effective_ts)])).toEqual([
      ['on_time', 10],
      ['on_time', 8],
      ['late', 8],
      ['on_time', 80],
      ['too_late', 78],
      ['late', 78],
    ]);
  });

  it('never follows a clock that runs ahead of append time', () => {
    // 50 appended at 10: W is 10 − 2, so 9 appended at 11 is on time, and moves W to 11 − 2 (50 is still the largest).
    const log = [danmaku(50), danmaku(9), danmaku(8.5)].map((e, i) => ({ append_ts: at(10 + i), event: e }));
    expect(of(log).events.map(({ lateness }) => lateness)).toEqual(['on_time', 'on_time', 'late']);
  });

  it('rejects what is more than a minute ahead of its append time', () => {
    const log = [danmaku(10), danmaku(70.001), danmaku(70)].map((e) => ({ append_ts: at(10), event: e }));
    expect([of(log).rejected, of(log).events.length]).toEqual([1, 2]);
  });
});

describe('presence', () => {
  it('counts a leave at exactly n·1000 in pane n, where the visit is no longer online', () => {
    // pane      0      1      2 (end at 3)
    // v1     0.5 ──────────── 2
    const numbers = of([...imported(enter(0.5, 'v1'), leave(2, 'v1')), closedAt(3)]);
    expect(each(numbers, 'online')).toEqual([1, 1, 0]);
    expect(each(numbers, 'leaves')).toEqual([0, 0, 1]);
    expect(each(numbers, 'viewer_ms')).toEqual([500, 1000, 0]);
    expect(each(numbers, 'at_risk').map((bands) => bands[0])).toEqual([1, 1, 1]);
    expect(numbers.panes[2]!.leaves_by_tenure[0]).toBe(1);
  });

  it('takes a second enter for a sign of life, and a leave without a visit for nothing', () => {
    const numbers = of([...imported(leave(0, 'v1'), enter(1, 'v1'), enter(2, 'v1'), leave(3, 'v1')), closedAt(4)]);
    expect(visitsIn(numbers)).toEqual([['v1', 1, 3, 'leave']]);
    expect(numbers.ignored.unmatched_leave).toBe(1);
  });

  it('times out 30 s after the last sign of life, from the first heartbeat on', () => {
    // v1  enter 0 ……………… silent; at 30 there is no heartbeat yet …… 40 first heartbeat (of v2): v1 ends there
    // v2             enter 20 ─────────── beat 40 ────────────────────────── 70
    const numbers = of([...imported(enter(0, 'v1'), enter(20, 'v2'), beat(40, 'v2'), danmaku(90)), closedAt(90.001)]);
    expect(visitsIn(numbers)).toEqual([
      ['v1', 0, 40, 'timeout'],
      ['v2', 20, 70, 'timeout'],
    ]);
  });

  it('applies a time-out before the events of the same ms: the heartbeat at 30 begins a new visit', () => {
    const numbers = of([...imported(beat(0, 'v1'), beat(30, 'v1'), danmaku(31)), closedAt(31.001)]);
    expect(visitsIn(numbers)).toEqual([
      ['v1', 0, 30, 'timeout'],
      ['v1', 30, 31.001, 'censored'],
    ]);
  });

  it('applies a late leave at the watermark it met, unless something newer of that viewer was applied', () => {
    // read: enter v1 at 0, enter v2 at 9, danmaku at 20 → W 18; leave v1 of 5: at 18; leave v2 of 8: older than its enter at 9
    const log = imported(enter(0, 'v1'), enter(9, 'v2'), danmaku(20), leave(5, 'v1'), leave(8, 'v2'));
    const numbers = of([...log, closedAt(21)]);
    expect(visitsIn(numbers)).toEqual([
      ['v1', 0, 18, 'leave'],
      ['v2', 9, 21, 'censored'],
    ]);
    expect(numbers.ignored.stale_presence).toBe(1);
  });

  it('censors at the end, counted in the pane that holds ended_at − 1, and is after the end from then on', () => {
    const log = imported(enter(0, 'v1'), event(2, 'stream_ended'), danmaku(2), danmaku(1.999), enter(3, 'v2'));
    const numbers = of([...log, closedAt(2)]);
    expect(each(numbers, 'censored')).toEqual([0, 1]);
    expect(each(numbers, 'danmaku')).toEqual([0, 1]);
    expect(each(numbers, 'online')).toEqual([1, 0]);
    expect(numbers.ignored.after_end).toBe(2);
  });
});

describe('platform counts', () => {
  it('are online where the feed tells nothing else', () => {
    const count = (s: number, n: number) => event(s, 'online_count', { count: n });
    const numbers = of([...imported(count(0.5, 7), count(2, 5)), closedAt(4)]);
    expect(each(numbers, 'online')).toEqual([7, 7, 5, 5]);
    expect(each(numbers, 'quality')).toEqual(['reported', 'reported', 'reported', 'reported']);
    expect(numbers.session['viewers']).toBeNull();
  });

  it('tell leaves where a feed has enters alone: spread over the panes after the first count up to the second', () => {
    // 10 at 0.9; enters at 1.5 and 2.5; 7 at 4.1: 2 − (7 − 10) = 5 leaves over panes 1 2 3 4 = 1 1 1 2
    const count = (s: number, n: number) => event(s, 'online_count', { count: n });
    const log = imported(enter(0, 'v0'), count(0.9, 10), enter(1.5, 'v1'), enter(2.5, 'v2'), count(4.1, 7));
    const numbers = of([...log, closedAt(5)]);
    expect(each(numbers, 'leaves')).toEqual([0, 1, 1, 1, 2]);
    expect(each(numbers, 'online')).toEqual([10, 10, 10, 9, 7]);
    expect(each(numbers, 'quality')).toEqual(Array(5).fill('inferred'));
  });
});

describe('orders', () => {
  it('count once, in the pane of their first line; money adds over lines; a line again is ignored', () => {
    // o1 paid: cup at 0.1, tee at 1.1, cup again at 2.1
    const log = imported(
      line(0.1, 'order_paid', 'o1', 'cup'),
      line(1.1, 'order_paid', 'o1', 'tee'),
      line(2.1, 'order_paid', 'o1', 'cup'),
    );
    const numbers = of([...log, closedAt(3)]);
    expect(each(numbers, 'orders_paid')).toEqual([1, 0, 0]);
    expect(each(numbers, 'gmv_paid_minor')).toEqual([100, 100, 0]);
    expect(numbers.panes[1]!.by_item['tee']!.orders_paid).toBe(1);
    expect(numbers.ignored.order_repeat).toBe(1);
  });

  it('add refunds up, of an order counted once', () => {
    const refund = (s: number, amount_minor: number) => line(s, 'order_refunded', 'o1', 'cup', { amount_minor });
    const numbers = of([...imported(refund(0, 30), refund(1, 20)), closedAt(2)]);
    expect(each(numbers, 'refund_minor')).toEqual([30, 20]);
    expect(each(numbers, 'orders_refunded')).toEqual([1, 0]);
  });

  it('are in the currency first applied; others convert half to even, or stand apart without a rate', () => {
    // 4 · 7.125 = 28.5 → 28, 12 · 7.125 = 85.5 → 86 (to even)
    const log = imported(
      event(0, 'stream_started', { currency: 'CNY' }),
      line(0, 'order_paid', 'o1', 'cup', { currency: 'USD', amount_minor: 4 }),
      line(0, 'order_paid', 'o2', 'cup', { currency: 'USD', amount_minor: 12 }),
      line(0, 'order_paid', 'o3', 'cup', { currency: 'EUR', amount_minor: 9 }),
    );
    const numbers = of([...log, closedAt(1)]);
    expect(numbers.panes[0]).toMatchObject({ gmv_paid_minor: 28 + 86, orders_paid: 3, other_money: { EUR: 9 } });
  });

  it('without a source take that of the visit open at their ts', () => {
    const log = imported(enter(0, 'v', { source: 'ad' }), line(1, 'order_paid', 'o1', 'cup'), leave(2, 'v'));
    const numbers = of([...log, ...imported(line(2, 'order_paid', 'o2', 'cup')), closedAt(3)]);
    expect(numbers.lines.map(({ source }) => source)).toEqual(['ad', 'other']);
  });
});

describe('presentations', () => {
  const cut = ({ presentations }: StreamNumbers) =>
    presentations.map(({ item_id, from, to, ordinal }) => [item_id, seconds(from), to && seconds(to), ordinal]);

  it('own whole panes; of several cues in one pane the last rules, and what owns no pane is none', () => {
    // cup at 0.5, tee at 3.1 and cup again at 3.9 (a presentation of its own), ends at 6.2
    const log = imported(present(0.5, 'cup'), present(3.1, 'tee'), present(3.9, 'cup'), danmaku(6.1));
    expect(cut(of([...log, closedAt(6.2)]))).toEqual([
      ['cup', 0, 3, 1],
      ['cup', 3, 7, 2],
    ]);
  });

  it('are cut by cues in the order of ts, however late; one for the item that is on only updates', () => {
    const log = imported(present(0, 'cup'), present(9, 'tee'), danmaku(20), present(5, 'hat'), present(10, 'tee'));
    const numbers = of([...log, closedAt(21)]);
    expect(cut(numbers)).toEqual([
      ['cup', 0, 5, 1],
      ['hat', 5, 9, 1],
      ['tee', 9, 21, 1],
    ]);
  });

  it('are credited until a minute after their last pane, and before the item comes again', () => {
    // cup [0,10), tee [10,30), cup [30,31); cup paid at 5, 29.9 (both the first's), 30 (the second's), 91 (nobody's: it is too late at 31 + 60)
    const paid = (s: number, id: string) => line(s, 'order_paid', id, 'cup');
    const log = imported(present(0, 'cup'), paid(5, 'a'), present(10, 'tee'), paid(29.9, 'b'), present(30, 'cup'));
    const rest = imported(paid(30, 'c'), event(31, 'item_withdrawn', { item_id: 'cup' }), paid(91, 'd'));
    const numbers = of([...log, ...rest, closedAt(120)]);
    expect(numbers.presentations.map(({ figures }) => figures['credited_orders'])).toEqual([2, 0, 1]);
    // The first: 2 in 10 s are 12 a minute; the item's 2 others in the 110 s beside.
    expect(numbers.presentations[0]!.figures['lift']).toBeCloseTo(12 - 2 / (110 / 60));
  });
});

describe('sessions', () => {
  it('have ratios over distinct viewers, null where nobody could', () => {
    //   v1 [0,2) v2 [1,4 end): viewer seconds 2 + 3; one danmaku; no item
    const log = imported(
      enter(0, 'v1'),
      enter(1, 'v2'),
      event(1, 'danmaku', { viewer_id: 'v1', text: 'x' }),
      leave(2, 'v1'),
    );
    const { session } = of([...log, closedAt(4)]);
    expect(session).toMatchObject({
      viewers: 2, views: 2, viewer_seconds: 5, online_peak: 2, online_avg: 5 / 4, stay_avg_s: 2.5,
      interaction_rate: 0.5, danmaku_density: 12_000, dropoff_per_min: 12, click_rate: null, aov: null,
    }); // prettier-ignore
  });

  it('retain by bands of tenure, and do not know what nobody has lived through', () => {
    // [0,3): v1 at risk in panes 0 1 2 and gone in 2, v2 in 1 2 3: one of six. [3,6): v2 in pane 4, no leave. Then nobody.
    const { panes } = of([...imported(enter(0, 'v1'), enter(1, 'v2'), leave(2, 'v1')), closedAt(5)]);
    expect(retention(panes, 2)).toBeCloseTo((5 / 6) ** 2);
    expect(retention(panes, 6)).toBeCloseTo((5 / 6) ** 3);
    expect(retention(panes, 7)).toBeNull();
  });

  it('go on after a close without an end: visits were censored, the panes between do not exist', () => {
    const numbers = of([...imported(enter(0, 'v1')), closedAt(0.001), ...imported(danmaku(60.5)), closedAt(60.501)]);
    expect(each(numbers, 'ts').map(seconds)).toEqual([0, 60]);
    expect(each(numbers, 'online')).toEqual([0, 0]);
  });
});
