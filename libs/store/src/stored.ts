import type { DistinctCounts, EventType, Presentation, Source, StreamSummary, WindowTotals } from '#domain';

/** A session as it is stored: where neither `revision` nor `erased_at` changed, nothing else that is stored of it did. */
export interface StoredSession extends StreamSummary {
  /** When a viewer was last erased of it, wall clock, ms; `null`: nobody was. */
  erased_at: number | null;
}

/** A stream with the sums that a list of streams shows. */
export interface StoredStream extends StreamSummary {
  /** `null` before its first pane. */
  online_peak: number | null;
  gmv_minor: number;
  viewers: number;
  alerts_firing: number;
}

/** A stream on air with the sums that a wall of rooms shows. */
export type StoredLiveStream = Omit<StoredStream, 'viewers' | 'alerts_firing'>;

export interface StoredPresentation extends Presentation {
  /** 1st, 2nd … time of its item in the session. */
  ordinal: number;
  /** `online` of the last pane before its first; 0 where there is none. */
  online_start: number;
}

/** Merged panes of one presentation, and the part of its leaves within 5 panes of a change of item. */
export interface PresentationTotals {
  totals: WindowTotals;
  handover: { leaves: number; expected_leaves: number | null };
}

/** Distinct viewers of one item over a session. */
export type ItemDistinct = Pick<DistinctCounts, 'exposed' | 'clickers' | 'buyers'>;

/** The first applied payment of an order line, at its own `ts`; money in the order's own currency. */
export interface StoredPaidLine {
  ts: number;
  order_id: string;
  item_id: string;
  quantity: number;
  amount_minor: number;
  currency: string;
}

/** What a retention curve is computed from, by tenure band. */
export interface RetentionCounts {
  at_risk: number[];
  leaves_by_tenure: number[];
}

/** Viewers whose first visit began in `[begins, begins + cohort)`. */
export interface Cohort {
  begins: number;
  viewers: number;
  /** How many were present each asked time after their own entry; `null` where that is not known for all of them yet. */
  present: (number | null)[];
}

export interface StoredCue {
  event_id: string;
  ts: number;
  type: Extract<EventType, 'stream_started' | 'stream_ended' | 'item_presented' | 'item_withdrawn' | 'script_cue'>;
  item_id: string | null;
  title: string | null;
  label: string | null;
  variant: string | null;
  price_minor: number | null;
  stock: number | null;
}

export interface StoredDanmaku {
  event_id: string;
  ts: number;
  text: string;
}

/** What so many wrote in one pane, last at `last_ts`, as it was sent: redact before showing. */
export interface PaneMessage {
  pane_ts: number;
  text: string;
  messages: number;
  last_ts: number;
}

type Layer = 'entered' | 'exposed' | 'clicked' | 'created' | 'paid';
/** How far the viewers of one source went: distinct viewers nested, events not. `''`: no visit of theirs is known. */
export type StoredFunnel = { source: Source | '' } & Record<`${Layer}_${'uv' | 'pv'}`, number>;
