import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { loadConfig } from '#config';
import { createLogger } from '#observe';
import { startMonitor, type Monitor } from '../../apps/monitor/src/monitor.js';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';

const TOKEN = 'the-administrator-under-test';
const WITHIN_MS = 60_000;
const TIMEOUT_MS = 240_000;
/** Longer than a room that ended stays in memory. */
const LONG_MS = 700_000;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('rooms that rest in Kafka', `the broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

withKafka('a room that ended long ago', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-rest-'));
  let broker: Broker;
  let store: ClickHouseFront;
  let running: Monitor | null = null;
  /** How far the monitor's clock is ahead of the broker's. */
  let ahead = 0;

  beforeAll(async () => {
    [broker, store] = await Promise.all([startBroker({ port: 0, dataDir: null }), startClickHouseFront()]);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await running?.stop();
    await broker?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  const start = async (): Promise<Monitor> => {
    const outcome = loadConfig({
      ...{ PORT: '0', DATA_DIR: folder, ADMIN_TOKEN: TOKEN, LOG_LEVEL: 'silent' },
      ...{ KAFKA_BROKERS: broker.address, CLICKHOUSE_URL: store.url },
      ...{ AUTH_JWT_SECRET: 'a secret that all processes share', PSEUDONYM_KEY: 'a key that they share too' },
    });
    if (outcome.kind === 'wrong') throw new Error(outcome.problems.join('\n'));
    running = await startMonitor({
      config: outcome.config,
      clock: { now: () => Date.now() + ahead },
      log: createLogger('silent'),
      crash: (error) => {
        throw error;
      },
    });
    return running;
  };

  const ask = async (path: string, request: RequestInit = {}): Promise<Record<string, unknown> | null> => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', connection: 'close' };
    const answer = await fetch(`${running!.url}/api/v1${path}`, { ...request, headers });
    return answer.ok ? ((await answer.json()) as Record<string, unknown>) : null;
  };

  const post = (events: object[]) => ask('/events', { method: 'POST', body: JSON.stringify(events) });

  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  };

  const eventually = async (isSo: () => Promise<boolean>): Promise<void> => {
    const until = performance.now() + WITHIN_MS;
    while (!(await isSo())) {
      if (performance.now() > until) throw new Error(JSON.stringify(await ask('/streams/rests')));
      await sleep(200);
    }
  };

  /** The room as it stands, once nothing of the log is unread: how far it was behind goes with the answer. */
  const caughtUp = async (): Promise<Record<string, unknown> | null> => {
    let room: Record<string, unknown> | null = null;
    await eventually(async () => {
      room = await ask('/streams/rests');
      return (room?.['data'] as { log_lag_ms: number } | undefined)?.log_lag_ms === 0;
    });
    return room;
  };

  it(
    'is in no snapshot, and a late record corrects it all the same, whoever owns it by then',
    async () => {
      const ts = Math.floor(Date.now() / 1000) * 1000 - 20_000;
      const event = (type: string, at_ms: number, more: object = {}) => ({
        ...{ type, event_id: `${type}-${at_ms}`, stream_id: 'rests', ts: ts + at_ms },
        ...more,
      });
      const paid = (order_id: string) => ({
        ...{ viewer_id: 'ann', order_id, item_id: 'tea' },
        ...{ quantity: 1, amount_minor: 100, currency: 'CNY' },
      });
      await start();
      const session = [
        event('enter', 0, { viewer_id: 'ann' }),
        event('order_paid', 1_500, paid('o1')),
        event('stream_ended', 5_000),
      ];
      expect(await post(session)).toMatchObject({ accepted: 3 });
      await eventually(async () => (await ask('/streams/rests'))?.['status'] === 'ended');

      ahead = LONG_MS;
      await running!.stop();
      running = null;
      const offsets = await withAdmin((admin) => admin.fetchTopicOffsets('live.archive'));
      expect(offsets.filter(({ high }) => Number(high) > 0)).toHaveLength(1);

      ahead = 0;
      await start();
      expect(await post([event('order_paid', 1_700, paid('o2'))])).toMatchObject({ accepted: 1 });
      await eventually(async () => (await ask('/streams/rests'))?.['orders_paid'] === 2);
      const { points } = (await ask('/streams/rests/metrics?step=1s')) as { points: Record<string, number>[] };
      expect(points.map(({ orders_paid }) => orders_paid)).toEqual([0, 2, 0, 0, 0]);
      expect(await ask('/streams/rests')).toMatchObject({ status: 'ended', ended_at: ts + 5_000, enters: 1 });
    },
    TIMEOUT_MS,
  );

  it(
    'is not touched by a late record where the topic was not kept for so long, nor is anything else held up by it',
    async () => {
      const ts = Date.now() - 20_000;
      const event = (type: string, at_ms: number, stream_id = 'rests') => ({
        ...{ type, event_id: `${type}-${at_ms}`, stream_id, ts: ts + at_ms, viewer_id: 'ann', text: '好' },
      });
      const before = await caughtUp();
      ahead = LONG_MS;
      await running!.stop();
      await withAdmin(async (admin) => {
        const topic = 'live.archive';
        const kept = (await admin.fetchTopicOffsets(topic)).filter(({ high }) => Number(high) > 0);
        const partitions = kept.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.deleteTopicRecords({ topic, partitions });
      });
      ahead = 0;
      await start();
      expect(await post([event('danmaku', 1_800), event('danmaku', 0, 'another')])).toMatchObject({ accepted: 2 });
      const lateness = "SELECT toString(lateness) AS lateness FROM events FINAL WHERE event_id = 'danmaku-1800'";
      await eventually(async () => (await store.rows<{ lateness: string }>(lateness))[0]?.lateness === 'too_late');
      await eventually(async () => (await ask('/streams/another'))?.['status'] === 'live');
      expect(await caughtUp()).toEqual(before);
    },
    TIMEOUT_MS,
  );
});
