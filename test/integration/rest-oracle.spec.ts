import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { MetricDefinition } from '#domain';
import { DEFAULT_EVENT_TIME, SOURCES } from '#domain';
import { DEFAULT_SESSION, IN_ORDER, PRESENCE_MODES, type PresenceMode, deliver, simulateSession } from '#simulate';
import * as expected from '../kit/expected-answers.js';
import { type MonitorUnderTest, startMonitorApp } from '../kit/monitor-app.js';
import { type StreamNumbers, type WireEvent, type WireRecord, numbersOf } from '../kit/oracle/index.js';
import { Random } from '../kit/random.js';
import { IN_BOUND, NASTY, SESSION_RATES, type SessionProfile, randomBatches, randomSession } from '../kit/session.js';

/** `SEED=n` runs that seed alone. */
const SEED = process.env['SEED'];
const seedsFrom = (first: number, count: number): number[] =>
  SEED === undefined ? Array.from({ length: count }, (_, i) => first + i) : [Number(SEED)];

const DAY_MS = 86_400_000;
const START_MS = 1_700_000_000_000;
/** Long after every session: what is posted then is a recording. */
const LONG_AFTER_MS = 1_790_000_000_000;
const ENDED_WITHIN_MS = 40_000;
const POLL_MS = 250;
/** Far more than is needed: machines are shared. */
const TEST_MS = 180_000;

/**
 * All but `setInterval`: beats stand still. One between the clock's being set and the last post of that moment would find
 * streams idle, and feeds silent, that are not; the log that is played has every closing.
 */
const REAL_TIME = [
  ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const),
  ...(['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] as const),
];

let monitor: MonitorUnderTest;
/** Names that `/metrics` gives, but for what the oracle has no part in. */
let names: string[];

beforeAll(async () => {
  jest.useFakeTimers({ doNotFake: REAL_TIME });
  const FX_RATES = Object.entries(SESSION_RATES)
    .map((pair) => pair.join('='))
    .join(',');
  monitor = await startMonitorApp(START_MS, { FX_RATES });
  const { definitions } = await monitor.get<{ definitions: MetricDefinition[] }>('/definitions');
  const given = definitions.filter(({ levels }) => levels.includes('pane') || levels.includes('window'));
  names = given.map(({ name }) => name).filter((name) => !['dropoff_ratio', 'retention', 'funnel'].includes(name));
}, TEST_MS);
afterAll(() => monitor.stop());

interface PostAnswer {
  accepted: number;
  duplicates: number;
  rejected: { reason: string }[];
}

/** Posts the events in one of the ways there are. */
const post = async (random: Random, events: readonly WireEvent[]): Promise<PostAnswer> => {
  const asArray = random.chance(0.5);
  const text = asArray ? JSON.stringify(events) : `${events.map((event) => JSON.stringify(event)).join('\n')}\n`;
  const zipped = random.chance(0.3);
  const answer = await monitor.fetch('/api/v1/events', {
    method: 'POST',
    body: zipped ? gzipSync(text) : text,
    headers: {
      'content-type': asArray ? 'application/json' : 'application/x-ndjson',
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as PostAnswer;
};

const close = async (stream_id: string): Promise<void> => {
  const answer = await monitor.fetch('/api/v1/streams/close', {
    method: 'POST',
    body: JSON.stringify({ stream_ids: [stream_id] }),
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(200);
};

/**
 * Posts a log in random batches, at times one of them twice. `live`: the wall clock follows the append times of the log.
 * Answers the log that the monitor has now, whose append times are those of whole batches.
 */
const play = async (random: Random, log: readonly WireRecord[], live: boolean): Promise<WireRecord[]> => {
  const played: WireRecord[] = [];
  const sums = { accepted: 0, duplicates: 0, sent: 0 };
  const send = async (events: readonly WireEvent[]): Promise<void> => {
    if (events.length === 0) return;
    const { accepted, duplicates, rejected } = await post(random, events);
    expect(rejected).toEqual([]);
    sums.accepted += accepted;
    sums.duplicates += duplicates;
    sums.sent += events.length;
    played.push(...events.map((event) => ({ append_ts: monitor.clock.now, event })));
  };
  for (const batch of randomBatches(random, log, 60)) {
    if (live) monitor.clock.now = batch.at(-1)!.append_ts;
    let events: WireEvent[] = [];
    for (const record of batch) {
      if ('event' in record) {
        events.push(record.event);
        continue;
      }
      await send(events);
      events = [];
      await close(record.closed.stream_id);
      played.push({ ...record, append_ts: monitor.clock.now });
    }
    await send(events);
    if (random.chance(0.05)) await send(events);
  }
  const duplicates = [...numbersOf(played, DEFAULT_EVENT_TIME).values()].map(({ ignored }) => ignored.duplicate);
  expect(sums).toEqual({
    ...sums,
    accepted: sums.sent - sums.duplicates,
    duplicates: duplicates.reduce((a, b) => a + b, 0),
  });
  return played;
};

/** What differs between the answer and what is wanted, as paths; numbers may differ by 1e-9 of their size. */
const differences = (got: unknown, wanted: unknown, path = ''): string[] => {
  if (wanted === undefined || Object.is(got, wanted)) return [];
  if (typeof got === 'number' && typeof wanted === 'number')
    return Math.abs(got - wanted) <= 1e-9 * Math.abs(wanted) ? [] : [`${path}: ${got}, wanted ${wanted}`];
  if (typeof got !== 'object' || typeof wanted !== 'object' || got === null || wanted === null)
    return [`${path}: ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`];
  if (Array.isArray(wanted) && (got as unknown[]).length !== wanted.length)
    return [`${path}: ${(got as unknown[]).length} of them, wanted ${wanted.length}`];
  return Object.entries(wanted).flatMap(([name, value]) =>
    differences((got as Record<string, unknown>)[name], value, `${path}.${name}`),
  );
};

let compared = 0;
const count = (wanted: unknown): number =>
  typeof wanted === 'object' && wanted !== null
    ? Object.values(wanted).reduce((sum: number, value) => sum + count(value), 0)
    : 1;
const same = (what: string, got: unknown, wanted: unknown): void => {
  compared += count(wanted);
  expect({ what, differences: differences(got, wanted).slice(0, 12) }).toEqual({ what, differences: [] });
};

type Json = Record<string, unknown>;
let barriers = 0;
/** Settles when all that was posted can be read: of a stream that has just begun nothing is answered before that. */
const stored = async (): Promise<void> => {
  const stream_id = `barrier-${++barriers}`;
  await post(new Random(1), [{ event_id: 'only', type: 'enter', stream_id, ts: monitor.clock.now, viewer_id: 'a' }]);
  await monitor.get<Json>(`/streams/${stream_id}`);
};

/** The stream once it has ended where it is to end: one that had ended already, and hears late of an earlier end, is read again first. */
const ended = async (stream_id: string, ended_at: unknown): Promise<Json> => {
  await stored();
  const until = performance.now() + ENDED_WITHIN_MS;
  for (;;) {
    const stream = await monitor.get<Json>(`/streams/${stream_id}`);
    if (stream['status'] === 'ended' && stream['ended_at'] === ended_at) return stream;
    if (performance.now() > until) throw new Error(`${stream_id} has not ended: ${JSON.stringify(stream)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

/**
 * The stream as the oracle has it. Where its end came late, it was read again from raw events, which hold a heartbeat that
 * was sent twice once: how often such a one was stale or came after the end is not known any more.
 */
const known = (numbers: StreamNumbers): Json => {
  const stream = expected.expectedStream(numbers);
  const endsLate = numbers.events.some(
    ({ event, lateness }) => event.type === 'stream_ended' && lateness !== 'on_time',
  );
  const ignored = { ...(stream['ignored'] as Json), stale_presence: undefined, after_end: undefined };
  return endsLate ? { ...stream, ignored } : stream;
};

/** Every answer about the stream against the oracle's. */
const compareStream = async (numbers: StreamNumbers, random: Random): Promise<void> => {
  const { stream_id, panes } = numbers;
  const path = `/streams/${stream_id}`;
  const list = async (of: string, name: string): Promise<Json[]> =>
    (await monitor.get<Json>(`${path}/${of}`))[name] as Json[];

  const wanted = known(numbers);
  same(path, await ended(stream_id, wanted['ended_at']), wanted);
  const { data } = expected.expectedRow(numbers);
  for (const answer of ['metrics?step=1h', 'items', 'presentations', 'retention'])
    same(`${path}/${answer} data`, (await monitor.get<Json>(`${path}/${answer}`))['data'], data);

  same(
    `${path} 1s`,
    await list('metrics?step=1s', 'points'),
    expected.expectedPoints(numbers, 1000, expected.PANE_NAMES),
  );
  for (const step of ['10s', '60s', '1h']) {
    const step_ms = step === '1h' ? 3_600_000 : Number(step.slice(0, -1)) * 1000;
    const points = await list(`metrics?step=${step}&names=${names.join(',')}`, 'points');
    same(`${path} ${step}`, points, expected.expectedPoints(numbers, step_ms, names));
  }
  const [first, last] = [panes[0]?.ts ?? START_MS, panes.at(-1)?.ts ?? START_MS];
  const from = random.whole(first - 3000, last);
  const range = { from, to: random.whole(Math.max(from, first) + 2000, last + 5000) };
  const asked = `from=${range.from}&to=${range.to}`;
  const part = await list(`metrics?step=7s&${asked}&names=${names.join(',')}`, 'points');
  same(`${path} 7s ${asked}`, part, expected.expectedPoints(numbers, 7000, names, range));

  const isInferred = panes.some(({ quality }) => quality === 'inferred');
  for (const step_ms of [1000, 30_000]) {
    const split = await list(`metrics?step=${step_ms / 1000}s&by=source,item`, 'points');
    const bySource = split.map(({ ts, by_source }) => ({ ts, by_source: expected.withoutZeros(by_source as Json) }));
    if (!isInferred) same(`${path} by source ${step_ms}`, bySource, expected.expectedBySource(numbers, step_ms));
    const byItem = split.map(({ ts, by_item }) => ({ ts, by_item: expected.withoutZeros(by_item as Json) }));
    same(`${path} by item ${step_ms}`, byItem, expected.expectedByItem(numbers, step_ms));
  }

  same(`${path}/items`, await list('items', 'items'), expected.expectedItems(numbers));
  same(`${path}/presentations`, await list('presentations', 'presentations'), expected.expectedPresentations(numbers));
  same(`${path}/cues`, await list('cues', 'cues'), expected.expectedCues(numbers));

  for (const [question, within] of [
    ['', {}],
    [`&${asked}`, range],
  ] as const) {
    const { curve, cohorts, by_source } = await monitor.get<Json>(`${path}/retention?by=source${question}`);
    same(`${path}/retention${question}`, curve, expected.expectedCurve(numbers, within) ?? undefined);
    same(`${path}/retention${question} cohorts`, cohorts, expected.expectedCohorts(numbers, within));
    for (const source of SOURCES) {
      const own = (by_source as Record<string, Json>)[source];
      const came = expected.expectedCohorts(numbers, within, source);
      if (own === undefined) same(`${path}/retention ${source}`, [], came);
      else {
        same(`${path}/retention${question} ${source}`, own['cohorts'], came);
        same(
          `${path}/retention${question} ${source} curve`,
          own['curve'],
          expected.expectedCurve(numbers, within, source) ?? undefined,
        );
      }
    }
  }
};

/** The log under stream ids and on a day of its own. */
const movedTo = (log: readonly WireRecord[], name: string, day: number): WireRecord[] => {
  const later = day * DAY_MS;
  return log.map((record) => {
    const append_ts = record.append_ts + later;
    if ('event' in record) {
      const { event } = record;
      return { append_ts, event: { ...event, stream_id: `${name}-${event.stream_id}`, ts: event.ts + later } };
    }
    const { stream_id, ended_at } = record.closed;
    return { append_ts, closed: { stream_id: `${name}-${stream_id}`, ended_at: ended_at + later } };
  });
};

const compareSession = async (seed: number, name: string, profile: SessionProfile, live: boolean): Promise<void> => {
  const random = new Random(seed * 7919);
  const log = movedTo(randomSession(seed, profile, DEFAULT_EVENT_TIME), `${name}${seed}`, seed);
  const played = await play(random, log, live);
  const all = numbersOf(played, DEFAULT_EVENT_TIME, SESSION_RATES);
  for (const numbers of all.values()) await compareStream(numbers, random);
  const { streams } = await monitor.get<{ streams: Json[] }>('/streams?status=ended&limit=1000');
  const rows = [...all.values()].map(expected.expectedRow);
  same(
    '/streams',
    rows.map((row) => streams.find(({ stream_id }) => stream_id === row['stream_id'])),
    rows,
  );
};

describe('REST against the oracle', () => {
  // A viewer who is still there once made this a 500, and what came after the last final pane was counted as a viewer's act.
  it(
    'numbers of a live stream all reach as far as its last final pane',
    async () => {
      const stream_id = 'on-air';
      monitor.clock.now = START_MS + 16_000;
      const at = (s: number) => ({ event_id: `at-${s}`, stream_id, ts: START_MS + s * 1000 });
      const events: WireEvent[] = [
        { ...at(0), type: 'enter', viewer_id: 'a' },
        { ...at(1), type: 'enter', viewer_id: 'b' },
        { ...at(2), type: 'item_presented', item_id: 'cup' },
        { ...at(3), type: 'like', viewer_id: 'a' },
        { ...at(15), type: 'like', viewer_id: 'b' },
        {
          ...at(14.5),
          ...{ type: 'order_paid', viewer_id: 'b', order_id: 'o', item_id: 'cup' },
          ...{ quantity: 1, amount_minor: 5, currency: 'CNY' },
        },
      ];
      await post(new Random(1), events);
      const path = `/streams/${stream_id}`;
      const until = performance.now() + ENDED_WITHIN_MS;
      let stream = await monitor.get<Json>(path).catch((): Json => ({}));
      while (stream['likes'] !== 1 && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        stream = await monitor.get<Json>(path).catch((): Json => ({}));
      }
      expect(stream).toMatchObject({ status: 'live', likes: 1, viewers: 2, interaction_rate: 0.5, orders_paid: 0 });
      const { points } = await monitor.get<{ points: Json[] }>(`${path}/metrics?step=10s&names=${names.join(',')}`);
      expect(points).toMatchObject([
        { viewers: 2, interaction_rate: 0.5, likes: 1 },
        { viewers: 2, interaction_rate: 0, likes: 0 },
      ]);
      const { items } = await monitor.get<{ items: Json[] }>(`${path}/items`);
      expect(items).toMatchObject([{ orders_paid: 0, buyers: 0 }]);
      const { presentations } = await monitor.get<{ presentations: Json[] }>(`${path}/presentations`);
      expect(presentations).toMatchObject([{ orders_paid: 0, credited_orders: 0, view_to_paid: 0 }]);
      await close(stream_id);
    },
    TEST_MS,
  );

  afterAll(() => console.log(`${compared} numbers compared`));

  it.each(seedsFrom(1, 2))(
    'sessions at the pace of their time, with late events and clocks ahead (seed %i)',
    (seed) => compareSession(seed, 'live', { ...NASTY, ended: 0, imported: 0 }, true),
    TEST_MS,
  );

  it.each(seedsFrom(20, 1))(
    'recordings in disorder within the bound (seed %i)',
    (seed) => {
      monitor.clock.now = LONG_AFTER_MS;
      return compareSession(seed, 'bound', { ...IN_BOUND, ended: 0.8, imported: 1 }, false);
    },
    TEST_MS,
  );

  it.each(seedsFrom(41, 2))(
    'recordings with late and too-late events, streams that go on (seed %i)',
    (seed) => {
      monitor.clock.now = LONG_AFTER_MS;
      return compareSession(seed, 'nasty', { ...NASTY, imported: 1, ahead: 0 }, false);
    },
    TEST_MS,
  );

  it.each(PRESENCE_MODES)(
    'a simulated evening that tells presence by %s',
    async (presence) => {
      monitor.clock.now = LONG_AFTER_MS;
      await compareSimulated(presence);
    },
    TEST_MS,
  );
});

const compareSimulated = async (presence: PresenceMode): Promise<void> => {
  const seed = Number(SEED ?? 5);
  const random = new Random(seed);
  const stream_id = `sim-${presence}`;
  const session = simulateSession({
    ...DEFAULT_SESSION,
    ...{ seed, stream_id, presence, start_ts: START_MS + 123, duration_s: 200, online: 30 },
    bursts: [{ from_s: 60, seconds: 20, joins_per_s: 1, source: 'ad', hazard_ratio: 3 }],
  });
  const mangled = {
    ...IN_ORDER,
    seed,
    disorder_ms: 2000,
    duplicate_share: 0.03,
    late_share: 0.02,
    too_late_share: 0.005,
  };
  const events = [...deliver(session, mangled)].map(({ event }) => event as WireEvent);
  const played = await play(
    random,
    events.map((event) => ({ append_ts: LONG_AFTER_MS, event })),
    false,
  );
  await close(stream_id);
  played.push({
    append_ts: LONG_AFTER_MS,
    closed: { stream_id, ended_at: events.find(({ type }) => type === 'stream_ended')!.ts },
  });
  await compareStream(numbersOf(played, DEFAULT_EVENT_TIME, SESSION_RATES).get(stream_id)!, random);
};
