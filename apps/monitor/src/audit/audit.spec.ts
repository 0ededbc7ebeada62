import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditAnswer } from '#contract';
import { startGateway } from '../../../../test/kit/gateway-app.js';
import type { GatewayUnderTest } from '../../../../test/kit/gateway-app.js';
import { AuditLog } from './audit-log.js';

const NOON = 1_790_000_000_000;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway();
  for (const [minute, action] of ['export', 'put_rundown', 'query'].entries()) {
    gateway.clock.now = NOON + minute * 60_000;
    await gateway.app.get(AuditLog).note({ sub: 'ann', role: 'analyst' }, action, 'room-1', { minute });
  }
});
afterAll(() => gateway.close());

const ask = async (path: string, role: 'admin' | 'analyst' = 'admin'): Promise<Response> =>
  fetch(`${gateway.url}/api/v1/audit${path}`, { headers: { Authorization: `Bearer ${await gateway.token(role)}` } });
const actions = async (path: string): Promise<string[]> =>
  ((await (await ask(path)).json()) as AuditAnswer).entries.map(({ action }) => action);

describe('the audit', () => {
  it('tells who did what, newest first', async () => {
    const { entries, cursor } = (await (await ask('')).json()) as AuditAnswer;
    expect(entries.map(({ at }) => at)).toEqual([NOON + 120_000, NOON + 60_000, NOON]);
    expect(entries[0]).toMatchObject({ by: 'ann', role: 'analyst', action: 'query', target: 'room-1' });
    expect(entries[0]?.detail).toEqual({ minute: 2 });
    expect(cursor).toBeNull();
  });

  it('comes in pages and by range', async () => {
    const first = (await (await ask('?limit=2')).json()) as AuditAnswer;
    expect(first.entries).toHaveLength(2);
    expect(await actions(`?limit=2&cursor=${first.cursor}`)).toEqual(['export']);
    expect(await actions(`?from=${NOON + 60_000}&to=${NOON + 120_000}`)).toEqual(['put_rundown']);
  });

  it('is for administrators', async () => expect((await ask('', 'analyst')).status).toBe(403));
});
