import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenRole } from '#auth';
import type {
  AuditAnswer,
  Channel,
  ChannelRequest,
  ChannelsAnswer,
  ChannelTestAnswer,
  Problem,
  Silence,
  SilencesAnswer,
} from '#contract';
import type { Alert, AlertDecision } from '#domain';
import { DEFAULT_OUTBOX } from '#push';
import { startGateway, type GatewayUnderTest } from '../../../../test/kit/gateway-app.js';
import { lie, ok, startWebhookServer, type WebhookServer } from '../../../../test/kit/webhook-server.js';

let gateway: GatewayUnderTest;
let hook: WebhookServer;
beforeAll(async () => {
  gateway = await startGateway();
  hook = await startWebhookServer();
});
afterAll(async () => {
  await gateway.close();
  await hook.close();
});

const ask = async <T>(
  method: string,
  path: string,
  body?: unknown,
  [role, streams]: [TokenRole, string[]?] = ['admin'],
): Promise<{ status: number; json: T }> => {
  const answer = await fetch(`${gateway.url}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${await gateway.token(role, streams)}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as T };
};
const channel = (): ChannelRequest => ({
  ...{ kind: 'generic', url: `${hook.url}/path?key=hidden`, streams: ['room-*'], severity_min: 'warning' },
  ...{ language: 'zh', enabled: true, secret: 'hidden' },
});
const decision = (alert_id: string, change: Partial<AlertDecision> = {}): AlertDecision => {
  const at = gateway.clock.now;
  return {
    ...{ alert_id, stream_id: 'room-1', rule: 'dropoff_spike', severity: 'warning', status: 'firing', started_at: at },
    ...{ detected_at: at, updated_at: at, resolved_at: null, item_id: 'tea', presentation_id: null, hint: null },
    ...{ summary: { key: 'k', values: {} }, evidence: {} },
    ...change,
  };
};
const alertOf = (alert_id: string): Alert =>
  gateway.alerts.latest('room-1').find((each) => each.alert_id === alert_id)!;

describe('channels', () => {
  it('are made and changed by administrators, and never show what may hold a secret', async () => {
    const put = await ask<Channel>('PUT', '/channels/ops', channel());
    expect(put.status).toBe(200);
    const list = await ask<ChannelsAnswer>('GET', '/channels', undefined, ['control_room']);
    expect(list.json.channels).toEqual([{ ...put.json, url: `${hook.url}/…` }]);
    expect(JSON.stringify([put.json, list.json])).not.toContain('hidden');
    expect((await ask('PUT', '/channels/ops', channel(), ['control_room'])).status).toBe(403);
    expect((await ask('GET', '/channels', undefined, ['analyst'])).status).toBe(403);
  });

  it('keep the address and the secret that whoever edits them cannot see', async () => {
    const { json } = await ask<Channel>('PUT', '/channels/ops', channel());
    const unsigned: ChannelRequest = { ...channel() };
    delete unsigned.secret;
    await ask('PUT', '/channels/ops', { ...unsigned, url: json.url, severity_min: 'info' });
    await gateway.alerts.decide([decision('kept', { severity: 'info' })]);
    gateway.clock.now += DEFAULT_OUTBOX.groupMs;
    await hook.heard(1);
    expect(hook.calls[0]).toMatchObject({ path: '/path?key=hidden' });
    expect(hook.calls[0]!.headers['x-tallylight-signature']).toBeDefined();
  });

  it('a wrong one is refused with what is wrong', async () => {
    const details = async (change: object): Promise<string> => {
      const { status, json } = await ask<Problem>('PUT', '/channels/ops', { ...channel(), ...change });
      expect(status).toBe(400);
      return json.detail;
    };
    expect(await details({ url: 'file:///etc/passwd' })).toContain('"url"');
    expect(await details({ url: 'https://me:pass@host/' })).toContain('"secret"');
    expect(await details({ kind: 'pigeon' })).toContain('/kind');
    expect((await ask('PUT', '/channels/a%20b', channel())).status).toBe(400);
    expect((await ask('DELETE', '/channels/nobody')).status).toBe(404);
  });

  it('are tried by a test message, and say what the other side said', async () => {
    const calls = hook.calls.length;
    expect((await ask('POST', '/channels/ops/test')).json).toEqual({ delivered: true, error: null });
    expect(hook.calls[calls]!.body).toContain('通道“ops”可用');
    hook.behave(lie);
    await ask('PUT', '/channels/robot', { ...channel(), kind: 'dingtalk', enabled: false });
    const { json } = await ask<ChannelTestAnswer>('POST', '/channels/robot/test');
    expect(json).toEqual({ delivered: false, error: '200, but refused: 45009 api freq out of limit' });
    hook.behave(ok);
    expect((await ask('POST', '/channels/nobody/test')).status).toBe(404);
    expect((await ask('POST', '/channels/ops/test', undefined, ['control_room'])).status).toBe(403);
    await ask('DELETE', '/channels/robot');
  });

  it('show how deliveries went, to those who may see the stream', async () => {
    const of = async (streams: string[]) =>
      (await ask<ChannelsAnswer>('GET', '/channels', undefined, ['control_room', streams])).json.deliveries;
    expect(await of(['other'])).toEqual([]);
    expect((await of(['room-1'])).map(({ alert_id, channel_id }) => [alert_id, channel_id])).toEqual([['kept', 'ops']]);
  });
});

describe('silences', () => {
  it('hold at once: the alert is decided, kept and marked, and no channel hears of it', async () => {
    const until = gateway.clock.now + 60_000;
    const request = { stream_id: 'room-1', rule: 'dropoff_spike', item_id: 'tea', until, reason: 'a test' };
    const { status, json: silence } = await ask<Silence>('POST', '/silences', request, ['producer', ['room-*']]);
    expect(status).toBe(200);
    await gateway.alerts.decide([decision('quiet'), decision('loud', { item_id: 'cup' })]);
    expect(alertOf('quiet').notify).toMatchObject({ tell: false, reason: 'silenced', because_of: silence.silence_id });
    expect(alertOf('loud').notify).toMatchObject({ tell: true, channels: ['ops'] });
    const shown = await ask<SilencesAnswer>('GET', '/silences', undefined, ['analyst']);
    expect(shown.json.silences).toEqual([silence]);
  });

  it('end by hand and by time', async () => {
    const { json } = await ask<SilencesAnswer>('GET', '/silences');
    expect(
      (await ask('DELETE', `/silences/${json.silences[0]!.silence_id}`, undefined, ['producer', ['x']])).status,
    ).toBe(404);
    expect((await ask('DELETE', `/silences/${json.silences[0]!.silence_id}`)).status).toBe(200);
    await gateway.alerts.decide([decision('after')]);
    expect(alertOf('after').notify?.tell).toBe(true);
    await ask('POST', '/silences', { until: gateway.clock.now + 1_000 });
    gateway.clock.now += 1_000;
    expect((await ask<SilencesAnswer>('GET', '/silences')).json.silences).toEqual([]);
  });

  it('that end tell of what began under them and still fires', async () => {
    const request = { stream_id: 'room-1', item_id: 'pot', until: gateway.clock.now + 60_000 };
    const { json } = await ask<Silence>('POST', '/silences', request);
    await gateway.alerts.decide([
      decision('long', { item_id: 'pot' }),
      decision('short', { item_id: 'pot', rule: 'viewer_surge' }),
    ]);
    const at = gateway.clock.now + 1;
    await gateway.alerts.decide([
      decision('short', { item_id: 'pot', rule: 'viewer_surge', status: 'resolved', updated_at: at, resolved_at: at }),
    ]);
    const { seq } = alertOf('long');
    await ask('DELETE', `/silences/${json.silence_id}`);
    while (alertOf('long').notify?.tell !== true) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(alertOf('long')).toMatchObject({ status: 'firing', notify: { reason: 'wanted', channels: ['ops'] } });
    expect(alertOf('long').seq).toBeGreaterThan(seq);
    expect(alertOf('short').notify).toMatchObject({ tell: false, reason: 'silenced' });
  });

  it('cover no room that their author may not see', async () => {
    const until = gateway.clock.now + 60_000;
    expect((await ask('POST', '/silences', { stream_id: 'room-1', until }, ['producer', ['other']])).status).toBe(404);
    await ask('POST', '/silences', { until }, ['producer', ['other']]);
    await gateway.alerts.decide([decision('still', { item_id: 'lid' })]);
    expect(alertOf('still').notify?.tell).toBe(true);
    expect((await ask('POST', '/silences', { until: 5 })).status).toBe(400);
  });

  it('and channels are audited, without secrets', async () => {
    const { json } = await ask<AuditAnswer>('GET', '/audit');
    const actions = new Set(json.entries.map(({ action }) => action));
    expect([...actions].sort()).toEqual([
      'add_silence',
      'delete_channel',
      'end_silence',
      'put_channel',
      'test_channel',
    ]);
    expect(JSON.stringify(json)).not.toContain('hidden');
  });
});
