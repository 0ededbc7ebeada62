import type { EventTimeSettings, Source, VisitEnd } from '#domain';
import { groupBy } from './group.js';
import { byEffectiveTs } from './order.js';
import type { Read } from './reading.js';
import { type Span, floorToPane, spanAt } from './spans.js';

/** One uninterrupted presence `[from, to)` of one viewer, ms; `to` and `ended` are `null` while it is open. */
export interface OracleVisit {
  viewer_id: string;
  from: number;
  to: number | null;
  ended: VisitEnd | null;
  source: Source;
  returning: boolean;
}

/** The start of the pane in which a visit's end counts; `Infinity` while it is open. What is censored counts in the last pane. */
export const paneOfEnd = (visit: OracleVisit): number => {
  if (visit.to === null) return Infinity;
  return floorToPane(visit.ended === 'censored' ? visit.to - 1 : visit.to);
};

export interface Presence {
  visits: OracleVisit[];
  stale_presence: number;
  unmatched_leave: number;
}

const SOURCES: readonly string[] = ['recommend', 'follow', 'search', 'short_video', 'ad', 'share', 'group', 'other'];
export const sourceOf = (source: string | undefined): Source =>
  SOURCES.includes(source ?? 'other') ? ((source ?? 'other') as Source) : 'other';

/**
 * Visits of one stream from its presence events (inside its spans, not too late).
 * `now` is the stream's watermark: an open visit whose time-out lies beyond it is still open.
 */
export const presenceOf = (
  events: readonly Read[],
  spans: readonly Span[],
  now: number,
  settings: EventTimeSettings,
): Presence => {
  const viewers = groupBy([...events].sort(byEffectiveTs), ({ event }) => event.viewer_id!);
  const timeoutsFrom = firstAppliedHeartbeat([...viewers.values()]);
  const each = [...viewers.values()].map((of) => presenceOfViewer(of, spans, timeoutsFrom, now, settings));
  return {
    visits: each.flatMap(({ visits }) => visits).sort((a, b) => a.from - b.from),
    stale_presence: each.reduce((sum, { stale_presence }) => sum + stale_presence, 0),
    unmatched_leave: each.reduce((sum, { unmatched_leave }) => sum + unmatched_leave, 0),
  };
};

/**
 * `effective_ts` of the stream's first heartbeat that is applied; `Infinity` without one.
 * Nothing times out before it, so which heartbeat it is can be told by looking at staleness alone.
 */
const firstAppliedHeartbeat = (viewers: readonly Read[][]): number => {
  let first = Infinity;
  for (const events of viewers) {
    const applied = applyInOrder(events, [], Infinity, Infinity).applied.find(
      ({ event }) => event.type === 'heartbeat',
    );
    if (applied !== undefined) first = Math.min(first, applied.effective_ts);
  }
  return first;
};

const presenceOfViewer = (
  events: readonly Read[],
  spans: readonly Span[],
  timeoutsFrom: number,
  now: number,
  settings: EventTimeSettings,
): Presence => {
  const outcome = applyInOrder(events, spans, timeoutsFrom, settings.presenceTimeoutMs);
  outcome.endBy(now);
  return outcome;
};

const applyInOrder = (events: readonly Read[], spans: readonly Span[], timeoutsFrom: number, timeoutMs: number) => {
  const visits: OracleVisit[] = [];
  const applied: Read[] = [];
  let stale_presence = 0;
  let unmatched_leave = 0;
  let open = null as OracleVisit | null;
  let lastSign = -Infinity;

  const end = (to: number, ended: VisitEnd): void => {
    open!.to = to;
    open!.ended = ended;
    open = null;
  };
  /** Ends the open visit if its time-out, or the end of its span, has come by moment `ts`. */
  const endBy = (ts: number): void => {
    if (open === null) return;
    const timeout = Math.max(lastSign + timeoutMs, timeoutsFrom);
    const spanEnd = spanAt(spans, open.from)?.end ?? Infinity;
    if (timeout < spanEnd && timeout <= ts) end(timeout, 'timeout');
    else if (spanEnd <= ts) end(spanEnd, 'censored');
  };
  const begin = (read: Read, source: Source, returning: boolean): void => {
    open = { viewer_id: read.event.viewer_id!, from: read.effective_ts, to: null, ended: null, source, returning };
    visits.push(open);
  };

  for (const read of events) {
    const { event, effective_ts } = read;
    endBy(effective_ts);

    const lastApplied = applied.at(-1)?.event.ts ?? -Infinity;
    if (read.lateness === 'late' && event.ts <= lastApplied) {
      stale_presence++;
      continue;
    }
    if (event.type === 'leave' && open === null) {
      unmatched_leave++;
      continue;
    }
    applied.push(read);
    if (event.type === 'leave') {
      end(effective_ts, 'leave');
      continue;
    }
    if (open === null) begin(read, event.type === 'enter' ? sourceOf(event.source) : 'other', event.returning === true);
    lastSign = effective_ts;
  }
  return { visits, applied, stale_presence, unmatched_leave, endBy };
};
