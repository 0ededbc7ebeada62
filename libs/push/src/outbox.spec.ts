import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChannelRequest, Delivery } from '#contract';
import type { Alert, AlertDecision } from '#domain';
import { sharedTape } from '../../../test/kit/memory-tape.js';
import { hang, lie, ok, startWebhookServer, status, type WebhookServer } from '../../../test/kit/webhook-server.js';
import {
  AlertLog,
  AlertRest,
  callWebhook,
  Channels,
  Outbox,
  Register,
  type LineSettings,
  type ShallWeNotify,
} from './index.js';

const QUICK: LineSettings = {
  groupMs: 0,
  retryMs: 2,
  retryMsMax: 8,
  giveUpAfterMs: 60_000,
  timeoutMs: 20_000,
  spacingMs: { generic: 0, feishu: 0, dingtalk: 0, wecom: 0 },
  waitingMax: 100,
};

/** What outlives a process: the tapes. */
const tapes = () => ({ alerts: sharedTape(), settings: sharedTape(), outbox: sharedTape() });

/** A process over these tapes, in which every channel wants everything. */
const start = async (
  on: ReturnType<typeof tapes>,
  settings: Partial<LineSettings> = {},
  isCaller: () => boolean = () => true,
  rest: AlertRest | null = null,
) => {
  const clock = { now: () => Date.now() };
  const channels = new Channels(await Register.open(on.settings(), clock));
  const verdict: ShallWeNotify = () => ({
    ...{ tell: true, reason: 'wanted', channels: channels.all().map(({ channel_id }) => channel_id) },
    ...{ because_of: null, at: clock.now() },
  });
  const alerts = await AlertLog.open(on.alerts(), clock, verdict, rest);
  const told: string[] = [];
  const outbox = await Outbox.open(
    {
      ...{ tape: on.outbox(), alerts, channels, clock, call: callWebhook, chance: () => 0.5 },
      roomName: (id) => Promise.resolve(id),
      isCaller,
      told: (_, outcome) => told.push(outcome),
      trouble: (error) => {
        throw error as Error;
      },
    },
    { ...QUICK, ...settings },
  );
  return { channels, alerts, outbox, told };
};

const decision = (alert_id: string, change: Partial<AlertDecision> = {}): AlertDecision => ({
  ...{ alert_id, stream_id: 'room', rule: 'viewer_surge', severity: 'info', status: 'firing', started_at: 1 },
  ...{ detected_at: 2, updated_at: 2, resolved_at: null, item_id: null, presentation_id: null, hint: null },
  ...{ summary: { key: 'k', values: {} }, evidence: {} },
  ...change,
});
const over = (alert_id: string): AlertDecision =>
  decision(alert_id, { status: 'resolved', updated_at: 9, resolved_at: 9 });
const to = (url: string): ChannelRequest => ({
  ...{ kind: 'wecom', url, streams: ['*'], severity_min: 'info', language: 'en', enabled: true },
});
const generic = (url: string): ChannelRequest => ({ ...to(url), kind: 'generic' });
const sent = (server: WebhookServer): string[][] =>
  server.calls.map(({ body }) =>
    (JSON.parse(body) as { alerts: Alert[] }).alerts.map(({ alert_id, status }) => `${alert_id} ${status}`),
  );
/** Waits for what must come; a hang is the test's own time-out. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
};
const allAre = (outbox: Outbox, status: Delivery['status']) => (): boolean =>
  outbox.deliveries().every((each) => each.status === status);

let server: WebhookServer;
let other: WebhookServer;
const open: { outbox: Outbox }[] = [];
const run = async (...parts: Parameters<typeof start>) => {
  const process = await start(...parts);
  open.push(process);
  return process;
};
beforeEach(async () => {
  server = await startWebhookServer();
  other = await startWebhookServer();
});
afterEach(async () => {
  for (const { outbox } of open.splice(0)) await outbox.close();
  await server.close();
  await other.close();
});

describe('the outbox', () => {
  it('delivers every change, those of one alert in order', async () => {
    const { channels, alerts, outbox } = await run(tapes());
    await channels.put('c', generic(server.url), 'me');
    await alerts.decide([decision('a'), over('a'), decision('b'), over('b')]);
    await until(allAre(outbox, 'delivered'));
    const order = sent(server).flat();
    expect([...order].sort()).toEqual(['a firing', 'a resolved', 'b firing', 'b resolved']);
    for (const id of ['a', 'b']) expect(order.indexOf(`${id} firing`)).toBeLessThan(order.indexOf(`${id} resolved`));
  });

  it('of several processes one calls, and another goes on where it stopped', async () => {
    const shared = tapes();
    let caller = 1;
    const first = await run(shared, {}, () => caller === 1);
    const second = await run(shared, {}, () => caller === 2);
    await first.channels.put('c', generic(server.url), 'me');
    await first.alerts.decide([decision('a')]);
    await until(() => allAre(first.outbox, 'delivered')() && allAre(second.outbox, 'delivered')());
    caller = 2;
    await first.alerts.decide([decision('b')]);
    await until(() => second.outbox.waiting + second.outbox.deliveries().length >= 2);
    await until(allAre(second.outbox, 'delivered'));
    expect(sent(server)).toEqual([['a firing'], ['b firing']]);
    expect([first.told, second.told]).toEqual([['delivered'], ['delivered']]);
  });

  it('what begins in one stream within a moment goes out as one message', async () => {
    const { channels, alerts } = await run(tapes(), { groupMs: 60 });
    await channels.put('c', generic(server.url), 'me');
    await alerts.decide([decision('a'), decision('b'), decision('c', { stream_id: 'elsewhere' }), decision('d')]);
    await server.heard(2);
    expect(
      sent(server)
        .map((message) => message.length)
        .sort(),
    ).toEqual([1, 3]);
  });

  it('what is too much for one message of a robot goes out in several, each whole, and nothing is told of twice', async () => {
    const { channels, alerts, outbox } = await run(tapes(), { groupMs: 60 });
    await channels.put('c', to(server.url), 'me');
    const titles = Array.from({ length: 20 }, (_, at) => `${at}: ${'茶'.repeat(60)}`);
    await alerts.decide(titles.map((item_title, at) => decision(`a${at}`, { evidence: { item_title } })));
    await until(() => outbox.deliveries().length === 20 && allAre(outbox, 'delivered')());
    const texts = server.calls.map(({ body }) => (JSON.parse(body) as { text: { content: string } }).text.content);
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
    const lines = texts.join('\n').split('\n');
    expect(titles.map((title) => lines.filter((line) => line.includes(` ${title}`)).length)).toEqual(Array(20).fill(1));
  });

  it('tries again what failed, was refused or lied about, until it is delivered', async () => {
    const { channels, alerts, outbox, told } = await run(tapes());
    await channels.put('c', to(server.url), 'me');
    server.behave(lie);
    await alerts.decide([decision('a')]);
    await server.heard(2);
    const [waiting] = outbox.deliveries();
    expect(waiting).toMatchObject({ status: 'waiting', last_error: '200, but refused: 45009 api freq out of limit' });
    server.behave(status(500));
    await server.heard(5);
    server.behave(ok);
    await until(allAre(outbox, 'delivered'));
    expect(outbox.deliveries()[0]!.tries).toBe(server.calls.length);
    expect(new Set(told)).toEqual(new Set(['failed', 'delivered']));
  });

  it('a channel that hangs holds up no other', async () => {
    const { channels, alerts, outbox } = await run(tapes(), { timeoutMs: 60_000 });
    await channels.put('slow', generic(server.url), 'me');
    await channels.put('quick', generic(other.url), 'me');
    server.behave(hang);
    await alerts.decide([decision('a'), decision('b'), decision('c')]);
    await until(() => outbox.deliveries().filter((each) => each.status === 'delivered').length === 3);
    expect(sent(other).flat().sort()).toEqual(['a firing', 'b firing', 'c firing']);
    expect(outbox.waiting).toBe(3);
    server.behave(ok);
    await server.close();
  });

  it('one alert that a channel never takes holds up no other', async () => {
    const { channels, alerts, outbox } = await run(tapes());
    await channels.put('c', generic(server.url), 'me');
    server.behave((response, call) =>
      call.body.includes('"poison"') ? status(400)(response, call) : ok(response, call),
    );
    await alerts.decide([decision('poison')]);
    await server.heard(2);
    await alerts.decide([decision('b'), over('b')]);
    await until(() => outbox.deliveries().filter((each) => each.status === 'delivered').length === 2);
    expect(outbox.waiting).toBe(1);
  });

  it('what was not delivered is taken up by the next process, and what was is not sent again', async () => {
    const on = tapes();
    const first = await run(on);
    await first.channels.put('c', generic(server.url), 'me');
    await first.alerts.decide([decision('a')]);
    await until(allAre(first.outbox, 'delivered'));
    server.behave(status(503));
    await first.alerts.decide([over('a'), decision('b')]);
    await server.heard(2);
    await first.outbox.close();
    server.behave(ok);
    const heard = server.calls.length;
    const second = await run(on);
    await until(allAre(second.outbox, 'delivered'));
    expect(sent(server).slice(heard).flat().sort()).toEqual(['a resolved', 'b firing']);
    expect(second.outbox.deliveries()).toHaveLength(3);
  });

  it('what waits of a stream whose alerts rest on disk is taken up too', async () => {
    const shared = tapes();
    const first = await run(shared, {}, () => false);
    await first.channels.put('c', generic(server.url), 'me');
    await first.alerts.decide([decision('a'), over('a')]);
    await first.alerts.decide([decision('b', { stream_id: 'elsewhere' })]);
    await first.outbox.close();
    const folder = await mkdtemp(join(tmpdir(), 'tallylight-outbox-'));
    const second = await run(shared, {}, () => true, AlertRest.scratch(folder, 1));
    await until(() => second.outbox.deliveries().length === 3 && allAre(second.outbox, 'delivered')());
    expect(sent(server).flat().sort()).toEqual(['a firing', 'a resolved', 'b firing']);
    await rm(folder, { recursive: true });
  });

  it('gives up, visibly, what is too old, too much or for a channel that is gone', async () => {
    server.behave(status(500, 'broken'));
    const old = await run(tapes(), { giveUpAfterMs: 30 });
    await old.channels.put('c', generic(server.url), 'me');
    await old.alerts.decide([decision('a')]);
    await until(allAre(old.outbox, 'given_up'));
    expect(old.outbox.deliveries()[0]).toMatchObject({ last_error: expect.stringContaining('broken') as unknown });
    expect(old.told).toContain('given_up');

    const full = await run(tapes(), { waitingMax: 2 });
    await full.channels.put('c', generic(server.url), 'me');
    await full.alerts.decide(['a', 'b', 'c', 'd', 'e'].map((id) => decision(id)));
    await until(() => full.outbox.waiting === 2);
    expect(full.outbox.deliveries().filter((each) => each.status === 'given_up').map((each) => each.alert_id).sort()).toEqual(['a', 'b', 'c']); // prettier-ignore

    await full.channels.remove('c');
    await until(allAre(full.outbox, 'given_up'));
    expect(full.outbox.deliveries()[0]!.last_error).toBe('the channel was removed');
  });

  it('sends nothing to a channel that is switched off, and goes on when it is on again', async () => {
    const { channels, alerts, outbox } = await run(tapes());
    await channels.put('c', { ...generic(server.url), enabled: false }, 'me');
    await alerts.decide([decision('a')]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.calls).toEqual([]);
    await channels.put('c', generic(server.url), 'me');
    await until(allAre(outbox, 'delivered'));
  });
});
