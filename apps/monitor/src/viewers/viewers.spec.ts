import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenRole } from '#auth';
import { viewerHex } from '#domain';
import { startGateway, summaryOf } from '../../../../test/kit/gateway-app.js';
import type { GatewayUnderTest } from '../../../../test/kit/gateway-app.js';
import { A, B, pane, read, visit } from '../../../../test/kit/stored-rows.js';

const START = 1_790_000_000_000;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway();
  const { writer } = gateway;
  for (const stream_id of ['over', 'live', 'other']) {
    const seen = stream_id === 'other' ? [B] : [A, B];
    writer.writePanes([pane(stream_id, START, { enters: 2, online: 2, danmaku: 2 })]);
    writer.writeVisits(seen.map((who) => visit(stream_id, who, START, START + 500)));
    writer.writeEvents(seen.map((who) => read(stream_id, { type: 'danmaku', ts: START + 1, viewer: who, text: 'hi' })));
    const status = stream_id === 'live' ? 'live' : 'ended';
    writer.writeStreams([
      { ...summaryOf(stream_id, START, 1), status, ended_at: status === 'live' ? null : START + 1000 },
    ]);
  }
  await writer.flush();
});
afterAll(() => gateway.close());

const ask = async (path: string, method = 'GET', role: TokenRole = 'admin'): Promise<Response> =>
  fetch(`${gateway.url}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${await gateway.token(role)}` } });
const said = async (stream_id: string): Promise<number> =>
  ((await (await ask(`/streams/${stream_id}/danmaku`)).json()) as { danmaku: unknown[] }).danmaku.length;
/** By an answer that is kept once it was asked for. */
const written = async (stream_id: string): Promise<number> =>
  ((await (await ask(`/streams/${stream_id}/keywords`)).json()) as { mood: { messages: number } }).mood.messages;

describe('a viewer who is erased', () => {
  it('is gone from the sessions that are over, which are marked; panes stay', async () => {
    expect(await (await ask('/streams/over')).json()).toMatchObject({ erased: 0, viewers: 2 });
    expect(await written('over')).toBe(2);
    const answer = await ask(`/viewers/${viewerHex(A)}`, 'DELETE');
    expect(await answer.json()).toEqual({ erased: ['over'], live: ['live'] });
    expect(await (await ask('/streams/over')).json()).toMatchObject({ erased: 1, viewers: 1, enters: 2, danmaku: 2 });
    expect(await (await ask('/streams/other')).json()).toMatchObject({ erased: 0, viewers: 1 });
    expect(await written('over')).toBe(1);
    expect([await said('over'), await said('live'), await said('other')]).toEqual([1, 2, 1]);
  });

  it('can be erased again: nothing is left to do', async () => {
    const answer = await ask(`/viewers/${viewerHex(A)}`, 'DELETE');
    expect(await answer.json()).toEqual({ erased: [], live: ['live'] });
    expect(await (await ask('/streams/over')).json()).toMatchObject({ erased: 1 });
  });

  it('is erased by administrators only, by a pseudonym, and the audit does not say whom', async () => {
    expect((await ask(`/viewers/${viewerHex(A)}`, 'DELETE', 'analyst')).status).toBe(403);
    expect((await ask('/viewers/ann', 'DELETE')).status).toBe(400);
    const audit = await (await ask('/audit')).text();
    expect(audit).toContain('erase_viewer');
    expect(audit).not.toContain(viewerHex(A));
  });

  it('is gone also from rows that were on their way to the store', async () => {
    const { rooms, writer } = gateway;
    rooms.stored = () => writer.flush();
    writer.writeEvents([read('other', { type: 'danmaku', ts: START + 2, viewer: B, text: 'late' })]);
    await ask(`/viewers/${viewerHex(B)}`, 'DELETE');
    await writer.flush();
    expect(await said('other')).toBe(0);
  });
});
