import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { systemClock, type Alert } from '#domain';
import { TOPIC_OF_FEED } from '#ingest';
import type { WireEvent } from '#simulate';
import { KafkaSink } from '../../apps/cli/src/kafka-sink.js';
import { runTally } from '../../apps/cli/src/tally.js';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, makeTopics, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { CrashMonitor } from '../simulation/crash-monitor.js';

const START_TS = 1_750_000_000_000;
const HOUR_MS = 3_600_000;
const LARGE_BYTES = 20 << 20;
const STORE_GONE_MS = 60_000;
const WITHIN_MS = 60_000;
const TIMEOUT_MS = 240_000;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('faults behind Kafka', `the broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

withKafka('a monitor behind Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-faults-'));
  let broker: Broker;
  let store: ClickHouseFront;
  let admin: Admin;
  let producer: Producer;
  let monitor: CrashMonitor;

  beforeAll(async () => {
    [broker, store] = await Promise.all([startBroker({ port: 0, dataDir: null }), startClickHouseFront()]);
    const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
    [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })];
    await Promise.all([admin.connect(), producer.connect()]);
    // One of the four is left to the monitor; producers stamp the orders themselves.
    const settings = { 'max.message.bytes': String(2 * LARGE_BYTES) };
    const stampedByProducers = { ...settings, 'message.timestamp.type': 'CreateTime' };
    await makeTopics(broker.address, [TOPIC_OF_FEED.view, TOPIC_OF_FEED.danmaku], 3, settings);
    await makeTopics(broker.address, [TOPIC_OF_FEED.order], 3, stampedByProducers);
    monitor = new CrashMonitor({
      KAFKA_BROKERS: broker.address,
      CLICKHOUSE_URL: store.url,
      AUTH_JWT_SECRET: 'a secret that all processes share',
    });
    await monitor.start();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all([monitor?.discard(), producer?.disconnect(), admin?.disconnect()]);
    await broker?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  const eventually = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    const until = performance.now() + WITHIN_MS;
    while (!(await isSo())) {
      if (performance.now() > until) throw new Error(`${what}\n${monitor.output}`);
      await sleep(200);
    }
  };

  const statusOf = async (stream_id: string): Promise<string | undefined> =>
    (await monitor.get<{ status: string }>(`/streams/${stream_id}`))?.status;

  const letters = async (): Promise<{ reason: string; origin: string }[]> =>
    (await monitor.get<{ dead_letters: { reason: string; origin: string }[] }>('/dead-letters'))!.dead_letters;

  /** A session of three events, each through its own topic; `timestamp` is what the order's producer says of the time. */
  const sessionOf = async (stream_id: string, timestamp?: number): Promise<void> => {
    const event = (type: string, ts: number, more: object) =>
      JSON.stringify({ type, event_id: `${type}-${ts}`, stream_id, ts, ...more });
    const order = { order_id: 'o', item_id: 'tea', quantity: 1, amount_minor: 100, currency: 'CNY' };
    const stamp = timestamp === undefined ? {} : { timestamp: String(timestamp) };
    const send = (topic: string, value: string, more: object = {}) =>
      producer.send({ topic, messages: [{ key: stream_id, value, ...more }] });
    await send(TOPIC_OF_FEED.view, event('enter', START_TS, { viewer_id: 'ann' }));
    await send(TOPIC_OF_FEED.order, event('order_paid', START_TS + 2_000, { viewer_id: 'ann', ...order }), stamp);
    await send(TOPIC_OF_FEED.view, event('stream_ended', START_TS + 5_000, {}));
  };

  it(
    'makes the topic that is missing, as wide as the others, and says so',
    async () => {
      const offsets = await admin.fetchTopicOffsets(TOPIC_OF_FEED.cue);
      expect(offsets).toHaveLength(3);
    },
    TIMEOUT_MS,
  );

  it(
    'makes a dead letter of a record of 20 MB, and reads on',
    async () => {
      const value = JSON.stringify({ type: 'danmaku', viewer_id: 'ann', text: 'x'.repeat(LARGE_BYTES) });
      await producer.send({ topic: TOPIC_OF_FEED.danmaku, messages: [{ key: 'after-large', value }] });
      await sessionOf('after-large');
      await eventually('no letter', async () => (await letters()).some(({ reason }) => reason === 'too_large'));
      await eventually('not read on', async () => (await statusOf('after-large')) === 'ended');
    },
    TIMEOUT_MS,
  );

  it('warns of the topic whose records producers stamp, and of no other', () => {
    const warnings = monitor.output.split('\n').filter((line) => line.includes('stamped by their producers'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`records of ${TOPIC_OF_FEED.order} are stamped`);
  });

  it(
    'is not held up by a producer whose clock is ahead',
    async () => {
      // Such a record waited for the others of its span, half an hour away, and with it all of its partition. What is
      // more than an hour ahead the broker refuses.
      await sessionOf('ahead', Date.now() + HOUR_MS / 2);
      await eventually('held up', async () => (await statusOf('ahead')) === 'ended');
      await sessionOf('ahead-of');
      await eventually('held up for good', async () => (await statusOf('ahead-of')) === 'ended');
      const { orders_paid } = (await monitor.get<{ orders_paid: number }>('/streams/ahead'))!;
      expect(orders_paid).toBe(1);
      expect(monitor.output).toMatch(/live\.order.*ahead of this clock.*LogAppendTime/);
    },
    TIMEOUT_MS,
  );

  it(
    'warns of records that are keyed by shard, of a stream that is not known to be spread',
    async () => {
      const value = JSON.stringify({ type: 'enter', event_id: 'e', stream_id: 'torn', viewer_id: 'ann', ts: START_TS });
      await producer.send({ topic: TOPIC_OF_FEED.view, messages: [{ key: 'torn#3', value }] });
      await eventually('no warning', () =>
        Promise.resolve(/keyed torn#3, but SHARDED_STREAMS names no such stream/.test(monitor.output)),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'refuses events of the future, one by one',
    async () => {
      const value = JSON.stringify({
        ...{ type: 'enter', event_id: 'e', stream_id: 'future', viewer_id: 'ann' },
        ts: Date.now() + HOUR_MS,
      });
      await producer.send({ topic: TOPIC_OF_FEED.view, messages: [{ key: 'future', value }] });
      await eventually('no letter', async () => (await letters()).some(({ reason }) => reason === 'future_ts'));
      expect(await monitor.get('/streams/future')).toBeNull();
    },
    TIMEOUT_MS,
  );

  it(
    'tells alerts while ClickHouse answers 500 for a minute, and stores everything afterwards',
    async () => {
      const events = await simulated('store-gone');
      store.fail(true);
      const failedAt = performance.now();
      const sink = new KafkaSink([broker.address]);
      expect(await sink.send(events)).toEqual({ kind: 'ok' });
      await sink.close();
      await monitor.readiness((answer) => answer.includes('the store does not answer'));
      const alerts = async (): Promise<Alert[]> =>
        (await monitor.get<{ alerts: Alert[] }>('/streams/store-gone/alerts?since_seq=0').catch(() => null))?.alerts ??
        [];
      await eventually('no alert was told', async () => (await alerts()).length > 0);
      await sleep(Math.max(0, failedAt + STORE_GONE_MS - performance.now()));
      store.fail(false);
      await monitor.readiness((answer) => answer.includes('"ready"'));
      await eventually('not stored', async () => (await statusOf('store-gone')) === 'ended');
      const ids = new Set(events.filter(({ type }) => type !== 'heartbeat').map(({ event_id }) => event_id));
      const [row] = await store.rows<{ n: number | string }>(
        `SELECT uniqExact(event_id) AS n FROM tallylight.events WHERE stream_id = 'store-gone' AND type != 'heartbeat'`,
      );
      expect(Number(row!.n)).toBe(ids.size);
    },
    TIMEOUT_MS,
  );

  const simulated = async (stream_id: string): Promise<WireEvent[]> => {
    const file = join(folder, `${stream_id}.ndjson`);
    const session = ['--stream', stream_id, '--start', String(START_TS), '--seed', '7', '--duration', '8m'];
    const shape = ['--effect', '240:60:8', '--online', '200', '--speed', 'max', '--out', file];
    const code = await runTally(['simulate', ...session, ...shape], {
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
});
