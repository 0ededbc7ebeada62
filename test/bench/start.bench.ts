import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '#store';
import { figure, median, type Bench } from './bench.js';
import { MonitorUnderLoad, postLanes } from './monitor-under-load.js';
import { bodiesOf, eventsOfRooms } from './rooms.js';

const EVENTS = { full: 200_000, short: 10_000 };
const FOLDER_BYTES = { full: 1 << 30, short: 16 << 20 };
const STARTS = { full: 3, short: 1 };
const ROWS_PER_INSERT = 200_000;
const TEXT_BYTES = 100;

/**
 * Question: how long from starting the program to ready, on a data folder of a gigabyte? The folder is made by the
 * monitor itself, from simulated rooms, and then filled up with random danmaku, which do not compress. Started several
 * times after an orderly stop, files in the page cache; what a start has to read is the same in a day-old folder, since
 * journal and snapshots are as long as they ever get between two checkpoints.
 */
export const run: Bench = async (size) => {
  const monitor = new MonitorUnderLoad();
  await monitor.start();
  await postLanes(monitor.url, [bodiesOf(eventsOfRooms(EVENTS[size]))]);
  await monitor.stop();
  await fillUp(monitor.dataDir, FOLDER_BYTES[size]);
  const bytes = sizeOf(monitor.dataDir);
  const starts: number[] = [];
  for (let i = 0; i < STARTS[size]; i++) {
    starts.push(await monitor.start());
    await sleep(500);
    await monitor.stop();
  }
  await monitor.discard();
  const note = `${(bytes / (1 << 20)).toFixed(0)} MiB; median of ${starts.length}`;
  return [figure('start', median(starts) / 1000, 's', { value_max: 3 }, note)];
};

const fillUp = async (dataDir: string, bytes: number): Promise<void> => {
  const client = await openClient({ kind: 'embedded', path: join(dataDir, 'store') });
  for (let from = 0; sizeOf(dataDir) < bytes; from += ROWS_PER_INSERT) {
    await client.write
      .run(`INSERT INTO events (stream_id, event_id, type, ts, effective_ts, append_ts, input, position, viewer, text)
      SELECT 'filled', toString(number), 'danmaku', number, number, number, 'journal', number, cityHash64(number),
        randomPrintableASCII(${TEXT_BYTES}) FROM numbers(${from}, ${ROWS_PER_INSERT})`);
  }
  await client.close();
};

const sizeOf = (path: string): number => {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return 0;
  return entry.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : entry.size;
};
