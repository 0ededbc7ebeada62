import { byTs } from './order.js';
import type { Read, StreamReading } from './reading.js';

export const PANE_MS = 1000;
export const floorToPane = (ts: number): number => Math.floor(ts / PANE_MS) * PANE_MS;

/** A time `[from, end)` in which the stream ran, ms; `from` is the start of its first pane, `end` is `null` while it runs. */
export interface Span {
  from: number;
  end: number | null;
}

/** When a stream ran: one span, or several where it was closed without a `stream_ended` and went on. */
export interface Life {
  spans: Span[];
  /** The `stream_ended` that set the end: the only one that had an effect. */
  ending: Read | null;
}

/** Where an event stands in event time: presence where it takes effect, everything else at its `ts`. */
export const standsAt = (read: Read): number => (isPresence(read) ? read.effective_ts : read.event.ts);

export const isPresence = ({ event }: Read): boolean =>
  event.type === 'enter' || event.type === 'leave' || event.type === 'heartbeat';

/** Finds the spans. Too-late events neither begin nor end anything. */
export const lifeOf = (reading: StreamReading): Life => {
  const events = reading.events.filter((read) => read.lateness !== 'too_late');
  const endings = events.filter(({ event }) => event.type === 'stream_ended').sort(byTs);
  const ending = endings[0] ?? null;

  const spans: Span[] = [];
  let rest = events;
  for (const closing of reading.closings) {
    const hadEnded = endings.some(({ place }) => place < closing.place);
    const endsSooner = ending !== null && ending.event.ts < closing.ended_at;
    if (hadEnded || endsSooner || rest.length === 0) continue;
    spans.push({ from: firstPane(rest), end: closing.ended_at });
    rest = rest.filter((read) => read.place > closing.place && read.event.ts >= closing.ended_at);
  }
  if (rest.length > 0) spans.push({ from: firstPane(rest), end: ending?.event.ts ?? null });
  return { spans, ending };
};

const firstPane = (events: readonly Read[]): number => floorToPane(Math.min(...events.map(standsAt)));

/** The span that holds moment `ts`, if any. */
export const spanAt = (spans: readonly Span[], ts: number): Span | undefined =>
  spans.find(({ from, end }) => from <= ts && ts < (end ?? Infinity));

/** End of the last pane of a span: of the one that holds `end` − 1. */
export const endOfPanes = (end: number): number => floorToPane(end - 1) + PANE_MS;
