import type { Alert, Feed, Pane, Presentation, RejectReason, StreamStatus } from '#domain';

export type Quality = 'final' | 'early' | 'approx' | 'inferred' | 'reported' | 'stale';

/** The state of the data, with every answer. */
export interface DataState {
  /** The stream's watermark, ms. */
  as_of: number;
  log_lag_ms: number;
  late: number;
  too_late: number;
  coverage: Feed[];
  quality: Quality;
}

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
}

export interface EventsAnswer {
  accepted: number;
  duplicates: number;
  rejected: { index: number; event_id?: string; reason: RejectReason; detail: string }[];
}

/** Counts of coming and going: unknown where a feed reports only how many are online. */
type Going = 'enters' | 'leaves' | 'timeouts' | 'censored' | 'at_risk' | 'leaves_by_tenure';

/** A pane as it is shown: `viewer_seconds` instead of `viewer_ms`; presence that is unknown is `null`; `quality` only where it is not final. */
export type PaneShown = Omit<
  Pane,
  'viewer_ms' | 'stream_id' | 'revision' | 'quality' | 'online' | 'by_item' | 'by_source' | Going
> & { [count in Going]: Pane[count] | null } & {
  online: number | null;
  viewer_seconds: number | null;
  quality?: Quality;
  by_item?: Pane['by_item'];
  by_source?: Pane['by_source'];
};

export interface StreamRow {
  stream_id: string;
  title: string | null;
  host: string | null;
  status: StreamStatus;
  started_at: number;
  ended_at: number | null;
  online: number | null;
  online_peak: number | null;
  /** `null` where a feed reports only how many are online. */
  viewers: number | null;
  gmv_minor: number;
  currency: string | null;
  alerts_firing: number;
  data: DataState;
}

export interface StreamsAnswer {
  streams: StreamRow[];
  cursor: string | null;
}

export interface MetricsAnswer {
  step_ms: number;
  /** Each `{ts, quality?, <metric>: value, by_source?: {…}, by_item?: {…}}`. */
  points: Record<string, unknown>[];
  data: DataState;
}

export interface AlertsAnswer {
  alerts: Alert[];
  cursor: string | null;
  data: DataState;
}

export type PresentationRow = Omit<Presentation, 'withdrawn' | 'revision' | 'stream_id'> & {
  /** 1st, 2nd … time of this item in the session; computed on reading. */
  ordinal: number;
  seconds: number;
  online_start: number | null;
  online_end: number | null;
  credited_orders: number;
  credited_units: number;
  credited_gmv_minor: number;
  [metric: string]: unknown;
};

export type { MetricDefinition, MetricLevel } from '#domain';
