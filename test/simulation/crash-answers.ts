import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashMonitor } from './crash-monitor.js';

type Json = Record<string, unknown>;

/** All that REST says of one ended stream. */
export interface StreamAnswers {
  stream: Json;
  points: Json[];
  by_source: Json[];
  by_item: Json[];
  presentations: Json[];
  items: Json[];
  retention: Json;
  alerts: Json[];
}

const ENDED_WITHIN_MS = 60_000;

/** Waits until the stream reads as ended, which is when it is complete, and asks for everything. */
export const answersOf = async (monitor: CrashMonitor, stream_id: string): Promise<StreamAnswers> => {
  const path = `/streams/${stream_id}`;
  const until = performance.now() + ENDED_WITHIN_MS;
  let stream = await monitor.get<Json>(path);
  while (stream?.['status'] !== 'ended') {
    if (performance.now() > until) throw new Error(`${stream_id} has not ended: ${JSON.stringify(stream)}`);
    await sleep(200);
    stream = await monitor.get<Json>(path);
  }
  const list = async (of: string, name: string): Promise<Json[]> =>
    ((await monitor.get<Json>(`${path}/${of}`))?.[name] ?? []) as Json[];
  return {
    stream,
    points: await list('metrics?step=1s', 'points'),
    by_source: await list('metrics?step=1s&by=source', 'points'),
    by_item: await list('metrics?step=1s&by=item', 'points'),
    presentations: await list('presentations', 'presentations'),
    items: await list('items', 'items'),
    retention: (await monitor.get<Json>(`${path}/retention`))!,
    alerts: await list('alerts?since_seq=0&limit=1000', 'alerts'),
  };
};

/** What a crash may change: when things were said, and how often an event was sent again. */
const OF_THE_RUN = [
  'log_lag_ms',
  'updated_at',
  'sent_at',
  'acked_at',
  // Who is told of an alert is judged by the clock.
  'notify',
  'late',
  'too_late',
  'duplicate',
  'stale_presence',
  // Counts alerts about the monitor itself too, which the wall clock decides; each alert's own status is compared.
  'alerts_firing',
];
/** About the monitor itself, by the wall clock. */
const OF_THE_MONITOR = ['feed_silent', 'data_stale'];

/**
 * The answers without what may differ between a run with crashes and one without. Requests that were not acknowledged
 * are sent again: ids are then counted as duplicates, and heartbeats, which no memory holds, as late and stale ones.
 */
export const comparable = ({ alerts, ...answers }: StreamAnswers): unknown => {
  const ofTheStream = alerts.filter(({ rule }) => !OF_THE_MONITOR.includes(String(rule)));
  const withoutSeq = ofTheStream.map((alert) => ({ ...alert, seq: 0 }));
  return settled({ ...answers, alerts: withoutSeq });
};

const settled = (value: unknown): unknown => {
  // The store adds expected leaves, which are no whole numbers, in whatever order its parts lie.
  if (typeof value === 'number') return Number(value.toPrecision(12));
  if (Array.isArray(value)) return value.map(settled);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !OF_THE_RUN.includes(name));
  return Object.fromEntries(kept.map(([name, of]) => [name, settled(of)]));
};
