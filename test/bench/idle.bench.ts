import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SESSION, simulateSession } from '#simulate';
import { figure, type Bench } from './bench.js';
import { MonitorUnderLoad, post } from './monitor-under-load.js';
import { bodiesOf } from './rooms.js';

const STREAMS = { full: 2_000, short: 100 };
const ACTIVE = { full: 50, short: 5 };
const SETTLING_MS = { full: 10_000, short: 1_000 };
/** Long enough for a checkpoint, which comes each 30 s. */
const MEASURED_MS = { full: 35_000, short: 2_000 };

/**
 * Question: what do thousands of rooms cost in which nothing happens? Every room is on air, with ten viewers present.
 * `idle`: nobody sends anything at all. `idle.fifty_active`: fifty rooms send one event a second each, in one post; what
 * they cost by themselves is in it too. Processor time of the whole monitor process, all threads, as it tells itself.
 */
export const run: Bench = async (size) => {
  const monitor = new MonitorUnderLoad();
  await monitor.start();
  const streams = Array.from({ length: STREAMS[size] }, (_, n) => `idle-${n}`);
  for (const stream_id of streams) await post(monitor.url, openingOf(stream_id));
  await sleep(SETTLING_MS[size]);
  const quiet = await monitor.shareOfCore(MEASURED_MS[size]);

  const active = streams.slice(0, ACTIVE[size]);
  const timer = setInterval(() => void post(monitor.url, likesOf(active, Date.now())), 1000);
  const busy = await monitor.shareOfCore(MEASURED_MS[size]);
  clearInterval(timer);
  await monitor.discard();
  const note = `${streams.length} rooms on air`;
  return [
    figure('idle', quiet, '% of a core', { value_max: 3 }, `${note}, nothing comes in`),
    figure('idle.some_active', busy, '% of a core', undefined, `${note}, ${active.length} with an event a second each`),
  ];
};

/** The first two seconds of a small room, at the clock's time. */
const openingOf = (stream_id: string): Buffer => {
  const options = { ...DEFAULT_SESSION, stream_id, start_ts: Date.now() - 2_000, online: 50, duration_s: 1_800 };
  const events = [];
  for (const event of simulateSession(options)) {
    if (event.ts >= options.start_ts + 2_000) break;
    events.push(event);
  }
  return bodiesOf(events)[0]!;
};

const likesOf = (streams: readonly string[], ts: number): Buffer =>
  bodiesOf(
    streams.map((stream_id) => {
      return { type: 'like', stream_id, event_id: `like-${ts}`, ts, viewer_id: 'a-fan', count: 3 } as const;
    }),
  )[0]!;
