import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MonitorUnderTest, startMonitorApp } from '../kit/monitor-app.js';

// An erased viewer once remained in the files in which ended rooms rest.
const START = 1_790_000_000_000;
const SESSION_MS = 20_000;
const REST_AFTER_MS = 700_000;
let monitor: MonitorUnderTest;
let directory: string;
const pseudonyms = new Map<string, string>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tallylight-erasure-'));
  monitor = await startMonitorApp(START + SESSION_MS, { DATA_DIR: directory });
  const events = ['ann', 'bob', 'eve'].map((viewer_id, n) => ({
    ...{ event_id: viewer_id, stream_id: 'room', ts: START + n * 1_000, type: 'enter', viewer_id },
  }));
  await monitor.fetch('/api/v1/events', {
    method: 'POST',
    body: JSON.stringify(events),
    headers: { 'content-type': 'application/json' },
  });
  await monitor.fetch('/api/v1/streams/close', {
    method: 'POST',
    body: JSON.stringify({ stream_ids: ['room'] }),
    headers: { 'content-type': 'application/json' },
  });
  const status = (): Promise<string | undefined> =>
    monitor.get<{ status: string }>('/streams/room').then(
      (stream) => stream.status,
      () => undefined,
    );
  while ((await status()) !== 'ended') await sleep(50);
  const rows = await (await monitor.fetch('/api/v1/streams/room/export?what=events&format=ndjson')).text();
  for (const row of rows.trim().split('\n')) {
    const { event_id, viewer } = JSON.parse(row) as { event_id: string; viewer: string };
    pseudonyms.set(event_id, viewer);
  }
}, 60_000);
afterAll(async () => {
  await monitor?.stop();
  await rm(directory, { recursive: true, force: true });
});

const erase = async (who: string): Promise<void> => {
  const answer = await monitor.fetch(`/api/v1/viewers/${pseudonyms.get(who)}`, { method: 'DELETE' });
  expect(await answer.json()).toEqual({ erased: ['room'], live: [] });
};

/** Who is in the newest file of a folder: a record has the halves of its key side by side. */
const rememberedIn = async (folder: string): Promise<string[]> => {
  const names = (await readdir(join(directory, folder))).filter((name) => name.endsWith('.bin'));
  const bytes = await readFile(join(directory, folder, names.sort().at(-1)!));
  return [...pseudonyms].flatMap(([who, pseudonym]) => {
    const key = Buffer.from(pseudonym, 'hex');
    const words = Buffer.concat([key.subarray(0, 4).reverse(), key.subarray(4).reverse()]);
    return bytes.includes(words) ? [who] : [];
  });
};

describe('a viewer who is erased', () => {
  it('is in no newer snapshot, and gone from a room that rests, while the others are there', async () => {
    await erase('ann');
    expect((await rememberedIn('snapshots')).sort()).toEqual(['bob', 'eve']);
    monitor.clock.now += REST_AFTER_MS;
    await erase('bob');
    expect(await rememberedIn('archive')).toEqual(['eve']);
    await erase('eve');
    expect(await rememberedIn('archive')).toEqual([]);
    expect(await monitor.get('/streams/room')).toMatchObject({ erased: 3, enters: 3 });
  });
});
