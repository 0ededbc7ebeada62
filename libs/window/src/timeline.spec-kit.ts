import {
  DEFAULT_EVENT_TIME,
  type EventTimeSettings,
  type InputId,
  type LiveEvent,
  type LogRecord,
  type MonitorRecord,
  type Pane,
  type Presentation,
  type ReadEvent,
  type StreamSummary,
  type Visit,
  type ViewerKey,
} from '#domain';
import { step, type WindowState } from './step.js';

/** Second 0 of every timeline, ms; a multiple of a minute. */
export const T0 = 1_760_000_040_000;
export const STREAM = 'room-1';

type Body = LiveEvent | MonitorRecord;
interface Line {
  body: Body;
  append_ts?: number;
  input?: InputId;
}

const keyOf = (name: string): ViewerKey => ({
  hi: [...name].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) | 0, 7),
  lo: [...name].reduce((hash, c) => (hash * 131 + c.charCodeAt(0)) | 0, 11),
});
let ids = 0;
const base = (s: number, event_id = `e${ids++}`) => ({ event_id, stream_id: STREAM, ts: T0 + Math.round(s * 1000) });

/** Events by what they are, whose, and when, in seconds of the timeline. */
export const enter = (who: string, s: number, source?: 'ad' | 'search', id?: string): LiveEvent => ({
  ...base(s, id),
  type: 'enter',
  viewer: keyOf(who),
  source,
  returning: undefined,
  device: undefined,
  region: undefined,
});
export const leave = (who: string, s: number, id?: string): LiveEvent => ({
  ...base(s, id),
  type: 'leave',
  viewer: keyOf(who),
});
export const heartbeat = (who: string, s: number, id?: string): LiveEvent => ({
  ...base(s, id),
  type: 'heartbeat',
  viewer: keyOf(who),
});
export const danmaku = (who: string, s: number, id?: string): LiveEvent => ({
  ...base(s, id),
  type: 'danmaku',
  viewer: keyOf(who),
  text: '好',
});
export const click = (who: string, item_id: string, s: number): LiveEvent => ({
  ...base(s),
  type: 'item_click',
  viewer: keyOf(who),
  item_id,
});
export const onlineCount = (count: number, s: number): LiveEvent => ({ ...base(s), type: 'online_count', count });
export const presented = (item_id: string, s: number, id?: string): LiveEvent => ({
  ...base(s, id),
  type: 'item_presented',
  item_id,
  title: undefined,
  price_minor: undefined,
  stock: undefined,
});
export const withdrawn = (item_id: string, s: number): LiveEvent => ({ ...base(s), type: 'item_withdrawn', item_id });
export const ended = (s: number, id?: string): LiveEvent => ({ ...base(s, id), type: 'stream_ended' });
export const started = (s: number, currency?: string): LiveEvent => ({
  ...base(s),
  type: 'stream_started',
  title: 'T',
  host: undefined,
  host_kind: undefined,
  channel: undefined,
  currency,
  planned_gmv_minor: undefined,
});
export const order = (
  type: 'order_created' | 'order_paid' | 'order_cancelled' | 'order_refunded',
  who: string,
  order_id: string,
  s: number,
  {
    item_id = 'i1',
    amount_minor = 100,
    quantity = 1,
    currency = 'CNY',
    source,
  }: Partial<Extract<LiveEvent, { order_id: string }>> = {},
): LiveEvent => ({ ...base(s), type, viewer: keyOf(who), order_id, item_id, quantity, amount_minor, currency, source });
/** When a record is appended that is not {@link appended} at a time of its own. */
export const UNLESS_TOLD_TS = T0 + 1e9;
/** The stream has been silent for as long as it may. */
export const closed = (s: number): Line => ({
  body: { kind: 'stream_closed', stream_id: STREAM, ended_at: T0 + s * 1000 },
  append_ts: UNLESS_TOLD_TS + DEFAULT_EVENT_TIME.streamIdleEndMs,
});
/** The input has been silent for a minute. */
export const setAside = (input: InputId): Line => ({
  body: { kind: 'input_set_aside', stream_id: STREAM, input },
  append_ts: UNLESS_TOLD_TS + 60_000,
});
/** The same record, on another input or appended at another time, in seconds of the timeline. */
export const on = (input: InputId, body: Body): Line => ({ body, input });
export const appended = (s: number, body: Body): Line => ({ body, append_ts: T0 + s * 1000 });

export interface Played {
  /** Newest row of each pane, by second of the timeline. */
  panes: Map<number, Pane>;
  pane: (s: number) => Pane | undefined;
  /** Every row written of the pane of second `s`. */
  rows: (s: number) => Pane[];
  visits: Visit[];
  presentations: Presentation[];
  read: ReadEvent[];
  duplicates: number;
  summary: StreamSummary;
  state: WindowState;
}

/** Plays a log in batches of `size` (default: all at once), everything appended long after it happened unless a line says otherwise. `between`: what becomes of the state before each batch. */
export const play = (
  lines: readonly (Body | Line)[],
  size = Infinity,
  settings: EventTimeSettings = DEFAULT_EVENT_TIME,
  between: (state: WindowState) => WindowState = (state) => state,
): Played => {
  let state: WindowState = new Map();
  const rows: Pane[] = [];
  const visits = new Map<string, Visit>();
  const presentations = new Map<string, Presentation>();
  const read: ReadEvent[] = [];
  let duplicates = 0;
  let summary: StreamSummary | undefined;
  const records = lines.map((line, position) => {
    const { body, append_ts, input } = 'body' in line ? line : ({ body: line } as Line);
    return { input: input ?? 'journal', position, append_ts: append_ts ?? UNLESS_TOLD_TS, body } as LogRecord;
  });
  for (let at = 0; at < records.length; at += size) {
    state = between(state);
    const out = step(state, { records: records.slice(at, at + size) }, { settings, rates: { 'USD/CNY': '7.1' } });
    read.push(...out.read);
    duplicates += out.duplicates;
    for (const stream of out.streams) {
      rows.push(...stream.moments.map(({ pane }) => structuredClone(pane)), ...structuredClone(stream.corrected));
      for (const visit of stream.visits) visits.set(`${visit.viewer.hi}/${visit.viewer.lo}/${visit.from}`, visit);
      for (const each of stream.presentations) presentations.set(each.presentation_id, each);
      summary = stream.summary;
    }
  }
  const second = (pane: Pane): number => (pane.ts - T0) / 1000;
  const panes = new Map(rows.sort((a, b) => a.revision - b.revision).map((pane) => [second(pane), pane]));
  return {
    panes,
    pane: (s) => panes.get(s),
    rows: (s) => rows.filter((pane) => second(pane) === s),
    visits: [...visits.values()].sort((a, b) => a.from - b.from || a.viewer.hi - b.viewer.hi),
    presentations: [...presentations.values()].filter((each) => !each.withdrawn).sort((a, b) => a.from - b.from),
    read,
    duplicates,
    summary: summary!,
    state,
  };
};
