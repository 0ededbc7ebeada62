import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DEFAULT_SESSION, deliverSession, IN_ORDER, type WireEvent } from '#simulate';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { Random } from '../kit/random.js';
import { answersOf, comparable } from '../simulation/crash-answers.js';
import { OF_EVERY_CRASH_MONITOR, type CrashMonitor } from '../simulation/crash-monitor.js';
import { discardAll, KafkaWay, type WayPlace } from '../simulation/kafka-way.js';

const TALLY = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const SEED = Number(process.env['SEED'] ?? 20_261_128);
const STREAM_ID = 'gala-1';
const SHARDS = 8;
const PARTITIONS = 6;
const ENDED_WITHIN_MS = 120_000;
const TIMEOUT_MS = 600_000;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('shards over Kafka', `its broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

const TABLES = ['panes', 'visits', 'presentations', 'events', 'alerts'] as const;
type Rows = Record<(typeof TABLES)[number], unknown[]>;

withKafka('a session whose viewers are keyed by eight shards', () => {
  let place: WayPlace;
  const random = new Random(SEED);
  let broker: Broker;
  let store: ClickHouseFront;
  let events: WireEvent[];
  let whole: { rows: Rows; answers: unknown };

  beforeAll(async () => {
    console.info(`seed ${SEED}`);
    [broker, store] = await Promise.all([startBroker({ port: 0, dataDir: null }), startClickHouseFront()]);
    place = { broker, store, partitions: PARTITIONS, running: new Set() };
    const effects = [{ from_s: 240, seconds: 60, hazard_ratio: 8 }];
    const session = { ...DEFAULT_SESSION, seed: SEED, stream_id: STREAM_ID, duration_s: 480, online: 300, effects };
    const disorder = { ...IN_ORDER, seed: SEED, disorder_ms: 1_500 };
    events = [...deliverSession(session, disorder)].map(({ event }) => event);
    whole = await readWhole();
  }, TIMEOUT_MS);

  afterAll(async () => {
    if (place !== undefined) await discardAll(place);
    await broker?.stop();
    await store?.stop();
  }, TIMEOUT_MS);

  /** Keyed by the stream and read by one process: what all else is held against. */
  const readWhole = async (): Promise<typeof whole> => {
    const straight = way('whole', 1);
    await straight.makeTopics();
    const monitor = straight.member();
    await monitor.start();
    await straight.produce(events);
    const read = await held(straight, monitor);
    const counts = Object.entries(read.rows).map(([table, rows]) => `${rows.length} ${table}`);
    console.info(`${events.length} events: ${counts.join(', ')}`);
    for (const [table, rows] of Object.entries(read.rows))
      if (rows.length === 0) throw new Error(`no ${table} to compare`);
    await discardAll(place);
    return read;
  };

  const way = (name: string, shards: number): KafkaWay =>
    new KafkaWay(place, name, shards > 1 ? { SHARDED_STREAMS: 'gala-*' } : {});

  const held = async (of: KafkaWay, monitor: CrashMonitor): Promise<typeof whole> => {
    await of.ended(1, ENDED_WITHIN_MS);
    return { rows: await rowsOf(of), answers: comparable(await answersOf(monitor, STREAM_ID)) };
  };

  const rowsOf = async (of: KafkaWay): Promise<Rows> => {
    const rows = await of.rows(TABLES);
    return { ...rows, panes: rows.panes.map((pane) => ofNoOrder(pane as Record<string, unknown>)) };
  };

  it(
    'has the same rows, alerts and answers when it is read by two processes, each killed once and another in its place; its panes also back, from what the lanes told, when they were lost',
    async () => {
      const spread = way('spread', SHARDS);
      await spread.makeTopics();
      const [first, second, third, fourth] = [spread.member(), spread.member(), spread.member(), spread.member()];
      await Promise.all([first.start(), second.start()]);
      // One after the other, so that the owner of the stream is killed once, and that of each of its shares.
      const killed: Partial<Record<number, () => Promise<unknown>>> = {
        1: async () => {
          await Promise.all([first, second].map(takesPart));
          await second.kill();
          await third.launch();
        },
        2: () => first.kill().then(() => fourth.launch()),
      };
      const between = async (part: number): Promise<void> => {
        await sleep(random.whole(0, 4_000));
        await killed[part]?.();
      };
      await spread.produce(events, between, SHARDS);
      // It was only launched, as one that takes over.
      await third.ready();
      const read = await held(spread, third);
      for (const table of TABLES) {
        expect([table, read.rows[table].length]).toEqual([table, whole.rows[table].length]);
        expect(read.rows[table]).toEqual(whole.rows[table]);
      }
      expect(read.answers).toEqual(whole.answers);
      await discardAll(place);

      for (const table of ['panes', 'presentations', 'streams'])
        await store.rows(`ALTER TABLE spread.${table} DELETE WHERE 1 SETTINGS mutations_sync = 1`);
      const { stdout } = await promisify(execFile)(process.execPath, [TALLY, 'backfill', STREAM_ID, '--json'], {
        env: { ...process.env, NODE_OPTIONS: '', ...OF_EVERY_CRASH_MONITOR, ...spread.environment() },
      });
      expect(JSON.parse(stdout)).toMatchObject({ stream_id: STREAM_ID, status: 'ended', alerts_unknown: 0 });
      const again = await rowsOf(spread);
      for (const table of ['panes', 'presentations'] as const) expect(again[table]).toEqual(whole.rows[table]);
    },
    TIMEOUT_MS,
  );
});

/** Waits until a process has taken events in: it owns lanes of the session. */
const takesPart = async (monitor: CrashMonitor): Promise<void> => {
  while ((await monitor.metric('tallylight_events_accepted_total')) === 0) await sleep(100);
};

/** A pane's sources and items in order of their names: which came first in it is not kept. */
const ofNoOrder = (pane: Record<string, unknown>): unknown => {
  const ordered = { ...pane };
  for (const [prefix, name] of [
    ['by_source.', 'source'],
    ['by_item.', 'item_id'],
  ] as const) {
    const names = pane[prefix + name] as string[];
    const places = names.map((_, place) => place).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
    for (const [column, values] of Object.entries(pane))
      if (column.startsWith(prefix)) ordered[column] = places.map((place) => (values as unknown[])[place]);
  }
  return ordered;
};
