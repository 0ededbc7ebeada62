import { DEFAULT_SESSION, IN_ORDER, deliver, simulateSession } from '#simulate';
import { type MonitorUnderTest, startMonitorApp } from './monitor-app.js';
import type { WireEvent } from './oracle/index.js';

export const EVENING_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;
const LONG_AFTER_MS = 1_790_000_000_000;
const BATCH = 2_000;
const STORED_WITHIN_MS = 60_000;

/** Two short simulated evenings of one host, a day apart, played into a monitor with disorder and duplicates, and over. */
export interface TwoEvenings {
  monitor: MonitorUnderTest;
  /** Each event once, by `ts`; of the first evening and of the second. */
  events: Readonly<Record<'first' | 'second', readonly WireEvent[]>>;
}

/** `environment`: what the monitor is told beside what every such one is. */
export const playTwoEvenings = async (environment: Readonly<Record<string, string>> = {}): Promise<TwoEvenings> => {
  const monitor = await startMonitorApp(LONG_AFTER_MS, environment);
  const events = { first: await play(monitor, 'first', 7, 0), second: await play(monitor, 'second', 8, 1) };
  return { monitor, events };
};

const play = async (monitor: MonitorUnderTest, stream_id: string, seed: number, day: number): Promise<WireEvent[]> => {
  const session = simulateSession({
    ...DEFAULT_SESSION,
    ...{ seed, stream_id, start_ts: EVENING_MS + day * DAY_MS + 123, duration_s: 300, online: 60 },
  });
  const delivery = { ...IN_ORDER, seed, disorder_ms: 2_000, duplicate_share: 0.03 };
  const sent = [...deliver(session, delivery)].map(({ event }) => event as WireEvent);
  for (let from = 0; from < sent.length; from += BATCH) {
    const body = sent.slice(from, from + BATCH).map((event) => JSON.stringify(event));
    const answer = await monitor.fetch('/api/v1/events', {
      method: 'POST',
      body: body.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    if (answer.status !== 200) throw new Error(`events were answered ${answer.status}: ${await answer.text()}`);
  }
  await end(monitor, stream_id);
  const once = new Map(sent.map((event) => [event.event_id, event]));
  return [...once.values()].sort((a, b) => a.ts - b.ts);
};

/** Closes a stream and waits until it is stored as ended. */
export const end = async (monitor: MonitorUnderTest, stream_id: string): Promise<void> => {
  await monitor.fetch('/api/v1/streams/close', {
    method: 'POST',
    body: JSON.stringify({ stream_ids: [stream_id] }),
    headers: { 'content-type': 'application/json' },
  });
  const until = performance.now() + STORED_WITHIN_MS;
  while (!(await isOver(monitor, stream_id))) {
    if (performance.now() > until) throw new Error(`${stream_id} did not end`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const isOver = async (monitor: MonitorUnderTest, stream_id: string): Promise<boolean> => {
  const answer = await monitor.fetch(`/api/v1/streams/${stream_id}`);
  return answer.status === 200 && ((await answer.json()) as { status: string }).status === 'ended';
};
