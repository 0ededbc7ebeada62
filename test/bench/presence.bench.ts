import { setImmediate as giveWay, setTimeout as after } from 'node:timers/promises';
import { DEFAULT_EVENT_TIME, type LiveEvent, type LogRecord } from '#domain';
import { snapshotBytes } from '#ingest';
import { step, type WindowState } from '#window';
import { figure, type Bench } from './bench.js';

const VIEWERS = { full: 1_000_000, short: 50_000 };
const JOINING_S = 50;
const HEARTBEAT_S = 10;
/** Event time that passes with heartbeats alone before memory is looked at: longer than ids are remembered. */
const BEATING_S = { full: 90, short: 20 };
const EVENTS_PER_BATCH = 2_000;
const T0 = Date.UTC(2026, 0, 1, 12);
const STREAM = 'douyin:room-7301245519:2026-01-01';
const WINDOW = { settings: DEFAULT_EVENT_TIME, rates: {} };

/**
 * Question: what does a viewer who is present cost in memory, and does keeping a million of them ever hold the process?
 * All join one room within fifty seconds and send a heartbeat each ten seconds from then on, through `step` as in the
 * monitor; at last the stream ends with all of them there. Memory is what is alive
 * after a full collection, above the same process before the first viewer; once with the two seconds of events that
 * wait for their panes, which are events and not presence, and once without them. A pause is the longest that one `step`
 * takes, and apart from it what serialising the room for a snapshot takes: in processor time of the whole process,
 * collector threads too, so it is never less than how long the loop stands still, whoever else uses the machine.
 */
export const run: Bench = async (size) => {
  const viewers = VIEWERS[size];
  const state: WindowState = new Map();
  const log = new RoomLog(state, viewers);
  log.batch([], T0);
  const idleBytes = await bytesAlive();

  for (let second = 0; second < JOINING_S; second++) {
    await log.second(second, 'enter', JOINING_S);
    for (let since = HEARTBEAT_S; since <= second; since += HEARTBEAT_S)
      await log.second(second, 'heartbeat', JOINING_S, second - since);
  }
  const joiningPauseMs = log.takeLongestMs();
  const beatingUntil = JOINING_S + BEATING_S[size];
  for (let second = JOINING_S; second < beatingUntil; second++) await log.second(second, 'heartbeat', HEARTBEAT_S);
  const beatingPauseMs = log.takeLongestMs();
  const { presence } = state.get(STREAM)!;
  if (presence.open !== viewers) throw new Error(`${presence.open} viewers are present, expected ${viewers}`);
  const perViewer = (bytes: number): number => (bytes - idleBytes) / viewers;
  const waiting = perViewer(await bytesAlive());

  const snapshotMs = snapshotCpuMs(state);

  // The last events' panes are made final, by one heartbeat just late enough that nobody times out meanwhile.
  const last = log.eventOf('heartbeat', 0, T0 + beatingUntil * 1000 + DEFAULT_EVENT_TIME.outOfOrderMs);
  log.batch([last], last.ts);
  const resting = perViewer(await bytesAlive());

  // The stream ends with all of them there: a million visits are over at one moment.
  log.takeLongestMs();
  log.end(last.ts + 1);
  const endingPauseMs = log.takeLongestMs();
  const scale = `${viewers} viewers in one room`;
  return [
    figure('presence.memory', resting, 'bytes/viewer', { value_max: 150 }, scale),
    figure('presence.memory_on_air', waiting, 'bytes/viewer', undefined, `${scale}, with the events that wait`),
    figure('presence.pause', beatingPauseMs, 'ms', { value_max: 50 }, `longest step while heartbeats go on`),
    figure('presence.pause_joining', joiningPauseMs, 'ms', { value_max: 50 }, `longest step while all join`),
    figure('presence.pause_ending', endingPauseMs, 'ms', { value_max: 50 }, 'the stream ends, every visit is censored'),
    figure('presence.pause_snapshot', snapshotMs, 'ms', { value_max: 50 }, 'serialising the room, once in 30 s'),
  ];
};

/** In a function of its own, so that what was serialised is not alive any more when memory is looked at. */
const snapshotCpuMs = (state: WindowState): number => {
  const head = { positions: new Map(), resting: new Map() };
  const startedAt = cpuMs();
  for (const piece of snapshotBytes(head, [{ stream_id: STREAM, positions: new Map(), state: state.get(STREAM) }]))
    void piece;
  return cpuMs() - startedAt;
};

/** The log of one room: makes the events of a second, in batches, and keeps the longest time that a step took. */
class RoomLog {
  #position = 0;
  #longestMs = 0;

  constructor(
    private readonly state: WindowState,
    private readonly viewers: number,
  ) {}

  /** Every `of`-th viewer, from the `first` on, does a thing in this second. */
  async second(second: number, type: 'enter' | 'heartbeat', of: number, first = second % of): Promise<void> {
    let events: LiveEvent[] = [];
    const share = this.viewers / of;
    for (let i = 0; i < share; i++) {
      const ts = T0 + second * 1000 + Math.floor((i * 1000) / share);
      events.push(this.eventOf(type, first + i * of, ts));
      if (events.length < EVENTS_PER_BATCH) continue;
      this.batch(events, ts);
      events = [];
      await giveWay();
    }
    this.batch(events, T0 + second * 1000 + 999);
  }

  batch(events: readonly LiveEvent[], append_ts: number): void {
    const records = events.map((body): LogRecord => ({
      input: 'journal',
      position: this.#position++,
      append_ts,
      body,
    }));
    const startedAt = cpuMs();
    step(this.state, { records }, WINDOW);
    this.#longestMs = Math.max(this.#longestMs, cpuMs() - startedAt);
  }

  /** The stream ends at `ts`, and is closed once that has been read. */
  end(ts: number): void {
    const end: LiveEvent = { event_id: 'end', stream_id: STREAM, ts, type: 'stream_ended' };
    this.batch([end], ts);
    this.batch(
      [this.eventOf('heartbeat', 0, ts + DEFAULT_EVENT_TIME.outOfOrderMs)],
      ts + DEFAULT_EVENT_TIME.outOfOrderMs,
    );
  }

  takeLongestMs(): number {
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return longestMs;
  }

  eventOf(type: 'enter' | 'heartbeat', viewer: number, ts: number): LiveEvent {
    const common = {
      event_id: `${type}-${viewer}-${ts}`,
      stream_id: STREAM,
      ts,
      viewer: { hi: mixed(viewer), lo: mixed(~viewer) },
    };
    if (type === 'heartbeat') return { ...common, type };
    return { ...common, type, source: 'recommend', returning: false, device: 'android', region: undefined };
  }
}

/** As evenly spread as the hashes that viewers really have (the finaliser of MurmurHash3). */
const mixed = (n: number): number => {
  const half = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  const most = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return most ^ (most >>> 16);
};

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Collected twice, giving way in between: buffers are freed beside the loop, after the collection that finds them dead. */
const bytesAlive = async (): Promise<number> => {
  if (globalThis.gc === undefined) throw new Error('memory can be measured only with --expose-gc');
  globalThis.gc();
  await after(200);
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
