import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { startMonitorApp, type MonitorUnderTest } from '../kit/monitor-app.js';

const NOW = 1_764_000_000_000;
const VIEWERS = 20;

let store: ClickHouseFront;
let directory: string;
beforeAll(async () => {
  store = await startClickHouseFront();
  directory = await mkdtemp(join(tmpdir(), 'tallylight-stop-'));
});
afterAll(async () => {
  await store.stop();
  await rm(directory, { recursive: true });
});

const start = (): Promise<MonitorUnderTest> => startMonitorApp(NOW, { DATA_DIR: directory, CLICKHOUSE_URL: store.url });

describe('a stop', () => {
  // It waited for the store until it was killed, and a group kept its partitions for so long.
  it('ends while the store is away, and the next start stores what was taken', async () => {
    const monitor = await start();
    store.fail(true);
    const enters = Array.from({ length: VIEWERS }, (_, i) =>
      JSON.stringify({ type: 'enter', event_id: `e${i}`, stream_id: 'stopped', ts: NOW, viewer_id: `v${i}` }),
    );
    const headers = { 'content-type': 'application/x-ndjson' };
    const posted = await monitor.fetch('/api/v1/events', { method: 'POST', headers, body: enters.join('\n') });
    expect(await posted.json()).toMatchObject({ accepted: VIEWERS });
    await monitor.stop();

    store.fail(false);
    const again = await start();
    await again.stop();
    const stored = "SELECT count() AS n FROM events FINAL WHERE stream_id = 'stopped'";
    expect(await store.rows(stored)).toEqual([{ n: VIEWERS }]);
  }, 120_000);
});
