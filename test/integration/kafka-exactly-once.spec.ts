import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { systemClock } from '#domain';
import type { WireEvent } from '#simulate';
import { runTally } from '../../apps/cli/src/tally.js';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { Random } from '../kit/random.js';
import { OF_EVERY_CRASH_MONITOR, type CrashMonitor } from '../simulation/crash-monitor.js';
import { discardAll, KafkaWay, PARTS, type WayPlace } from '../simulation/kafka-way.js';

const TALLY = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const SEED = Number(process.env['SEED'] ?? 20_261_127);
/** 30 take some five minutes. */
const KILLS = Number(process.env['KILLS'] ?? 4);
const STREAMS = ['exact-a', 'exact-b', 'exact-c'];
const START_TS = 1_750_000_000_000;
const PARTITIONS = 3;
const ENDED_WITHIN_MS = 90_000;
const TIMEOUT_MS = 900_000;
/** A kill falls anywhere from the start of a process to well after it owns its partitions, which a killed one before it gives back after 10 s. */
const KILL_WITHIN_MS = 14_000;
/** One that owns partitions is killed within some checkpoints. */
const OWNED_WITHIN_MS = 4_000;
/** Longer than a member may be silent: its partitions are given to another. */
const FROZEN_MS = 13_000;
/** Between two parts an input is silent for as long as processes are killed, and never in the way that goes straight through: that would be another log. */
const NOBODY_SET_ASIDE = { IDLE_INPUT_MS: '600000' };
const PAUSE_MS = 5_000;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('exactly once over Kafka', `its broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

const TABLES = ['panes', 'visits', 'presentations', 'alerts'] as const;
type Rows = Record<(typeof TABLES)[number], unknown[]>;

withKafka('sessions read from Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-exactly-'));
  const running = new Set<CrashMonitor>();
  let place: WayPlace;
  const random = new Random(SEED);
  let broker: Broker;
  let store: ClickHouseFront;
  let events: WireEvent[];
  let straight: Rows;

  beforeAll(async () => {
    console.info(`seed ${SEED}, ${KILLS} kills`);
    [broker, store] = await Promise.all([startBroker({ port: 0, dataDir: null }), startClickHouseFront()]);
    place = { broker, store, partitions: PARTITIONS, running };
    events = interleaved(await Promise.all(STREAMS.map((stream_id, i) => simulated(stream_id, SEED + i))));
  }, TIMEOUT_MS);

  afterAll(async () => {
    if (place !== undefined) await discardAll(place);
    await broker?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  const simulated = async (stream_id: string, seed: number): Promise<WireEvent[]> => {
    const file = join(folder, `${stream_id}.ndjson`);
    const session = ['--stream', stream_id, '--start', String(START_TS), '--seed', String(seed), '--duration', '8m'];
    const shape = ['--disorder-ms', '1500', '--duplicates', '0.02', '--effect', '240:60:8', '--online', '120'];
    const code = await runTally(['simulate', ...session, ...shape, '--speed', 'max', '--out', file], {
      environment: {},
      clock: systemClock,
      print: () => undefined,
      complain: () => undefined,
      progress: { write: () => true, isTTY: false },
      stop: new AbortController().signal,
    });
    expect(code).toBe(0);
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as WireEvent);
  };

  const way = (name: string, more: Readonly<Record<string, string>> = {}): KafkaWay =>
    new KafkaWay(place, name, { ...NOBODY_SET_ASIDE, ...more });

  const backfill = (of: KafkaWay): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, [TALLY, 'backfill', STREAMS[0]!, '--json'], {
      env: { ...process.env, NODE_OPTIONS: '', ...OF_EVERY_CRASH_MONITOR, ...of.environment() },
    });

  const rowsOf = async (of: KafkaWay): Promise<Rows> => {
    await of.ended(STREAMS.length, ENDED_WITHIN_MS);
    return of.rows(TABLES);
  };

  /** Waits until a process has read all sessions to their ends by itself, whatever the rows say already. */
  const readThrough = async (monitor: CrashMonitor): Promise<void> => {
    const until = performance.now() + ENDED_WITHIN_MS;
    const panes = straight.panes.length;
    for (;;) {
      const emitted = await monitor.metric('tallylight_panes_emitted_total');
      if (emitted >= panes && (await monitor.metric('tallylight_streams_live')) === 0) return;
      if (performance.now() > until) throw new Error(`not read through:\n${monitor.output}`);
      await sleep(300);
    }
  };

  const expectStraight = async (of: KafkaWay): Promise<void> => {
    const rows = await rowsOf(of);
    for (const table of TABLES) {
      expect([table, rows[table].length]).toEqual([table, straight[table].length]);
      expect(rows[table]).toEqual(straight[table]);
    }
  };

  it(
    'straight through: have panes, visits, presentations and an alert in each',
    async () => {
      const calm = way('straight');
      await calm.makeTopics();
      await calm.member().start();
      await calm.produce(events);
      straight = await rowsOf(calm);
      const counts = Object.entries(straight).map(([table, rows]) => `${rows.length} ${table}`);
      console.info(`${events.length} events: ${counts.join(', ')}`);
      for (const rows of Object.values(straight)) expect(rows.length).toBeGreaterThan(0);
      await discardAll(place);
    },
    TIMEOUT_MS,
  );

  it(
    'are the same after kills at random moments, each time taken up by a process that has nothing on its disk',
    async () => {
      const killed = way('killed', { CHECKPOINT_MS: '1000' });
      await killed.makeTopics();
      let left = KILLS;
      const killSome = async (count: number): Promise<void> => {
        for (; count > 0 && left > 0; count--, left--) {
          const doomed = killed.member();
          // By turns at any moment, and while it owns partitions and takes checkpoints.
          if (left % 2 === 0) await doomed.launch();
          else await doomed.start();
          await sleep(random.whole(0, left % 2 === 0 ? KILL_WITHIN_MS : OWNED_WITHIN_MS));
          await doomed.kill();
        }
      };
      await killed.produce(events, () => killSome(Math.ceil(KILLS / PARTS)));
      await killSome(left);
      await killed.member().launch();
      // One before it may have read everything and been killed before its snapshot: what is read again is written again.
      const until = performance.now() + ENDED_WITHIN_MS;
      while (!isDeepStrictEqual(await rowsOf(killed), straight) && performance.now() < until) await sleep(500);
      await expectStraight(killed);
      await discardAll(place);
    },
    TIMEOUT_MS,
  );

  it(
    'are the same while members join and leave',
    async () => {
      const shared = way('shared');
      await shared.makeTopics();
      const [first, second, third] = [shared.member(), shared.member(), shared.member()];
      await first.start();
      const steps = [
        () => Promise.all([second.start(), third.start()]),
        () => second.stop().then((code) => expect(code).toBe(0)),
        () => third.kill(),
      ];
      await shared.produce(events, async (part) => {
        await steps[part]!();
      });
      await expectStraight(shared);
      await discardAll(place);
    },
    TIMEOUT_MS,
  );

  it(
    'are the same when one of two stands still until its partitions are the other one’s, and comes back',
    async () => {
      const frozen = way('frozen');
      await frozen.makeTopics();
      const [first, second] = [frozen.member(), frozen.member()];
      await Promise.all([first.start(), second.start()]);
      let thawed: Promise<void> = Promise.resolve();
      await frozen.produce(events, async (part) => {
        if (part === 0) thawed = first.freeze(FROZEN_MS);
        await sleep(PAUSE_MS);
      });
      await thawed;
      await expectStraight(frozen);
      await discardAll(place);
    },
    TIMEOUT_MS,
  );

  it(
    'are the same when they are read again, into the rows that are there',
    async () => {
      const again = way('straight').member('-again');
      await again.start();
      // Cut off between a visit's beginning and its end, it would leave the beginning as the newer row.
      await readThrough(again);
      expect(await again.stop()).toBe(0);
      await expectStraight(way('straight'));
      await discardAll(place);
    },
    TIMEOUT_MS,
  );

  it(
    'are the same when the rows of one were lost and it is read again by itself',
    async () => {
      const ofOne = `straight.events FINAL WHERE stream_id = '${STREAMS[0]!}'`;
      const events = await store.rows(`SELECT * FROM ${ofOne} ORDER BY ALL`);
      for (const table of ['panes', 'visits', 'presentations', 'streams', 'events'])
        await store.rows(
          `ALTER TABLE straight.${table} DELETE WHERE stream_id = '${STREAMS[0]!}' SETTINGS mutations_sync = 1`,
        );
      const { stdout } = await backfill(way('straight'));
      expect(JSON.parse(stdout)).toMatchObject({ stream_id: STREAMS[0], status: 'ended', alerts_unknown: 0 });
      expect(await store.rows(`SELECT * FROM ${ofOne} ORDER BY ALL`)).toEqual(events);
      await expectStraight(way('straight'));
    },
    TIMEOUT_MS,
  );

  it(
    'are not rewritten while they go on',
    async () => {
      const unended = way('unended');
      await unended.makeTopics();
      const own = events.filter(({ stream_id }) => stream_id === STREAMS[0]);
      await unended.produce(own.slice(0, own.length / 2));
      await expect(backfill(unended)).rejects.toMatchObject({ stderr: expect.stringContaining('is not over') });
      expect(await unended.rows(TABLES)).toEqual({ panes: [], visits: [], presentations: [], alerts: [] });
    },
    TIMEOUT_MS,
  );

  it(
    'are the same when the store and the broker are gone for a while',
    async () => {
      const faulty = way('faulty');
      await faulty.makeTopics();
      await faulty.member().start();
      const steps = [
        async () => {
          store.fail(true);
          await sleep(random.whole(2_000, 6_000));
          store.fail(false);
        },
        async () => {
          await broker.kill();
          await sleep(random.whole(0, 3_000));
          await broker.restart();
        },
        () => sleep(random.whole(0, 2_000)),
      ];
      await faulty.produce(events, (part) => steps[part]!());
      await expectStraight(faulty);
      await discardAll(place);
    },
    TIMEOUT_MS,
  );
});

/** Several sessions side by side, each in its own order, disorder included. */
const interleaved = (sessions: readonly WireEvent[][]): WireEvent[] =>
  sessions
    .flatMap((session) => session.map((event, i) => ({ event, at: i / session.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
