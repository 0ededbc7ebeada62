/**
 * The oracle: every number of metrics.md for one log, from scratch: sort, then count.
 * An independent reading of events.md and metrics.md, kept plain so that it can be checked against them line by line.
 * It shares no code with the pipeline, only the names of fields.
 *
 * How it reads what the pages leave open:
 * - Lateness is decided with the watermark before the event's own advance. Rejected events and duplicates advance nothing;
 *   late, too-late and after-end events do. Closing a stream lifts its watermark to `ended_at`.
 * - An id is remembered while its event would not be too late by now, so what comes again later is too late, not a duplicate.
 *   Heartbeats are never duplicates.
 * - Late presence and orders take their turn at the watermark they met, in the order (`effective_ts`, rank, `event_id`), orders after presence.
 *   Once the stream's watermark has passed its end, late orders are applied where they are read.
 *   Presence counts at `effective_ts`, everything else in the pane of its `ts`. Cues are ordered by their `ts` however late.
 * - A late presence event is stale against the `ts` of the viewer's last *applied* one (what was ignored, or a time-out, is none),
 *   and that is asked before whether a leave has a visit.
 * - A time-out falls at max(last sign of life + timeout, first applied heartbeat), before the events of that ms.
 *   At the stream's end nothing times out any more: what is open there is censored, and counted in the last pane.
 * - `after_end` counts what stands at or after `ended_at` (presence by `effective_ts`), but not the `stream_ended` that set it.
 *   A too-late `stream_ended` ends nothing.
 * - The first pane is that of the smallest moment at which an event that is not too late stands, whether it had an effect or not.
 * - A stream's currency is that of `stream_started` or of an order, whichever is applied first; fixed then.
 * - An order without a source takes that of the viewer's visit open at the order's `ts`.
 * - By item an order counts once an item; the whole's `orders_*` count it once, in the pane of its first applied line.
 * - Where leaves are inferred, `k` counts visits begun; the pane of a count shows the last count in it and the enters since.
 *   At risk, tenure, viewer seconds and sources of such panes are not defined by the pages.
 * - Where counts are reported, a pane's viewer seconds are its `online`.
 * - In a stream that was closed and went on, the item that was on stays on (its panes are those that exist); visits alone are cut.
 * - `online_start` of a presentation is `online` of the pane before it; `gmv_per_min` is of the credited GMV;
 *   the other orders of `lift` are those of the item not credited to this presentation. Cohorts count minutes from the first pane.
 */
import type { EventTimeSettings, Feed, FxRates, IgnoredCounts } from '#domain';
import { byTs } from './order.js';
import { type CountedLine, ordersOf } from './orders.js';
import {
  type Cohort,
  type ItemFigures,
  type PresentationFigures,
  cohortsOf,
  figuresOver,
  itemsOf,
  presentationsOf,
} from './measures.js';
import { type Counted, type OraclePane, panesOf } from './panes.js';
import { type OracleVisit, presenceOf } from './presence.js';
import { cutsOf } from './presentations.js';
import { type Read, type StreamReading, readLog } from './reading.js';
import { type Life, PANE_MS, type Span, floorToPane, isPresence, lifeOf, spanAt, standsAt } from './spans.js';
import type { WireRecord } from './wire.js';

export type { WireEvent, WireRecord } from './wire.js';
export type { Cohort, ItemFigures, OraclePane, OracleVisit, PresentationFigures, Read, CountedLine };

export interface StreamNumbers {
  stream_id: string;
  /** Accepted events that are no duplicates, in log order: what the raw events hold. */
  events: readonly Read[];
  rejected: number;
  late: number;
  too_late: number;
  ignored: IgnoredCounts;
  title: string | null;
  host: string | null;
  currency: string | null;
  planned_gmv_minor: number | null;
  started_at: number;
  ended_at: number | null;
  spans: readonly Span[];
  as_of: number;
  coverage: Partial<Record<Feed, number>>;
  /** Every final pane, gaps between events included. */
  panes: readonly OraclePane[];
  visits: readonly OracleVisit[];
  lines: readonly CountedLine[];
  /** Over all final panes. */
  session: Record<string, number | null>;
  cohorts: readonly Cohort[];
  items: readonly ItemFigures[];
  presentations: readonly PresentationFigures[];
  /** The same figures over any `[from, to)` of panes, ms. */
  over: (from: number, to: number) => Record<string, number | null>;
}

/** The numbers of every stream of a log, by `stream_id`; of a stream still open, up to its watermark. */
export const numbersOf = (
  log: readonly WireRecord[],
  settings: EventTimeSettings,
  rates: FxRates = {},
): Map<string, StreamNumbers> =>
  new Map(
    readLog(log, settings)
      .filter(({ events }) => events.length > 0)
      .map((reading) => [reading.stream_id, numbersOfStream(reading, settings, rates)]),
  );

const ACTIVITY = ['danmaku', 'like', 'follow', 'share', 'group_join', 'item_expose', 'item_click'];
const CUES = ['item_presented', 'item_withdrawn', 'script_cue'];

const numbersOfStream = (reading: StreamReading, settings: EventTimeSettings, rates: FxRates): StreamNumbers => {
  const life = lifeOf(reading);
  const { spans } = life;
  const ended_at = spans.at(-1)?.end ?? null;
  const timely = reading.events.filter(({ lateness }) => lateness !== 'too_late');
  const counted = timely.filter((read) => spanAt(spans, standsAt(read)) !== undefined);
  const of = (types: readonly string[]) => counted.filter(({ event }) => types.includes(event.type));

  const presenceEvents = counted.filter(isPresence);
  const presence = presenceOf(presenceEvents, spans, reading.watermark, settings);
  const starts = of(['stream_started']);
  const orderEvents = counted.filter(({ event }) => event.type.startsWith('order_'));
  const orders = ordersOf(orderEvents, starts, presence.visits, rates, ended_at);
  const everything: Counted = {
    stream_id: reading.stream_id,
    activity: of(ACTIVITY),
    counts: of(['online_count']).sort(byTs),
    presence: presenceEvents,
    visits: presence.visits,
    lines: orders.lines,
  };
  const panes = panesOf(everything, spans, reading.watermark);
  const { cuts, cue_off } = cutsOf(of(CUES), ended_at);

  const firstPane = panes[0]?.ts ?? floorToPane(reading.watermark);
  const endOfLast = (panes.at(-1)?.ts ?? firstPane - PANE_MS) + PANE_MS;
  const over = (from: number, to: number) => figuresOver(everything, panes, from, to);
  const start = starts.sort(byTs)[0]?.event;
  return {
    stream_id: reading.stream_id,
    events: reading.events,
    rejected: reading.rejected,
    late: reading.events.filter(({ lateness }) => lateness === 'late').length,
    too_late: reading.events.length - timely.length,
    ignored: {
      duplicate: reading.duplicates,
      unmatched_leave: presence.unmatched_leave,
      stale_presence: presence.stale_presence,
      too_late: reading.events.length - timely.length,
      after_end: afterEnd(timely, life),
      order_repeat: orders.order_repeat,
      cue_off,
    },
    title: start?.title ?? null,
    host: start?.host ?? null,
    currency: orders.currency,
    planned_gmv_minor: start?.planned_gmv_minor ?? null,
    started_at: start?.ts ?? Math.min(...(timely.length > 0 ? timely : reading.events).map(({ event }) => event.ts)),
    ended_at,
    spans,
    as_of: reading.watermark,
    coverage: coverageOf(reading.events),
    panes,
    visits: presence.visits,
    lines: orders.lines,
    session: over(firstPane, endOfLast),
    cohorts: cohortsOf(everything, firstPane, ended_at ?? reading.watermark),
    items: itemsOf(everything, panes),
    presentations: presentationsOf(cuts, everything, panes, endOfLast),
    over,
  };
};

/** What stands outside the spans, but for the event that set the end. */
const afterEnd = (timely: readonly Read[], { spans, ending }: Life): number =>
  timely.filter((read) => spanAt(spans, standsAt(read)) === undefined && read !== ending).length;

const feedOf = (type: string): Feed => {
  if (type === 'danmaku') return 'danmaku';
  if (type.startsWith('order_')) return 'order';
  if (type.startsWith('stream_') || CUES.includes(type)) return 'cue';
  return 'view';
};

const coverageOf = (events: readonly Read[]): Partial<Record<Feed, number>> => {
  const coverage: Partial<Record<Feed, number>> = {};
  for (const { event } of events) {
    const feed = feedOf(event.type);
    coverage[feed] = Math.max(coverage[feed] ?? -Infinity, event.ts);
  }
  return coverage;
};
