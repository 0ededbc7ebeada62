import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import type { TokenRole } from '#auth';
import type { Answer, ClientToServer, HostAnswer, HostView, ServerToClient } from '#contract';
import { emptyItemCounts, emptyPane } from '#domain';
import { startGateway, summaryOf } from '../../../../test/kit/gateway-app.js';
import type { GatewayUnderTest } from '../../../../test/kit/gateway-app.js';
import { presentation } from '../../../../test/kit/stored-rows.js';

const START = 1_790_000_000_000;
const SECONDS = 400;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
  gateway.clock.now = START + SECONDS * 1000;
  const panes = Array.from({ length: SECONDS }, (_, s) => ({
    ...emptyPane('room-1', START + s * 1000),
    ...{ revision: 1, online: 100, viewer_ms: 100_000, orders_paid: 1 },
    by_item: { tea: { ...emptyItemCounts(), units_paid: s % 10 === 0 ? 1 : 0 } },
  }));
  gateway.writer.writePanes(panes);
  gateway.writer.writePresentations([
    { ...presentation('room-1', 'p1', 'tea', START + 100_000, null), title: 'Tea', stock: 100, price_minor: 5_900 },
  ]);
  gateway.writer.writeStreams([summaryOf('room-1', START, SECONDS)]);
  await gateway.writer.flush();
});
afterAll(() => gateway.close());

const ask = async (role: TokenRole, path: string, body?: unknown, streams = ['*']): Promise<Response> =>
  fetch(`${gateway.url}/api/v1/streams/room-1/${path}`, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { Authorization: `Bearer ${await gateway.token(role, streams)}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const host = async (): Promise<HostAnswer> => (await (await ask('host', 'host')).json()) as HostAnswer;
const SHOWABLE = ['online', 'orders', 'gmv_minor', 'dropoff_ratio', 'alerts'];

describe("the host's screen", () => {
  it('shows what is on, its stock less what was paid since, and no number that nobody shows', async () => {
    const shown = await host();
    expect(shown).toMatchObject({ stream_id: 'room-1', message: null, next: null });
    // One unit in ten seconds, 300 s since it came on.
    expect(shown.item).toMatchObject({ item_id: 'tea', title: 'Tea', price_minor: 5_900, stock_left: 70 });
    expect(Object.keys(shown).filter((name) => SHOWABLE.includes(name))).toEqual([]);
  });

  it('counts the time left by the plan, below zero when it is over, and names what is next', async () => {
    const line = { title: null, planned_from_s: null, planned_gmv_minor: null, note: null };
    const lines = [
      { ...line, item_id: 'tea', planned_seconds: 240 },
      { ...line, item_id: 'cup', planned_seconds: 60 },
    ];
    expect((await ask('producer', 'rundown', { lines })).status).toBe(200);
    gateway.clock.now += 10_000; // what was read is old by then
    const { item, next, as_of } = await host();
    expect(item).toMatchObject({ planned_seconds: 240, seconds_left: 240 - (as_of - (START + 100_000)) / 1000 });
    expect(item!.seconds_left).toBeLessThan(0);
    expect(next).toEqual({ item_id: 'cup', title: null });
  });

  it('shows what the producer shows, at once', async () => {
    await host();
    const view: HostView = { show: ['orders', 'online'], message: 'slower, please' };
    expect(await (await ask('producer', 'host-view', view)).json()).toEqual(view);
    expect(await (await ask('control_room', 'host-view')).json()).toEqual(view);
    const shown = await host();
    expect(shown).toMatchObject({ message: 'slower, please', orders: SECONDS, online: 1 });
    expect(
      Object.keys(shown)
        .filter((name) => SHOWABLE.includes(name))
        .sort(),
    ).toEqual(['online', 'orders']);
  });

  it.each([{}, { show: ['profit'], message: null }, { show: ['online', 'online'], message: null }])(
    '%j is refused',
    async (view) => expect((await ask('producer', 'host-view', view)).status).toBe(400),
  );

  it('is all that a host sees, and only of the own rooms', async () => {
    expect((await ask('host', 'metrics')).status).toBe(403);
    expect((await ask('host', 'host-view')).status).toBe(403);
    expect((await ask('host', 'host-view', { show: [], message: null })).status).toBe(403);
    expect((await ask('host', 'host', undefined, ['room-2'])).status).toBe(404);
    expect((await ask('ingest', 'host')).status).toBe(403);
  });

  it('comes by the socket each second', async () => {
    const socket: Socket<ServerToClient, ClientToServer> = io(`${gateway.url}/live`, {
      auth: { token: await gateway.token('host') },
      transports: ['websocket'],
    });
    const reply = await new Promise<Answer<{ host: HostAnswer }>>((done) =>
      socket.emit('subscribe_host', { stream_id: 'room-1' }, done),
    );
    expect(reply).toMatchObject({ ok: true, host: { stream_id: 'room-1' } });
    const told = await new Promise<HostAnswer>((done) => socket.on('host', done));
    expect(told.item).toMatchObject({ item_id: 'tea' });
    const refused = await new Promise((done) => socket.emit('subscribe', { stream_id: 'room-1' }, done));
    expect(refused).toEqual({ ok: false, error: 'forbidden' });
    const unknown = await new Promise((done) => socket.emit('subscribe_host', { stream_id: 'no-room' }, done));
    expect(unknown).toEqual({ ok: false, error: 'not_found' });
    socket.disconnect();
  });
});
