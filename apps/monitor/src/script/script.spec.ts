import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import type { ActionsAnswer, ActionShown, AuditAnswer, ClientToServer, RundownAnswer, ServerToClient } from '#contract';
import { emptyPane } from '#domain';
import type { TokenRole } from '#auth';
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
    ...{ revision: 1, online: 100, viewer_ms: 100_000, gmv_paid_minor: 1000 },
    orders_paid: s < 200 ? 1 : 3,
  }));
  gateway.writer.writePanes(panes);
  gateway.writer.writePresentations([presentation('room-1', 'p1', 'tea', START + 100_000, null)]);
  gateway.writer.writeStreams([summaryOf('room-1', START, SECONDS)]);
  await gateway.writer.flush();
});
afterAll(() => gateway.close());

const ask = async (role: TokenRole, path: string, method = 'GET', body?: unknown): Promise<Response> =>
  fetch(`${gateway.url}/api/v1/streams/room-1/${path}`, {
    method,
    headers: { Authorization: `Bearer ${await gateway.token(role)}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const read = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;

const line = {
  item_id: 'tea',
  title: 'Tea',
  planned_from_s: 0,
  planned_seconds: 300,
  planned_gmv_minor: null,
  note: null,
};

describe('the rundown', () => {
  it('is empty until it is put, and then as it was put last', async () => {
    expect(await read(ask('producer', 'rundown'))).toMatchObject({ lines: [], updated_at: null });
    await ask('producer', 'rundown', 'PUT', { lines: [line, line] });
    gateway.clock.now++;
    const put = await read<RundownAnswer>(ask('producer', 'rundown', 'PUT', { lines: [line] }));
    expect(put).toEqual({
      stream_id: 'room-1',
      lines: [line],
      updated_at: gateway.clock.now,
      updated_by: 'a-producer',
    });
    expect(await read(ask('analyst', 'rundown'))).toEqual(put);
  });

  it.each([{}, { lines: [{ item_id: 'tea' }] }, { lines: [{ ...line, planned_seconds: 0 }] }, { lines: [], more: 1 }])(
    '%j is refused',
    async (body) => expect((await ask('producer', 'rundown', 'PUT', body)).status).toBe(400),
  );

  it('is put by producers, not by others', async () => {
    for (const role of ['analyst', 'control_room', 'host'] as const)
      expect((await ask(role, 'rundown', 'PUT', { lines: [] })).status).toBe(403);
  });
});

describe('an action', () => {
  it('has the item that was on, and what followed once that has passed', async () => {
    const noted = await read<ActionShown>(
      ask('producer', 'actions', 'POST', { kind: 'offer', text: '20 off', ts: START + 200_000 }),
    );
    expect(noted).toMatchObject({ stream_id: 'room-1', item_id: 'tea', by: 'a-producer', alert_id: null });
    const orders = noted.followed!.find(({ metric }) => metric === 'orders_per_min')!;
    expect(orders).toMatchObject({ before: 60, after: 180, change: 120 });
    expect(orders.low).toBeGreaterThan(0);
    const fresh = await read<ActionShown>(ask('producer', 'actions', 'POST', { kind: 'note', text: 'now' }));
    expect(fresh).toMatchObject({ ts: gateway.clock.now, followed: null });
    const { actions } = await read<ActionsAnswer>(ask('analyst', 'actions'));
    expect(actions).toEqual([noted, fresh]);
  });

  it('outside the session is refused, and so is one by who may not act', async () => {
    const early = await ask('producer', 'actions', 'POST', { kind: 'note', text: 'x', ts: START - 1 });
    expect(early.status).toBe(400);
    expect((await ask('analyst', 'actions', 'POST', { kind: 'note', text: 'x' })).status).toBe(403);
  });

  it('over the socket is told to everybody in the room, and written down', async () => {
    const socket: Socket<ServerToClient, ClientToServer> = io(`${gateway.url}/live`, {
      transports: ['websocket'],
      auth: { token: await gateway.token('producer', ['room-*']) },
    });
    try {
      await socket.emitWithAck('subscribe', { stream_id: 'room-1' });
      // What followed an earlier action may be told meanwhile.
      const told = new Promise<ActionShown>((resolve) =>
        socket.on('action', ({ action }) => action.text === 'yes' && resolve(action)),
      );
      const reply = await socket.emitWithAck('add_action', { stream_id: 'room-1', kind: 'answer', text: 'yes' });
      if (!reply.ok) throw new Error(reply.error);
      expect(await told).toEqual(reply.action);
      const stray = await socket.emitWithAck('add_action', { stream_id: 'other-1', kind: 'answer', text: 'yes' });
      expect(stray).toEqual({ ok: false, error: 'not_found' });
      const audit = await fetch(`${gateway.url}/api/v1/audit`, {
        headers: { Authorization: `Bearer ${await gateway.token('admin')}` },
      });
      const { entries } = (await audit.json()) as AuditAnswer;
      expect(entries).toContainEqual(expect.objectContaining({ action: 'add_action', by: 'a-producer' }));
    } finally {
      socket.disconnect();
    }
  });
});
