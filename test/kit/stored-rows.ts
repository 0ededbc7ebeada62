import {
  emptyPane,
  type LiveEvent,
  type Pane,
  type Presentation,
  type ReadEvent,
  type StreamSummary,
  type ViewerKey,
  type Visit,
} from '#domain';
import { streamSummary } from './temporary-store.js';

/** Viewers that nobody else is. */
export const viewer = (n: number): ViewerKey => ({ hi: -n, lo: n });
export const A = viewer(1);
export const B = viewer(2);
export const C = viewer(3);

let position = 0;
/** An event without what {@link read} gives it. */
export type Given<Event> = Event extends LiveEvent
  ? Omit<Event, 'event_id' | 'stream_id'> & { event_id?: string }
  : never;
/** An accepted event, read next after the one before. */
export const read = (stream_id: string, given: Given<LiveEvent>, changes: Partial<ReadEvent> = {}): ReadEvent => {
  position++;
  return {
    event: { event_id: `e${position}`, ...given, stream_id } as LiveEvent,
    input: 'journal',
    position,
    append_ts: 1_000_000 + position,
    lateness: 'on_time',
    effective_ts: given.ts,
    ...changes,
  };
};

/** A visit `[from, to)`; `to` of `null`: it is open. */
export const visit = (
  stream_id: string,
  who: ViewerKey,
  from: number,
  to: number | null,
  changes: Partial<Visit> = {},
): Visit => ({
  stream_id,
  viewer: who,
  from,
  to,
  ended: to === null ? null : 'leave',
  source: 'other',
  returning: false,
  revision: 1,
  ...changes,
});

/** A pane with these counts and nothing else. */
export const pane = (stream_id: string, ts: number, changes: Partial<Pane>): Pane => ({
  ...emptyPane(stream_id, ts),
  ...changes,
});

/** A presentation `[from, to)` of an item. */
export const presentation = (
  stream_id: string,
  id: string,
  item_id: string,
  from: number,
  to: number | null,
): Presentation => ({
  presentation_id: `${stream_id}:${id}`,
  stream_id,
  item_id,
  title: null,
  price_minor: null,
  stock: null,
  from,
  to,
  withdrawn: false,
  revision: 1,
});

/** An order line of two units for 5 CNY. */
export const order = (
  type: 'order_created' | 'order_paid',
  who: ViewerKey,
  order_id: string,
  item_id: string,
  ts: number,
): Given<LiveEvent> => ({
  type,
  viewer: who,
  order_id,
  item_id,
  ts,
  quantity: 2,
  amount_minor: 500,
  currency: 'CNY',
  source: undefined,
});

/** A session that began at 0 and has ended. */
export const ended = (stream_id: string, last_pane: number, changes: Partial<StreamSummary> = {}): StreamSummary =>
  streamSummary({
    stream_id,
    status: 'ended',
    ended_at: last_pane + 1_000,
    last_pane,
    as_of: last_pane + 1_000,
    spans: [{ from: 0, to: last_pane + 1_000 }],
    ...changes,
  });
