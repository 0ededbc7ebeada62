import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME, type ReadEvent, isMonitorRecord } from '#domain';
import { StoreWriter } from '#store';
import { asLogRecords, viewerOf } from '../kit/log-records.js';
import { type SqlNumbers, type SqlRate, numbersInSql } from '../kit/oracle-in-sql/index.js';
import { type OraclePane, type StreamNumbers, numbersOf } from '../kit/oracle/index.js';
import { NASTY, SESSION_RATES, randomSession } from '../kit/session.js';
import { type TemporaryStore, temporaryStore } from '../kit/temporary-store.js';

let store: TemporaryStore;
beforeAll(async () => {
  store = await temporaryStore();
});
afterAll(() => store.discard());

/** {@link SESSION_RATES} in minor units: 1 cent of USD is 7.125 fen, 1 JPY (no minor digits) 4.5 fen. */
const RATES: SqlRate[] = [
  { currency: 'USD', over: 7125, under: 1000 },
  { currency: 'JPY', over: 45, under: 10 },
];
/** SQL knows no rates between other pairs, no reported counts, and no stream that goes on after it was closed. */
const PROFILE = {
  ...NASTY,
  reopened: 0,
  feed: { ...NASTY.feed, inferred: 0, reported: 0 },
};
const SEEDS = [11, 12, 13, 14, 15, 16, 17, 18];

const PRESENCE = ['enters', 'leaves', 'timeouts', 'censored', 'online'] as const;
const ACTIVITY = ['danmaku', 'likes', 'follows', 'shares', 'group_joins', 'item_exposes', 'item_clicks'] as const;
const ORDERS = [
  'orders_created', 'orders_paid', 'orders_cancelled', 'orders_refunded',
  'units_paid', 'gmv_created_minor', 'gmv_paid_minor', 'refund_minor',
] as const; // prettier-ignore

/** Panes where one of the counts is not zero, or online changes. */
const panesWith = (panes: readonly OraclePane[], names: readonly (keyof OraclePane)[]) => {
  const counts = names.filter((name) => name !== 'online');
  return new Map(
    panes
      .filter((pane) => counts.some((name) => pane[name] !== 0))
      .map((pane) => [pane.ts, Object.fromEntries(names.map((name) => [name, pane[name]]))]),
  );
};
const notAllZero = (panes: SqlNumbers['orders']) =>
  new Map([...panes].filter(([, counts]) => Object.values(counts).some((value) => value !== 0)));

const wanted = (numbers: StreamNumbers) => ({
  visits: numbers.visits
    .map(({ viewer_id, from, to, ended, source }) => ({ viewer: uint64(viewer_id), from, to, ended, source }))
    .sort((a, b) => a.from - b.from || (a.viewer < b.viewer ? -1 : 1)),
  unmatched_leave: numbers.ignored.unmatched_leave,
  presence: panesWith(numbers.panes, PRESENCE),
  activity: panesWith(numbers.panes, ACTIVITY),
  orders: panesWith(numbers.panes, ORDERS),
});

const uint64 = (viewer_id: string): string => {
  const { hi, lo } = viewerOf(viewer_id);
  return ((BigInt(hi) << 32n) | BigInt(lo)).toString();
};

describe('SQL over the stored raw events', () => {
  it.each(SEEDS)('gives the numbers of the oracle (seed %i)', async (seed) => {
    const log = randomSession(seed, PROFILE, DEFAULT_EVENT_TIME);
    const streams = numbersOf(log, DEFAULT_EVENT_TIME, SESSION_RATES);
    const writer = new StoreWriter(store.client, (table, error) => {
      throw new Error(`insert into ${table} failed`, { cause: error });
    });
    const records = asLogRecords(log);
    for (const { stream_id, events } of streams.values()) {
      const rows = events.flatMap(({ place, append_ts, lateness, effective_ts }): ReadEvent[] => {
        const { body, position } = records[place]!;
        if (isMonitorRecord(body)) return [];
        const event = { ...body, stream_id: `${seed}-${stream_id}` };
        return [{ event, input: 'journal', position, append_ts, lateness, effective_ts }];
      });
      writer.writeEvents(rows);
    }
    await writer.flush();

    for (const numbers of streams.values()) {
      if (numbers.currency !== 'CNY') continue;
      const inSql = await numbersInSql(store.client, {
        stream_id: `${seed}-${numbers.stream_id}`,
        closed_at: numbers.ended_at!,
        timeout_ms: DEFAULT_EVENT_TIME.presenceTimeoutMs,
        rates: RATES,
      });
      const { distinct, ...rest } = inSql;
      expect({
        ...rest,
        visits: rest.visits
          .map(({ from, to, ...visit }) => ({ ...visit, from: Number(from), to: Number(to) }))
          .sort((a, b) => a.from - b.from || (a.viewer < b.viewer ? -1 : 1)),
        orders: notAllZero(rest.orders),
      }).toEqual(wanted(numbers));
      for (const [name, value] of Object.entries(distinct))
        if (name !== 'viewers') expect([name, Number(value)]).toEqual([name, numbers.session[name]]);
      expect(Number(distinct.viewers)).toBe(new Set(numbers.visits.map(({ viewer_id }) => viewer_id)).size);
    }
  });
});
