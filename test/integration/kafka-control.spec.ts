import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type EachMessagePayload } from 'kafkajs';
import type { AlertsAnswer, ChannelsAnswer, RulesAnswer } from '#contract';
import type { Alert, MonitorRecord } from '#domain';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { startWebhookServer, status, ok, type WebhookServer } from '../kit/webhook-server.js';
import { CRASH_TOKEN, CrashMonitor } from '../simulation/crash-monitor.js';

const STREAM = 'set-room';
const WITHIN_MS = 90_000;
const TIMEOUT_MS = 300_000;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('rules and channels over several processes', `the broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

withKafka('what is set at one process', () => {
  const running: CrashMonitor[] = [];
  let broker: Broker;
  let store: ClickHouseFront;
  let hook: WebhookServer;

  beforeAll(async () => {
    [broker, store, hook] = await Promise.all([
      startBroker({ port: 0, dataDir: null }),
      startClickHouseFront(),
      startWebhookServer(),
    ]);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all(running.map((monitor) => monitor.discard()));
    await hook?.close();
    await broker?.stop();
    await store?.stop();
  }, TIMEOUT_MS);

  const start = async (role: 'processor' | 'gateway'): Promise<CrashMonitor> => {
    const monitor = new CrashMonitor({
      ...{ KAFKA_BROKERS: broker.address, CLICKHOUSE_URL: store.url, ROLES: role },
      AUTH_JWT_SECRET: 'a secret that all processes share',
    });
    running.push(monitor);
    await monitor.start();
    return monitor;
  };
  const put = async (monitor: CrashMonitor, path: string, body: object): Promise<void> => {
    const answer = await fetch(`${monitor.url}/api/v1${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${CRASH_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, '']);
  };
  const eventually = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
    const until = performance.now() + WITHIN_MS;
    while (!(await isSo())) {
      if (performance.now() > until) throw new Error(`${what}\n${running.map(({ output }) => output).join('\n')}`);
      await sleep(200);
    }
  };
  /** So many viewers enter each second of `[from, to)`, ms. */
  const enter = async (gateway: CrashMonitor, from: number, to: number, each: number): Promise<void> => {
    const lines: string[] = [];
    for (let ts = from; ts < to; ts += 1_000)
      for (let n = 0; n < each; n++)
        lines.push(
          JSON.stringify({ type: 'enter', event_id: `${ts}-${n}`, stream_id: STREAM, ts, viewer_id: `${ts}-${n}` }),
        );
    expect(await gateway.post(lines)).toMatchObject({ kind: 'taken' });
  };
  /** Settles once the rules that the room is judged with stand in its log. */
  const rulesLogged = async (): Promise<void> => {
    const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: 'reads-the-log' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'live.control', fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = ({ message: { value } }: EachMessagePayload): Promise<void> => {
        const { kind, stream_id } = JSON.parse(value!.toString()) as MonitorRecord;
        if (kind === 'rules_changed' && stream_id === STREAM) resolve();
        return Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    }).finally(() => consumer.disconnect());
  };
  const alerts = async (gateway: CrashMonitor): Promise<Alert[]> =>
    (await gateway.get<AlertsAnswer>(`/streams/${STREAM}/alerts`))?.alerts ?? [];

  it(
    'holds in all: a rule judges where the stream is owned, one process calls the channel, and the next goes on',
    async () => {
      const first = await start('processor');
      const [near, far] = await Promise.all([start('gateway'), start('gateway')]);
      const channel = {
        kind: 'generic',
        url: hook.url,
        streams: ['*'],
        severity_min: 'info',
        language: 'en',
        enabled: true,
      };
      await put(near, '/channels/ops', channel);
      const settings = { warm_up_s: 10, min_excess: 20, threshold: 2 };
      await put(near, '/rules', { rule: 'viewer_surge', settings });
      // Another process reads it from Kafka a moment after the one that was told.
      const farSurge = async () =>
        (await far.get<RulesAnswer>('/rules'))!.rules.find(({ rule }) => rule === 'viewer_surge')!;
      await eventually(
        'the rule is not there',
        async () => (await farSurge()).settings['min_excess'] === settings.min_excess,
      );
      expect((await farSurge()).settings).toMatchObject(settings);
      expect((await far.get<ChannelsAnswer>('/channels'))!.channels).toMatchObject([{ channel_id: 'ops' }]);

      hook.behave(status(503));
      const now = Date.now();
      await enter(near, now - 90_000, now - 60_000, 2);
      await eventually('the room is not known', async () => (await far.get(`/streams/${STREAM}`)) !== null);
      await rulesLogged();
      await enter(near, now - 60_000, now - 30_000, 2);
      await enter(near, now - 30_000, now - 25_000, 30);
      await enter(near, now - 25_000, now - 10_000, 2);
      await eventually('no alert', async () => (await alerts(far)).length > 0);
      const [alert] = await alerts(far);
      expect(alert).toMatchObject({ rule: 'viewer_surge', notify: { tell: true, channels: ['ops'] } });
      await hook.heard(1);

      await first.kill();
      const heard = hook.calls.length;
      hook.behave(ok);
      await start('processor');
      await hook.heard(heard + 1);
      await eventually('it is not delivered', async () => {
        const { deliveries } = (await far.get<ChannelsAnswer>('/channels'))!;
        return deliveries.length > 0 && deliveries.every((each) => each.status === 'delivered');
      });
      const taken = hook.calls.slice(heard).map(({ body }) => (JSON.parse(body) as { alerts: Alert[] }).alerts);
      const seqs = taken.flat().map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)]);
    },
    TIMEOUT_MS,
  );
});
