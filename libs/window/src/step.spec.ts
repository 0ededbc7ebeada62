import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME } from '#domain';
import type { WindowState } from './step.js';
import {
  T0,
  appended,
  UNLESS_TOLD_TS,
  click,
  closed,
  danmaku,
  ended,
  enter,
  heartbeat,
  leave,
  on,
  onlineCount,
  order,
  play,
  presented,
  setAside,
  started,
  withdrawn,
} from './timeline.spec-kit.js';

describe('a pane is final when the watermark reaches its end', () => {
  it('the pane of second 0 is not final at 2.999 s and is at 3 s', () => {
    expect(play([danmaku('a', 0), danmaku('a', 2.999)]).pane(0)).toBeUndefined();
    expect(play([danmaku('a', 0), danmaku('a', 3)]).pane(0)?.danmaku).toBe(1);
  });

  it('an event earlier than the first one read, within the bound, begins the session', () => {
    const { pane, summary } = play([danmaku('a', 1.5), danmaku('a', 0.2), danmaku('a', 9)], 1);
    expect(pane(0)?.danmaku).toBe(1);
    expect(summary.first_pane).toBe(T0);
  });

  it('the watermark never passes append time less the bound: a clock that runs ahead moves nobody', () => {
    const { pane } = play([
      appended(1, danmaku('a', 0)),
      appended(1, danmaku('ahead', 50)),
      appended(2, danmaku('a', 1.9)),
    ]);
    expect(pane(0)).toBeUndefined();
  });
});

describe('lateness is decided once, against the own input, at the place in the log', () => {
  it('below the watermark is late, more than 60 s below is too late, at the watermark is on time', () => {
    const { read, summary } = play([
      danmaku('a', 100),
      danmaku('b', 98),
      danmaku('c', 97.999),
      danmaku('d', 38),
      danmaku('e', 37.999),
    ]);
    expect(read.map((each) => each.lateness)).toEqual(['on_time', 'on_time', 'late', 'late', 'too_late']);
    expect(summary).toMatchObject({ late: 2, too_late: 1, ignored: { too_late: 1 } });
  });

  it('a late event corrects its pane as a new version of the same row', () => {
    const { rows } = play([danmaku('a', 0), danmaku('a', 10), danmaku('late', 0.5), danmaku('a', 20)], 1);
    expect(rows(0).map((pane) => pane.danmaku)).toEqual([1, 2]);
    expect(rows(0)[1]!.revision).toBeGreaterThan(rows(0)[0]!.revision);
  });

  it('a too late event changes no pane and is kept', () => {
    const { pane, read } = play([danmaku('a', 0), danmaku('a', 100), danmaku('late', 1), danmaku('a', 110)]);
    expect(pane(1)).toBeUndefined();
    expect(read).toHaveLength(4);
  });
});

describe('presence', () => {
  it('enters less leaves carry online on, second by second', () => {
    const { pane } = play([enter('a', 0.25), enter('b', 1.5), leave('a', 3), danmaku('b', 9)]);
    expect([0, 1, 2, 3].map((s) => pane(s)?.online)).toEqual([1, 2, 2, 1]);
    expect([0, 1, 2, 3].map((s) => pane(s)?.viewer_ms)).toEqual([750, 1500, 2000, 1000]);
  });

  it('a leave at exactly n·1000 belongs to pane n; the visit was open at the end of pane n−1', () => {
    const { pane } = play([enter('a', 0), leave('a', 2), danmaku('b', 9)]);
    expect(pane(1)).toMatchObject({ online: 1, leaves: 0 });
    expect(pane(2)).toMatchObject({ online: 0, leaves: 1, viewer_ms: 0 });
  });

  it('an enter of one who is present is a sign of life, a leave without a visit is ignored', () => {
    const { pane, summary } = play([enter('a', 0), enter('a', 1), leave('b', 1), danmaku('b', 9)]);
    expect(pane(1)).toMatchObject({ enters: 0, leaves: 0, online: 1 });
    expect(summary.ignored.unmatched_leave).toBe(1);
  });

  it('presence of one moment is applied enter, heartbeat, leave, in whatever order it came', () => {
    const { pane, visits } = play([leave('a', 1), heartbeat('a', 1), enter('a', 1, 'ad'), danmaku('b', 9)]);
    expect(pane(1)).toMatchObject({ enters: 1, leaves: 1, online: 0 });
    expect(visits).toMatchObject([{ source: 'ad', ended: 'leave' }]);
  });

  it('tenure bands count from the pane in which the visit began', () => {
    const { pane } = play([enter('a', 0.9), enter('b', 2), leave('a', 3), danmaku('b', 9)]);
    expect(pane(2)!.at_risk.slice(0, 2)).toEqual([2, 0]);
    expect(pane(3)!.at_risk.slice(0, 2)).toEqual([1, 1]);
    expect(pane(3)!.leaves_by_tenure.slice(0, 2)).toEqual([0, 1]);
  });

  it('a late leave is applied at the watermark of its input, and kept with that time', () => {
    const { pane, read, visits } = play([enter('a', 0), danmaku('b', 10.5), leave('a', 3), danmaku('b', 20)]);
    expect(read[2]).toMatchObject({ lateness: 'late', effective_ts: T0 + 8_500 });
    expect(pane(8)).toMatchObject({ leaves: 1, viewer_ms: 500 });
    expect(visits).toMatchObject([{ from: T0, to: T0 + 8_500 }]);
  });

  it('a late presence event that is no newer than the last one applied is stale', () => {
    const { summary, pane } = play([enter('a', 0), leave('a', 5), danmaku('b', 10), enter('a', 5), danmaku('b', 20)]);
    expect(summary.ignored.stale_presence).toBe(1);
    expect(pane(8)).toMatchObject({ enters: 0, online: 0 });
  });
});

describe('time-outs', () => {
  const beat = (who: string, from: number, to: number) =>
    Array.from({ length: Math.floor((to - from) / 10) + 1 }, (_, i) => heartbeat(who, from + i * 10));

  it('from the first heartbeat on, 30 s of silence end a visit at that moment', () => {
    const { pane, visits } = play([enter('a', 0.5), ...beat('b', 1, 61)]);
    expect(pane(30)).toMatchObject({ leaves: 1, timeouts: 1, online: 1 });
    expect(visits[0]).toMatchObject({ to: T0 + 30_500, ended: 'timeout' });
  });

  it('without a heartbeat nobody times out; at the first one, those silent for long end there', () => {
    const { pane, visits } = play([enter('a', 0), danmaku('c', 50), heartbeat('b', 70.5), danmaku('c', 80)]);
    expect(pane(50)).toMatchObject({ online: 1, timeouts: 0 });
    expect(visits[0]).toMatchObject({ to: T0 + 70_500, ended: 'timeout' });
    expect(pane(70)).toMatchObject({ timeouts: 1, enters: 1 });
  });

  it('a time-out comes before an event of the same moment: whoever comes back starts a new visit', () => {
    const { visits } = play([heartbeat('a', 0), heartbeat('a', 30), danmaku('b', 40)]);
    expect(visits).toMatchObject([
      { from: T0, to: T0 + 30_000, ended: 'timeout' },
      { from: T0 + 30_000, to: null },
    ]);
  });
});

describe('the end', () => {
  it('open visits are censored at the end, events from there on are after_end', () => {
    const { pane, visits, summary } = play([
      enter('a', 0),
      danmaku('a', 5.5),
      ended(5),
      danmaku('a', 5),
      danmaku('a', 8),
    ]);
    expect(summary).toMatchObject({
      status: 'ended',
      ended_at: T0 + 5_000,
      last_pane: T0 + 4_000,
      ignored: { after_end: 3 },
    });
    expect(pane(4)).toMatchObject({ censored: 1, leaves: 0, online: 0, viewer_ms: 1000 });
    expect(pane(5)).toBeUndefined();
    expect(visits).toMatchObject([{ to: T0 + 5_000, ended: 'censored' }]);
  });

  it('the smallest ts of stream_ended is the end', () => {
    const { summary } = play([danmaku('a', 0), ended(7), ended(6.5), danmaku('a', 9)]);
    expect(summary).toMatchObject({ ended_at: T0 + 6_500, ignored: { after_end: 2 } });
  });

  it('late events still correct a closed stream, presence does not', () => {
    const { pane, summary } = play(
      [danmaku('a', 0), ended(5), danmaku('a', 9), danmaku('late', 0.1), enter('late', 1)],
      1,
    );
    expect(pane(0)?.danmaku).toBe(2);
    expect(summary).toMatchObject({ status: 'ended', ignored: { after_end: 2 } });
  });

  it('an idle stream that was closed goes on: visits were censored, panes between do not exist', () => {
    const { pane, summary, visits } = play(
      [enter('a', 0), danmaku('a', 1), closed(1.001), danmaku('a', 5000), danmaku('a', 5009)],
      1,
    );
    expect(pane(1)).toMatchObject({ censored: 1 });
    expect(pane(2)).toBeUndefined();
    expect(pane(5000)).toMatchObject({ online: 0, danmaku: 1 });
    expect(visits).toMatchObject([{ ended: 'censored' }]);
    expect(summary.spans).toEqual([
      { from: T0, to: T0 + 2_000 },
      { from: T0 + 5_000_000, to: null },
    ]);
  });

  it('a closing for silence that was under way while the stream was heard is none', () => {
    const soon = { ...closed(0.001), append_ts: UNLESS_TOLD_TS + 60_000 };
    const { pane, summary } = play([enter('a', 0), soon, danmaku('a', 5), danmaku('a', 9)], 1);
    expect(summary.spans).toEqual([{ from: T0, to: null }]);
    expect(pane(0)).toMatchObject({ censored: 0, online: 1 });
  });

  it('a late event before the first pane of what goes on is its first pane; one before the closing stays where it was', () => {
    const { summary } = play(
      [
        ...[danmaku('a', 0), closed(0.001), danmaku('a', 5000), danmaku('a', 5009)],
        ...[danmaku('b', 4990), danmaku('b', 0.5), danmaku('a', 5019)],
      ],
      1,
    );
    expect(summary.spans).toEqual([
      { from: T0, to: T0 + 1_000 },
      { from: T0 + 4_990_000, to: null },
    ]);
  });
});

describe('duplicates', () => {
  it('the same id of one stream seen again is the same event; the first in the log wins', () => {
    const { pane, duplicates, summary, read } = play([danmaku('a', 0, 'x'), danmaku('b', 0.5, 'x'), danmaku('a', 9)]);
    expect(pane(0)?.danmaku).toBe(1);
    expect([duplicates, summary.ignored.duplicate, read.length]).toEqual([1, 1, 2]);
  });

  it('a repeated heartbeat changes nothing and needs no memory', () => {
    const { pane, duplicates } = play([heartbeat('a', 0, 'h'), heartbeat('a', 0, 'h'), danmaku('b', 9)]);
    expect(pane(0)).toMatchObject({ enters: 1, online: 1 });
    expect(duplicates).toBe(0);
  });
});

describe('orders', () => {
  it('of one line and type the first counts; refunds add up; an order counts once', () => {
    const { pane, summary } = play([
      order('order_paid', 'a', 'o1', 0),
      order('order_paid', 'a', 'o1', 0.1, { amount_minor: 999 }),
      order('order_paid', 'a', 'o1', 0.2, { item_id: 'i2', quantity: 3 }),
      order('order_refunded', 'a', 'o1', 0.3, { amount_minor: 30 }),
      order('order_refunded', 'a', 'o1', 0.4, { amount_minor: 20 }),
      danmaku('a', 9),
    ]);
    expect(pane(0)).toMatchObject({
      orders_paid: 1,
      units_paid: 4,
      gmv_paid_minor: 200,
      orders_refunded: 1,
      refund_minor: 50,
    });
    expect(pane(0)!.by_item['i2']).toMatchObject({ orders_paid: 1, units_paid: 3 });
    expect(summary.ignored.order_repeat).toBe(1);
  });

  it('an order without source takes that of the visit open at its ts, else other', () => {
    const { pane } = play([
      enter('a', 0, 'ad'),
      order('order_paid', 'a', 'o1', 0),
      leave('a', 1),
      order('order_paid', 'a', 'o2', 1),
      danmaku('b', 9),
    ]);
    expect(pane(0)!.by_source.ad).toMatchObject({ orders_paid: 1, gmv_paid_minor: 100 });
    expect(pane(1)!.by_source.other).toMatchObject({ orders_paid: 1 });
  });

  it('a late order finds the visit that was open then, even when a newer one has begun', () => {
    const { pane } = play(
      [
        enter('a', 0, 'ad'),
        leave('a', 4),
        enter('a', 6, 'search'),
        danmaku('b', 20),
        order('order_paid', 'a', 'o1', 3),
        danmaku('b', 40),
      ],
      1,
    );
    expect(pane(3)!.by_source.ad).toMatchObject({ orders_paid: 1 });
  });

  it('another currency is converted half to even, or kept apart where no rate is known', () => {
    const { pane } = play([
      started(0, 'CNY'),
      order('order_paid', 'a', 'o1', 0.1, { currency: 'USD', amount_minor: 15 }),
      order('order_paid', 'a', 'o2', 0.2, { currency: 'EUR', amount_minor: 500 }),
      danmaku('a', 9),
    ]);
    expect(pane(0)).toMatchObject({ orders_paid: 2, gmv_paid_minor: 106, other_money: { EUR: 500 } });
  });
});

describe('presentations own whole panes', () => {
  it('from the pane of the cue up to that of the cue that ends it; of several in one pane the last rules', () => {
    const { presentations, summary } = play([
      presented('A', 0.5, 'c1'),
      presented('A', 3, 'c2'),
      presented('B', 5.1, 'c3'),
      presented('C', 5.9, 'c4'),
      withdrawn('A', 6),
      withdrawn('C', 8.2),
      ended(20),
      danmaku('a', 23),
    ]);
    expect(presentations.map(({ item_id, from, to }) => [item_id, (from - T0) / 1000, (to! - T0) / 1000])).toEqual([
      ['A', 0, 5],
      ['C', 5, 8],
    ]);
    expect(summary.ignored.cue_off).toBe(1);
  });

  it('a late cue cuts them anew', () => {
    const { presentations } = play(
      [presented('A', 0, 'c1'), danmaku('a', 20), presented('B', 10, 'c2'), danmaku('a', 40)],
      1,
    );
    expect(
      presentations.map(({ item_id, from, to }) => [
        item_id,
        (from - T0) / 1000,
        to === null ? null : (to - T0) / 1000,
      ]),
    ).toEqual([
      ['A', 0, 10],
      ['B', 10, null],
    ]);
  });
});

describe('feeds without leaves', () => {
  it('with counts alone online is the last count, quality reported', () => {
    const { pane } = play([onlineCount(100, 0), onlineCount(90, 2), danmaku('a', 9)]);
    expect([0, 1, 2, 3].map((s) => [pane(s)?.online, pane(s)?.viewer_ms, pane(s)?.quality])).toEqual([
      [100, 100_000, 'reported'],
      [100, 100_000, 'reported'],
      [90, 90_000, 'reported'],
      [90, 90_000, 'reported'],
    ]);
  });

  it('with enters besides, what is missing between two counts has left, spread evenly over the panes between', () => {
    const { pane } = play(
      [onlineCount(100, 0), enter('a', 0.5), enter('b', 1.5), onlineCount(95, 3.5), danmaku('a', 9)],
      1,
    );
    expect([1, 2, 3].map((s) => pane(s)?.leaves)).toEqual([2, 2, 3]);
    expect([0, 1, 2, 3].map((s) => pane(s)?.online)).toEqual([101, 100, 98, 95]);
    expect(pane(2)?.quality).toBe('inferred');
  });
});

describe('several inputs', () => {
  it("the stream's watermark is the smallest over its inputs; one set aside holds nobody back", () => {
    const held = play([on('a', danmaku('a', 0)), on('b', danmaku('b', 0)), on('a', danmaku('a', 50))]);
    expect(held.pane(0)).toBeUndefined();
    const free = play([
      on('a', danmaku('a', 0)),
      on('b', danmaku('b', 0)),
      on('a', danmaku('a', 50)),
      setAside('b'),
      on('a', danmaku('a', 50.5)),
    ]);
    expect(free.pane(0)?.danmaku).toBe(2);
  });

  it('an input that was heard while its setting aside was under way is not silent any more', () => {
    // A broker that was away took the record among the first ones that came after, and the others' watermark ran ahead.
    const { pane } = play([
      on('a', danmaku('a', 0)),
      on('b', danmaku('b', 0)),
      on('a', danmaku('a', 50)),
      { ...setAside('b'), append_ts: UNLESS_TOLD_TS + 9_000 },
      on('a', danmaku('a', 50.5)),
    ]);
    expect(pane(0)).toBeUndefined();
  });

  it("an input that comes back starts at the stream's watermark", () => {
    const { read } = play([
      on('a', danmaku('a', 0)),
      on('b', danmaku('b', 0)),
      setAside('b'),
      on('a', danmaku('a', 50)),
      on('b', danmaku('b', 20)),
    ]);
    expect(read.at(-1)).toMatchObject({ lateness: 'late', effective_ts: T0 + 48_000 });
  });
});

describe('an input far behind the others', () => {
  it('is too late below the panes that are kept: what was counted there stays', () => {
    const { pane, read } = play([
      on('a', danmaku('a', 0)),
      on('a', danmaku('a', 100)),
      on('a', danmaku('a', 200)),
      on('b', danmaku('b', 0)),
      on('b', danmaku('b', 300)),
      on('a', danmaku('a', 300)),
    ]);
    expect(pane(0)?.danmaku).toBe(1);
    expect(read[3]).toMatchObject({ lateness: 'too_late' });
  });
});

describe('the same log gives the same numbers', () => {
  it('in whatever batches it is read, and over a snapshot', () => {
    const log = [
      started(0, 'CNY'),
      ...Array.from({ length: 200 }, (_, i) => enter(`v${i % 17}`, i * 0.3, i % 2 ? 'ad' : 'search')),
      ...Array.from({ length: 100 }, (_, i) => leave(`v${i % 13}`, 20 + i * 0.5)),
      heartbeat('v1', 71),
      click('v1', 'i1', 72),
      ended(100),
      danmaku('v', 120),
    ];
    const snapshot = (state: WindowState): WindowState => deserialize(serialize(state)) as WindowState;
    const rows = [play(log), play(log, 1), play(log, 7), play(log, 3, DEFAULT_EVENT_TIME, snapshot)].map(({ panes }) =>
      [...panes.entries()].map(([s, { revision: _, ...pane }]) => ({ s, ...pane })).sort((a, b) => a.s - b.s),
    );
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
    expect(rows[3]).toEqual(rows[0]);
  });

  it('says nothing of the pane in which the watermark stands, before it is final', () => {
    const log = [enter('a', 0), enter('b', 0.5), danmaku('a', 3), leave('b', 1.2), danmaku('a', 3.6)];
    expect(play(log, 1).summary).toMatchObject({ online: 2, last_pane: T0 });
    expect(play([...log, danmaku('a', 4)], 1).summary).toMatchObject({ online: 1, last_pane: T0 + 1000 });
  });

  it('presence of an input that lags takes effect where the stream stands, though its pane is not final yet', () => {
    const { read, visits } = play([
      on('a', danmaku('a', 12.5)),
      on('b', enter('b', 10.3)),
      on('b', danmaku('b', 20)),
      on('a', danmaku('a', 20)),
    ]);
    expect(read[1]).toMatchObject({ lateness: 'on_time', effective_ts: T0 + 10_500 });
    expect(visits).toMatchObject([{ from: T0 + 10_500, to: null }]);
  });
});
