import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '#contract';
import { emptyPane } from '#domain';
import type { Alert, AlertDecision, Pane, ReadEvent } from '#domain';
import { startGateway, summaryOf } from '../../../test/kit/gateway-app.js';
import type { GatewayUnderTest } from '../../../test/kit/gateway-app.js';
import type { LiveRoom } from './ports.js';

type Client = Socket<ServerToClient, ClientToServer>;
const START = 1_790_000_000_000;
let gateway: GatewayUnderTest;
let clients: Client[] = [];

const pane = (ts: number, change: Partial<Pane> = {}): Pane => ({ ...emptyPane('room-1', ts), revision: 1, ...change });
const room = (stream_id: string, panes: Pane[]): LiveRoom => ({
  stream_id,
  as_of: START + 3000,
  status: 'live',
  panes,
  windows: { '10s': { leaves: 1 }, '60s': { dropoff_ratio: 2 }, '300s': {} },
  item_on: null,
  online: 7,
  quality: 'final',
  data: { as_of: START + 3000, log_lag_ms: 0, late: 0, too_late: 0, coverage: ['view'], quality: 'final' },
});
const decision = (alert_id: string, change: Partial<AlertDecision> = {}): AlertDecision => ({
  alert_id,
  stream_id: 'room-1',
  rule: 'dropoff_spike',
  severity: 'warning',
  status: 'firing',
  started_at: START,
  detected_at: START,
  updated_at: START,
  resolved_at: null,
  item_id: null,
  presentation_id: null,
  summary: { key: 'dropoff_spike', values: {} },
  evidence: {},
  hint: null,
  ...change,
});

beforeAll(async () => {
  gateway = await startGateway();
  for (const id of ['room-1', 'other-1']) {
    gateway.writer.writePanes([
      { ...pane(START), stream_id: id },
      { ...pane(START + 1000), stream_id: id },
    ]);
    gateway.writer.writeStreams([summaryOf(id, START, 3)]);
  }
  await gateway.writer.flush();
  gateway.rooms.rooms.set(
    'room-1',
    room('room-1', [pane(START + 1000, { likes: 9, revision: 2 }), pane(START + 2000)]),
  );
});
afterEach(() => {
  for (const client of clients) client.disconnect();
  clients = [];
});
afterAll(() => gateway.close());

const connect = async (token: string): Promise<Client> => {
  const client: Client = io(`${gateway.url}/live`, {
    transports: ['websocket'],
    auth: { token },
    reconnection: false,
    forceNew: true,
  });
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
  return client;
};
const next = <E extends keyof ServerToClient>(client: Client, event: E): Promise<Parameters<ServerToClient[E]>[0]> =>
  new Promise((resolve) => client.once(event, resolve as never));
const subscribed = async (role: 'producer' | 'admin' = 'producer'): Promise<Client> => {
  const client = await connect(await gateway.token(role, ['room-*']));
  expect(await client.emitWithAck('subscribe', { stream_id: 'room-1' })).toMatchObject({ ok: true });
  return client;
};

describe('the handshake', () => {
  it('is refused without a valid token', async () => {
    await expect(connect('nonsense')).rejects.toThrow('unauthorized');
    await expect(connect(await gateway.token('admin', ['*'], -5))).rejects.toThrow('unauthorized');
  });

  it('lasts as long as its token', async () => {
    const client = await connect(await gateway.token('producer', ['*'], 60));
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    const now = gateway.clock.now;
    gateway.clock.now += 61_000;
    await gone;
    gateway.clock.now = now;
  });
});

describe('subscribe', () => {
  it('answers with the newest of what is stored and what is live', async () => {
    const client = await connect(await gateway.token('producer', ['room-*']));
    const reply = await client.emitWithAck('subscribe', { stream_id: 'room-1' });
    if (!reply.ok) throw new Error(reply.error);
    expect(reply.snapshot.stream).toMatchObject({ stream_id: 'room-1', online: 7, title: 'title of room-1' });
    expect(reply.snapshot.panes.map(({ ts, likes }) => [ts, likes])).toEqual([
      [START, 0],
      [START + 1000, 9],
      [START + 2000, 0],
    ]);
    expect(reply.snapshot.seq).toBe(0);
  });

  it('a room that has just begun is answered once its first rows are stored', async () => {
    const { rooms, writer } = gateway;
    const { stored } = rooms;
    rooms.rooms.set('room-new', room('room-new', []));
    rooms.stored = () => {
      writer.writeStreams([summaryOf('room-new', START, 1)]);
      return writer.flush();
    };
    const client = await connect(await gateway.token('producer', ['room-*']));
    const reply = await client.emitWithAck('subscribe', { stream_id: 'room-new' });
    rooms.stored = stored;
    rooms.rooms.delete('room-new');
    writer.writeStreams([{ ...summaryOf('room-new', START, 1), revision: 2, status: 'ended' }]);
    await writer.flush();
    expect(reply).toMatchObject({ ok: true, snapshot: { stream: { stream_id: 'room-new', status: 'live' } } });
  });

  it('who is only counted is nobody in particular: how many viewers there were is unknown', async () => {
    gateway.writer.writeStreams([{ ...summaryOf('room-counted', START, 1), quality: 'reported', status: 'ended' }]);
    await gateway.writer.flush();
    const client = await connect(await gateway.token('producer', ['room-*']));
    const reply = await client.emitWithAck('subscribe', { stream_id: 'room-counted' });
    expect(reply).toMatchObject({ ok: true, snapshot: { stream: { viewers: null } } });
  });

  it.each([
    ['not_found', 'producer', { stream_id: 'other-1' }],
    ['not_found', 'producer', { stream_id: 'room-99' }],
    ['forbidden', 'host', { stream_id: 'room-1' }],
    ['forbidden', 'ingest', { stream_id: 'room-1' }],
    ['invalid', 'producer', {}],
    ['invalid', 'producer', null],
    ['invalid', 'producer', 'room-1'],
    ['invalid', 'producer', { stream_id: 'room-1', since_seq: -1 }],
    ['invalid', 'producer', { stream_id: 7 }],
  ] as const)('%s: %s asks for %j', async (error, role, request) => {
    const client = await connect(await gateway.token(role, ['room-*']));
    expect(await client.emitWithAck('subscribe', request as never)).toEqual({ ok: false, error });
  });

  it('a socket listens to a hundred rooms, however many it asks for at once', async () => {
    const ids = Array.from({ length: 150 }, (_, n) => `room-of-many-${n}`);
    gateway.writer.writeStreams(ids.map((id) => ({ ...summaryOf(id, START, 1), status: 'ended' })));
    await gateway.writer.flush();
    const client = await connect(await gateway.token('producer', ['room-*']));
    const ask = (stream_id: string) => client.emitWithAck('subscribe', { stream_id });
    const replies = await Promise.all(ids.map(ask));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(100);
    expect(replies.find(({ ok }) => !ok)).toEqual({ ok: false, error: 'overloaded' });
    expect(await ask(ids[0]!)).toMatchObject({ ok: true });
    await client.emitWithAck('unsubscribe', { stream_id: ids[0]! });
    expect(await ask(ids[149]!)).toMatchObject({ ok: true });
  });

  it('without anybody to answer to harms nobody', async () => {
    const client = await connect(await gateway.token('producer', ['room-*']));
    client.emit('subscribe', undefined as never, 'no function' as never);
    (client as Socket).emit('nonsense', { a: 1 });
    expect(await client.emitWithAck('unsubscribe', {})).toEqual({ ok: true });
  });
});

describe('what listeners hear', () => {
  it('figures once a second, with the panes that are new or changed since', async () => {
    const client = await subscribed();
    await next(client, 'metrics');
    gateway.rooms.changes$.next({ stream_id: 'room-1', panes: [pane(START + 2000)], presentations: [], cues: [] });
    expect(await next(client, 'metrics')).toMatchObject({
      ...{ v: 1, stream_id: 'room-1', mode: 'live', as_of: START + 3000 },
      panes: [{ ts: START + 2000, viewer_seconds: 0 }],
      windows: { '60s': { dropoff_ratio: 2 } },
    });
    expect((await next(client, 'metrics')).panes).toEqual([]);
  });

  it('every alert in order of seq; who was away gets what it missed', async () => {
    const client = await subscribed();
    const heard: number[] = [];
    client.on('alert', ({ alert }) => heard.push(alert.seq));
    await gateway.alerts.decide([decision('a1'), decision('a2')]);
    await gateway.alerts.decide([
      decision('a1', { status: 'resolved', updated_at: START + 9, resolved_at: START + 9 }),
    ]);
    while (heard.length < 3) await next(client, 'metrics');
    expect(heard).toEqual([1, 2, 3]);
    const late = await connect(await gateway.token('producer', ['room-*']));
    const reply = await late.emitWithAck('subscribe', { stream_id: 'room-1', since_seq: 1 });
    if (!reply.ok) throw new Error(reply.error);
    expect([reply.snapshot.alerts.map(({ seq }) => seq), reply.snapshot.seq]).toEqual([[2, 3], 3]);
  });

  it('cues at once, and a redacted sample of the danmaku', async () => {
    const client = await subscribed();
    const read = (event: ReadEvent['event']): ReadEvent => ({
      ...{ event, input: 'journal', position: 1, append_ts: 1, lateness: 'on_time', effective_ts: event.ts },
    });
    const base = { event_id: 'e1', stream_id: 'room-1', ts: START };
    const viewer = { hi: 1, lo: 1 };
    const cue = next(client, 'cue');
    const danmaku = next(client, 'danmaku');
    gateway.rooms.read$.next([
      read({ ...base, type: 'script_cue', label: 'closing', variant: undefined }),
      read({ ...base, type: 'danmaku', viewer, text: '加我 138 0000 1111' }),
    ]);
    expect((await cue).cue).toMatchObject({ event_id: 'e1', type: 'script_cue', label: 'closing', item_id: null });
    expect((await danmaku).messages).toEqual([{ ts: START, text: `加我 ${'*'.repeat(13)}` }]);
  });

  it('nothing any more after they unsubscribed', async () => {
    const client = await subscribed();
    const witness = await subscribed();
    await client.emitWithAck('unsubscribe', { stream_id: 'room-1' });
    let heard = 0;
    client.onAny(() => heard++);
    await next(witness, 'metrics');
    await next(witness, 'metrics');
    expect(heard).toBe(0);
  });
});

describe('what people do', () => {
  it('acknowledging is answered with the alert, and told to all', async () => {
    const client = await subscribed();
    const witness = await subscribed();
    const told = next(witness, 'alert');
    const reply = await client.emitWithAck('ack_alert', { stream_id: 'room-1', alert_id: 'a2', outcome: 'acted' });
    expect(reply).toMatchObject({
      ok: true,
      alert: { status: 'acknowledged', acked_by: 'a-producer', outcome: 'acted' },
    });
    expect((await told).alert.alert_id).toBe('a2');
  });

  it('an alert is known by its id alone, while it fires and when it is over', async () => {
    const client = await subscribed();
    await gateway.alerts.decide([decision('a3'), decision('foreign', { stream_id: 'other-1' })]);
    const firing = await client.emitWithAck('ack_alert', { alert_id: 'a3' });
    expect(firing).toMatchObject({ ok: true, alert: { stream_id: 'room-1', status: 'acknowledged' } });
    const { alert } = firing as { alert: Alert };
    await gateway.alerts.resolve('room-1', 'a3', 'a-producer', START + 9);
    gateway.writer.writeAlerts([alert]);
    await gateway.writer.flush();
    expect(await client.emitWithAck('ack_alert', { alert_id: 'foreign' })).toEqual({ ok: false, error: 'not_found' });
    await gateway.alerts.resolve('other-1', 'foreign', 'a-producer', START + 9);
    const over = await client.emitWithAck('ack_alert', { alert_id: 'a3', outcome: 'acted' });
    expect(over).toMatchObject({ ok: true, alert: { stream_id: 'room-1', status: 'resolved', outcome: 'acted' } });
  });

  it.each([
    ['forbidden', 'analyst', { stream_id: 'room-1', alert_id: 'a2' }],
    ['not_found', 'producer', { stream_id: 'room-1', alert_id: 'zz' }],
    ['forbidden', 'analyst', { alert_id: 'a2' }],
    ['not_found', 'producer', { alert_id: 'zz' }],
    ['not_found', 'producer', { stream_id: 'other-1', alert_id: 'a2' }],
    ['invalid', 'producer', { stream_id: 'room-1', alert_id: 'a2', outcome: 'fine' }],
  ] as const)('acknowledging: %s for %s', async (error, role, request) => {
    const client = await connect(await gateway.token(role, ['room-*']));
    expect(await client.emitWithAck('ack_alert', request as never)).toEqual({ ok: false, error });
  });

  it('a cue goes into the log; one of no known form does not', async () => {
    const client = await subscribed();
    const cue = { type: 'script_cue', label: 'closing' } as const;
    expect(await client.emitWithAck('add_cue', { stream_id: 'room-1', ...cue })).toEqual({
      ok: true,
      event_id: 'op:1',
    });
    expect(gateway.intake.cues.at(-1)).toEqual({ stream_id: 'room-1', cue, by: 'a-producer' });
    const bad = { stream_id: 'room-1', type: 'script_cue', item_id: 'x' } as const;
    expect(await client.emitWithAck('add_cue', bad)).toEqual({ ok: false, error: 'invalid' });
  });
});

describe('the wall', () => {
  it('shows every live room the token may see, the one in need first', async () => {
    const client = await connect(await gateway.token('admin'));
    const reply = await client.emitWithAck('subscribe_wall', {});
    if (!reply.ok) throw new Error(reply.error);
    expect(reply.rooms.map(({ stream_id }) => stream_id)).toEqual(['room-1', 'other-1']);
    expect((await next(client, 'wall')).rooms[0]).toMatchObject({ stream_id: 'room-1', dropoff_ratio: 2, need: 1 });
    const own = await connect(await gateway.token('control_room', ['other-*']));
    expect(await own.emitWithAck('subscribe_wall', {})).toMatchObject({ rooms: [{ stream_id: 'other-1' }] });
  });
});
