import type { Feed, IgnoredCounts, Source } from './event.js';
import type { ViewerKey } from './viewer.js';

/** How a visit ended; `censored`: it was still open when the stream ended, which is no leave. */
export type VisitEnd = 'leave' | 'timeout' | 'censored';

/** One uninterrupted presence `[from, to)` of one viewer, ms of (effective) event time. Keyed by stream, viewer and `from`. */
export interface Visit {
  stream_id: string;
  viewer: ViewerKey;
  from: number;
  /** `null` while it is open. */
  to: number | null;
  ended: VisitEnd | null;
  source: Source;
  returning: boolean;
  revision: number;
}

/** One uninterrupted time an item is on; it owns the whole panes `[from, to)`. */
export interface Presentation {
  /** `<stream_id>:<event_id of its cue>` */
  presentation_id: string;
  stream_id: string;
  item_id: string;
  title: string | null;
  price_minor: number | null;
  stock: number | null;
  /** Start of its first pane, ms. */
  from: number;
  /** Start of the pane of the cue that ended it; `null` while it is on. */
  to: number | null;
  /** A late cue may leave a presentation no pane at all: such a row withdraws an earlier one. */
  withdrawn: boolean;
  revision: number;
}

export type StreamStatus = 'live' | 'ended';

/** What is known of one livestream session beside its panes. Replaced whole by a larger `revision`. */
export interface StreamSummary {
  stream_id: string;
  revision: number;
  title: string | null;
  host: string | null;
  host_kind: 'human' | 'virtual' | null;
  channel: 'brand' | 'creator' | 'agency' | null;
  currency: string | null;
  planned_gmv_minor: number | null;
  status: StreamStatus;
  /** `ts` of `stream_started`, else of the first event. */
  started_at: number;
  ended_at: number | null;
  /** Start of the first pane, ms. */
  first_pane: number;
  /** Start of the last final pane, ms; `null` before the first is final. */
  last_pane: number | null;
  /** Spans `[from, to)` of panes that exist: more than one where an idle stream was closed and opened again. */
  spans: { from: number; to: number | null }[];
  /** The stream's watermark, ms: everything before it is final. */
  as_of: number;
  online: number;
  quality: 'final' | 'inferred' | 'reported';
  late: number;
  too_late: number;
  ignored: IgnoredCounts;
  /** Largest `ts` heard of each feed; a feed never heard is absent. */
  coverage: Partial<Record<Feed, number>>;
}

/** What the detector must know of the moment a pane belongs to. */
export interface OnAir {
  item_id: string;
  presentation_id: string;
  title: string | null;
  /** Start of the presentation's first pane, ms. */
  from: number;
}
