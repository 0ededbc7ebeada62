import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alert } from '#domain';
import {
  dieMidBody,
  hang,
  lie,
  ok,
  startWebhookServer,
  status,
  type WebhookServer,
} from '../../../test/kit/webhook-server.js';
import { callWebhook, webhookRequest, type KeptChannel } from './index.js';

const NOW = 1_790_000_000_000;
const alert: Alert = {
  ...{ alert_id: 'a', stream_id: 'room-1', seq: 1, rule: 'dropoff_spike', severity: 'critical', status: 'firing' },
  ...{ started_at: NOW, detected_at: NOW, updated_at: NOW, resolved_at: null, sent_at: NOW, acked_at: null },
  ...{ item_id: 'tea', presentation_id: null, hint: null, acked_by: null, outcome: null },
  summary: { key: 'alert.dropoff_spike.item', values: { ratio: 2.3, excess_viewers: 47, seconds: 13 } },
  evidence: { observed: 83, expected: 35.9, item_title: '白茶' },
};

let server: WebhookServer;
beforeEach(async () => {
  server = await startWebhookServer();
});
afterEach(() => server.close());

const channel = (change: Partial<KeptChannel> = {}): KeptChannel => ({
  ...{ channel_id: 'c', kind: 'generic', url: `${server.url}/hook?key=k`, streams: ['*'], severity_min: 'info' },
  ...{ language: 'zh', enabled: true, secret: 's3cret' },
  ...change,
});
const send = async (change: Partial<KeptChannel> = {}, alerts = [alert], timeoutMs = 5_000) => {
  const to = channel(change);
  return callWebhook(to.kind, webhookRequest(to, alerts, '茶室', NOW), timeoutMs);
};

describe('a webhook', () => {
  it('generic: carries the alerts whole, signed over timestamp and body', async () => {
    expect(await send()).toEqual({ kind: 'delivered' });
    const { headers, body } = server.calls[0]!;
    expect(headers['x-tallylight-timestamp']).toBe(String(NOW));
    const signature = createHmac('sha256', 's3cret').update(`${NOW}.${body}`).digest('hex');
    expect(headers['x-tallylight-signature']).toBe(`v1=${signature}`);
    const sent = JSON.parse(body) as { alerts: Alert[]; title: string; text: string };
    expect(sent.alerts).toEqual([alert]);
    expect(sent.title).toBe('[严重] 茶室：观众流失快于预期');
    expect(sent.text).toContain('商品：白茶');
  });

  it('feishu: a post of plain text, signed with an empty message under timestamp and secret', async () => {
    expect(await send({ kind: 'feishu', language: 'en' })).toEqual({ kind: 'delivered' });
    const sent = JSON.parse(server.calls[0]!.body) as Record<string, unknown>;
    const sign = createHmac('sha256', `${NOW / 1000}\ns3cret`)
      .update('')
      .digest('base64');
    expect(sent).toMatchObject({ msg_type: 'post', timestamp: String(NOW / 1000), sign });
    expect(sent['content']).toMatchObject({ post: { en_us: { title: expect.stringContaining('茶室') as unknown } } });
  });

  it('dingtalk: text, with timestamp and signature in the address beside the token', async () => {
    expect(await send({ kind: 'dingtalk' })).toEqual({ kind: 'delivered' });
    const { searchParams } = new URL(server.calls[0]!.path, server.url);
    const sign = createHmac('sha256', 's3cret').update(`${NOW}\ns3cret`).digest('base64');
    expect(Object.fromEntries(searchParams)).toEqual({ key: 'k', timestamp: String(NOW), sign });
    expect(JSON.parse(server.calls[0]!.body)).toMatchObject({ msgtype: 'text' });
  });

  it('wecom: text of at most 2,048 bytes, cut between characters', async () => {
    const many = Array.from({ length: 30 }, () => alert);
    expect(await send({ kind: 'wecom' }, many)).toEqual({ kind: 'delivered' });
    const { text } = JSON.parse(server.calls[0]!.body) as { text: { content: string } };
    expect(Buffer.byteLength(text.content)).toBeLessThanOrEqual(2_048);
    expect(text.content).not.toContain('\uFFFD');
    expect(text.content.endsWith('…')).toBe(true);
  });

  it('a robot that answers 200 and took nothing is not believed', async () => {
    server.behave(lie);
    for (const kind of ['feishu', 'dingtalk', 'wecom'] as const)
      expect(await send({ kind })).toMatchObject({
        kind: 'failed',
        error: expect.stringContaining('45009') as unknown,
      });
    server.behave(status(200, '<html>'));
    expect(await send({ kind: 'wecom' })).toMatchObject({ kind: 'failed' });
    server.behave(status(200, '{"code":19021,"msg":"sign match fail"}'));
    expect(await send({ kind: 'feishu' })).toMatchObject({ error: '200, but refused: 19021 sign match fail' });
  });

  it('follows no redirect', async () => {
    const elsewhere = await startWebhookServer();
    server.behave(status(307, '', { Location: elsewhere.url }));
    expect(await send()).toEqual({ kind: 'failed', error: '307: redirects are not followed', retry_after_ms: null });
    expect(elsewhere.calls).toEqual([]);
    await elsewhere.close();
  });

  it('fails, with a reason and without the address, where nothing answers, it hangs, it dies or it refuses', async () => {
    server.behave(dieMidBody);
    const died = await send();
    server.behave(hang);
    const hung = await send({}, [alert], 100);
    server.behave(status(429, 'slow down', { 'Retry-After': '7' }));
    const refused = await send();
    const gone = await startWebhookServer();
    await gone.close();
    const nobody = await send({ url: `${gone.url}/secret` });
    expect([died, hung, refused, nobody].map(({ kind }) => kind)).toEqual(Array(4).fill('failed'));
    expect(hung).toMatchObject({ error: 'no answer within 0.1 s' });
    expect(refused).toMatchObject({ error: '429 slow down', retry_after_ms: 7_000 });
    expect(nobody).toMatchObject({ error: 'could not be reached: ECONNREFUSED' });
    server.behave(ok);
    expect(await send()).toEqual({ kind: 'delivered' });
  });

  it('an answer without an end is read no further than it need be', async () => {
    server.behave((response) => {
      const more = (): boolean => response.write('x'.repeat(65_536));
      response.on('drain', more).on('error', () => undefined);
      more();
    });
    expect(await send()).toEqual({ kind: 'delivered' });
  });
});
