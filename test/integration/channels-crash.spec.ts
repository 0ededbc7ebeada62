import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertsAnswer, ChannelsAnswer } from '#contract';
import type { Alert } from '#domain';
import { ok, startWebhookServer, status, type WebhookServer } from '../kit/webhook-server.js';
import { CRASH_TOKEN, CrashMonitor } from '../simulation/crash-monitor.js';

const STREAM = 'room';
const SECRET = 'a secret of the channel';
const TIMEOUT_MS = 180_000;

const monitor = new CrashMonitor();
let hook: WebhookServer;
beforeAll(async () => {
  hook = await startWebhookServer();
  await monitor.start();
}, TIMEOUT_MS);
afterAll(async () => {
  await monitor.discard();
  await hook.close();
});

const put = async (path: string, body: object): Promise<void> => {
  const headers = { authorization: `Bearer ${CRASH_TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(`${monitor.url}/api/v1${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};
/** So many viewers enter each second of `[from, to)`, ms. */
const enter = async (from: number, to: number, each: number): Promise<void> => {
  const lines: string[] = [];
  for (let ts = from; ts < to; ts += 1_000)
    for (let n = 0; n < each; n++) {
      const id = `${ts}-${n}`;
      lines.push(JSON.stringify({ type: 'enter', event_id: id, stream_id: STREAM, ts, viewer_id: id }));
    }
  expect(await monitor.post(lines)).toMatchObject({ kind: 'taken' });
};
const alerts = async (): Promise<Alert[]> =>
  (await monitor.get<AlertsAnswer>(`/streams/${STREAM}/alerts`))?.alerts ?? [];
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await sleep(100);
};

it(
  'an alert that no channel had taken when the monitor was killed is delivered by the next, signed, and with its verdict',
  async () => {
    hook.behave(status(503));
    const channel = { kind: 'generic', url: hook.url, streams: ['*'], severity_min: 'info', language: 'zh' };
    await put('/channels/ops', { ...channel, enabled: true, secret: SECRET });
    await put('/rules', { rule: 'viewer_surge', settings: { warm_up_s: 10, min_excess: 20, threshold: 2 } });
    const now = Date.now();
    await enter(now - 90_000, now - 60_000, 2);
    await enter(now - 60_000, now - 30_000, 2);
    await enter(now - 30_000, now - 25_000, 30);
    await enter(now - 25_000, now - 10_000, 2);
    await until(async () => (await alerts()).length > 0);
    await hook.heard(1);
    const before = await alerts();

    await monitor.kill();
    const heard = hook.calls.length;
    hook.behave(ok);
    await monitor.start();
    await until(async () => {
      const { deliveries } = (await monitor.get<ChannelsAnswer>('/channels'))!;
      return deliveries.length > 0 && deliveries.every((each) => each.status === 'delivered');
    });

    const taken = hook.calls.slice(heard);
    for (const { headers, body } of taken) {
      const signed = createHmac('sha256', SECRET).update(`${String(headers['x-tallylight-timestamp'])}.${body}`);
      expect(headers['x-tallylight-signature']).toBe(`v1=${signed.digest('hex')}`);
    }
    const sent = taken.flatMap(({ body }) => (JSON.parse(body) as { alerts: Alert[] }).alerts);
    const seqs = sent.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)]);
    expect(sent.map(({ alert_id }) => alert_id)).toContain(before[0]!.alert_id);
    expect(before[0]!.notify).toMatchObject({ tell: true, reason: 'wanted', channels: ['ops'] });
    expect((await alerts()).find(({ seq }) => seq === before[0]!.seq)).toEqual(before[0]);
  },
  TIMEOUT_MS,
);
