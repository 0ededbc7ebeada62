import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SESSION, simulateSession, type WireEvent } from '#simulate';
import { figure, quantile, type Bench } from './bench.js';
import { ADMIN_TOKEN, MonitorUnderLoad, post } from './monitor-under-load.js';
import { bodiesOf } from './rooms.js';
import type { Seen } from './socket-clients.js';

const CLIENTS = { full: 1_000, short: 20 };
const ROOMS = 10;
/** Viewers online in each room, for about 500 events a second each. */
const ONLINE = { full: 2_600, short: 50 };
const WARM_UP_S = { full: 45, short: 5 };
const MEASURED_S = { full: 20, short: 4 };
/** The rooms stay on air for as long as all clients may take to connect. */
const CONNECT_S_MAX = 180;
const POST_EVERY_MS = 100;
const CUE_EVERY_MS = 370;

/**
 * Question: how long from the moment something is posted to the moment a thousand browsers have it, while 5,000 events a
 * second come in? A cue is posted three times a second, to one room after the other, its label the wall clock; each of
 * the room's clients, in another process on the same machine, notes the clock when it has it. So the figure holds the
 * post, the journal's sync, the window and the fan-out. Figures carry no such label and go out on the second; for them
 * the spread is told: from the first client of a room that has a message to each other.
 */
export const run: Bench = async (size) => {
  const monitor = new MonitorUnderLoad();
  await monitor.start();
  const rooms = Array.from({ length: ROOMS }, (_, n) => `socket-${n}`);
  const feed = new Feed(monitor.url, rooms, ONLINE[size], WARM_UP_S[size] + MEASURED_S[size] + CONNECT_S_MAX);
  feed.start();
  await sleep(3_000);
  const program = fileURLToPath(new URL('./socket-clients.js', import.meta.url));
  const clients = fork(program, [monitor.url, ADMIN_TOKEN, String(CLIENTS[size]), ...rooms]);
  const ask = async (): Promise<Seen> => {
    clients.send('tell');
    const [seen] = (await once(clients, 'message')) as [Seen];
    return seen;
  };
  await once(clients, 'message');
  await sleep(WARM_UP_S[size] * 1000 - 3_000);

  await ask();
  feed.sent = 0;
  const startedAt = performance.now();
  let cues = 0;
  const timer = setInterval(() => feed.cue(rooms[cues++ % ROOMS]!), CUE_EVERY_MS);
  await sleep(MEASURED_S[size] * 1000);
  clearInterval(timer);
  const seconds = (performance.now() - startedAt) / 1000;
  const eventsPerS = feed.sent / seconds;
  await sleep(500);
  const seen = await ask();
  if (feed.isDry) throw new Error('the rooms of the bench were over before it had measured: nothing came in');
  feed.stop();
  clients.kill();
  await monitor.discard();
  const scale = `${CLIENTS[size]} clients, ${Math.round(eventsPerS)} events/s in, ${seen.cueLatenciesMs.length} receipts`;
  return [
    figure('socket', quantile(seen.cueLatenciesMs, 0.99), 'ms p99', { value_max: 100 }, scale),
    figure('socket.median', quantile(seen.cueLatenciesMs, 0.5), 'ms', undefined, scale),
    figure('socket.metrics_spread', quantile(seen.metricsSpreadMs, 0.99), 'ms p99', undefined, scale),
    figure('socket.bytes', seen.bytes / seconds / CLIENTS[size], 'bytes/s to a client'),
  ];
};

/** Simulated rooms played at the clock's pace. */
class Feed {
  sent = 0;
  readonly #sessions: { events: Iterator<WireEvent>; next: WireEvent | undefined }[];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    rooms: readonly string[],
    online: number,
    duration_s: number,
  ) {
    this.#sessions = rooms.map((stream_id, seed) => {
      const options = { ...DEFAULT_SESSION, seed, stream_id, online, start_ts: Date.now(), duration_s };
      const events = simulateSession(options);
      return { events, next: events.next().value ?? undefined };
    });
  }

  /** Every room has been played to its end. */
  get isDry(): boolean {
    return this.#sessions.every(({ next }) => next === undefined);
  }

  start(): void {
    this.#timer = setInterval(() => this.#play(), POST_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  cue(stream_id: string): void {
    const ts = Date.now();
    const cue = { type: 'script_cue', event_id: `cue-${ts}`, stream_id, ts, label: String(ts) } as const;
    void post(this.url, bodiesOf([cue])[0]!);
  }

  #play(): void {
    const now = Date.now();
    const due: WireEvent[] = [];
    for (const session of this.#sessions) {
      for (
        ;
        session.next !== undefined && session.next.ts <= now;
        session.next = session.events.next().value ?? undefined
      )
        due.push(session.next);
    }
    this.sent += due.length;
    for (const body of bodiesOf(due)) void post(this.url, body);
  }
}
