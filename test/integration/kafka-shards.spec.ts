import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { FEEDS, type Feed } from '#domain';
import { DEFAULT_SESSION, deliver, IN_ORDER, simulateSession, type WireEvent } from '#simulate';
import { KafkaSink } from '../../apps/cli/src/kafka-sink.js';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { Random } from '../kit/random.js';
import { answersOf, comparable, type StreamAnswers } from '../simulation/crash-answers.js';
import { CrashMonitor, OF_EVERY_CRASH_MONITOR } from '../simulation/crash-monitor.js';

const TALLY = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const SEED = Number(process.env['SEED'] ?? 20_261_128);
const STREAM_ID = 'gala-1';
const SHARDS = 8;
const PARTITIONS = 6;
const PARTS = 4;
const ENDED_WITHIN_MS = 120_000;
const TIMEOUT_MS = 600_000;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('shards over Kafka', `its broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

/** Rows that decide what was shown, without when they were written. */
const TABLES = {
  panes: '* EXCEPT (revision)',
  visits: '* EXCEPT (revision)',
  presentations: '* EXCEPT (revision)',
  events: '* EXCEPT (input, position, append_ts, lateness, effective_ts, first_read_wins)',
  alerts: '* EXCEPT (seq, sent_at)',
} as const;
type Rows = Record<keyof typeof TABLES, unknown[]>;
/** Alerts about the monitor itself go by the wall clock. */
const OF_THE_STREAM = `rule NOT IN ('feed_silent', 'data_stale')`;

withKafka('a session whose viewers are keyed by eight shards', () => {
  const running = new Set<CrashMonitor>();
  const random = new Random(SEED);
  let broker: Broker;
  let store: ClickHouseFront;
  let events: WireEvent[];
  let whole: { rows: Rows; answers: unknown };

  beforeAll(async () => {
    console.info(`seed ${SEED}`);
    [broker, store] = await Promise.all([startBroker({ port: 0, dataDir: null }), startClickHouseFront()]);
    const effects = [{ from_s: 240, seconds: 60, hazard_ratio: 8 }];
    const session = { ...DEFAULT_SESSION, seed: SEED, stream_id: STREAM_ID, duration_s: 480, online: 300, effects };
    const disorder = { ...IN_ORDER, seed: SEED, disorder_ms: 1_500 };
    events = [...deliver(simulateSession(session), disorder)].map(({ event }) => event);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await stopAll();
    await broker?.stop();
    await store?.stop();
  }, TIMEOUT_MS);

  const stopAll = async (): Promise<void> => {
    await Promise.all([...running].map((monitor) => monitor.discard()));
    running.clear();
  };

  /** Topics, a group and a database of their own for one way to key and read the session. */
  const way = (name: string, shards: number) => {
    const topicOf = Object.fromEntries(FEEDS.map((feed) => [feed, `${name}.${feed}`])) as Record<Feed, string>;
    const environment = {
      KAFKA_BROKERS: broker.address,
      KAFKA_TOPICS: Object.values(topicOf).join(','),
      KAFKA_GROUP_ID: name,
      KAFKA_LIVE_PREFIX: `${name}.live.`,
      SHARDED_STREAMS: shards > 1 ? 'gala-*' : '',
      CLICKHOUSE_URL: store.url,
      CLICKHOUSE_DATABASE: name,
      AUTH_JWT_SECRET: 'a secret that all processes share',
    };
    return {
      environment,
      member: (): CrashMonitor => {
        const monitor = new CrashMonitor(environment);
        running.add(monitor);
        return monitor;
      },
      makeTopics: async () => {
        const admin = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING }).admin();
        await admin.connect();
        const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
        await admin.createTopics({
          topics: Object.values(topicOf).map((topic) => ({ topic, numPartitions: PARTITIONS, configEntries })),
        });
        await admin.disconnect();
      },
      produce: async (between: (part: number) => Promise<void> = () => Promise.resolve()) => {
        const sink = new KafkaSink([broker.address], topicOf, shards);
        const size = Math.ceil(events.length / PARTS);
        for (let part = 0; part < PARTS; part++) {
          expect(await sink.send(events.slice(part * size, (part + 1) * size))).toEqual({ kind: 'ok' });
          if (part < PARTS - 1) await between(part);
        }
        await sink.close();
      },
    };
  };

  const held = async (database: string, monitor: CrashMonitor): Promise<typeof whole> => {
    const until = performance.now() + ENDED_WITHIN_MS;
    for (;;) {
      const [row] = await store.rows<{ n: number | string }>(
        `SELECT count() AS n FROM ${database}.streams FINAL WHERE status = 'ended'`,
      );
      if (Number(row?.n) === 1) break;
      if (performance.now() > until)
        throw new Error(`${database} has not ended:\n${[...running].map(({ output }) => output).join('\n')}`);
      await sleep(300);
    }
    const rows = await rowsOf(database);
    const answers: StreamAnswers = await answersOf(monitor, STREAM_ID);
    return { rows, answers: comparable(answers) };
  };

  const rowsOf = async (database: string): Promise<Rows> => {
    const rows = {} as Rows;
    for (const [table, columns] of Object.entries(TABLES)) {
      const only = table === 'alerts' ? `WHERE ${OF_THE_STREAM}` : '';
      rows[table as keyof Rows] = await store.rows(
        `SELECT ${columns} FROM ${database}.${table} FINAL ${only} ORDER BY ALL`,
      );
    }
    rows.panes = rows.panes.map((pane) => ofNoOrder(pane as Record<string, unknown>));
    return rows;
  };

  it(
    'is, keyed by the stream and read by one process, what it is held against',
    async () => {
      const { member, makeTopics, produce } = way('whole', 1);
      await makeTopics();
      const monitor = member();
      await monitor.start();
      await produce();
      whole = await held('whole', monitor);
      console.info(
        `${events.length} events: ${Object.entries(whole.rows)
          .map(([table, rows]) => `${rows.length} ${table}`)
          .join(', ')}`,
      );
      for (const rows of Object.values(whole.rows)) expect(rows.length).toBeGreaterThan(0);
      await stopAll();
    },
    TIMEOUT_MS,
  );

  it(
    'has the same rows, alerts and answers when it is read by two processes, each killed once and another in its place',
    async () => {
      const { member, makeTopics, produce } = way('spread', SHARDS);
      await makeTopics();
      const [first, second, third, fourth] = [member(), member(), member(), member()];
      await Promise.all([first.start(), second.start()]);
      // One after the other, so that the owner of the stream is killed once, and that of each of its shares.
      const killed: Partial<Record<number, () => Promise<unknown>>> = {
        1: () => second.kill().then(() => third.launch()),
        2: () => first.kill().then(() => fourth.launch()),
      };
      await produce(async (part) => {
        await sleep(random.whole(0, 4_000));
        await killed[part]?.();
      });
      const spread = await held('spread', third);
      for (const table of Object.keys(TABLES) as (keyof Rows)[]) {
        expect([table, spread.rows[table].length]).toEqual([table, whole.rows[table].length]);
        expect(spread.rows[table]).toEqual(whole.rows[table]);
      }
      expect(spread.answers).toEqual(whole.answers);
      await stopAll();
    },
    TIMEOUT_MS,
  );

  it(
    'has its panes back, from what the lanes told, when they were lost and it is read again by itself',
    async () => {
      for (const table of ['panes', 'presentations', 'streams'])
        await store.rows(`ALTER TABLE spread.${table} DELETE WHERE 1 SETTINGS mutations_sync = 1`);
      const { stdout } = await promisify(execFile)(process.execPath, [TALLY, 'backfill', STREAM_ID, '--json'], {
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          ...OF_EVERY_CRASH_MONITOR,
          ...way('spread', SHARDS).environment,
        },
      });
      expect(JSON.parse(stdout)).toMatchObject({ stream_id: STREAM_ID, status: 'ended', alerts_unknown: 0 });
      const rows = await rowsOf('spread');
      for (const table of ['panes', 'presentations'] as const) expect(rows[table]).toEqual(whole.rows[table]);
    },
    TIMEOUT_MS,
  );
});

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
