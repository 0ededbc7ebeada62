import type { DataState, PresentationRow, StreamRow } from './rest.js';

/** `GET /streams/{id}/danmaku?q&from&to&limit&cursor`: redacted, oldest first. */
export interface DanmakuAnswer {
  danmaku: { event_id: string; ts: number; text: string }[];
  cursor: string | null;
  data: DataState;
}

/** `GET /streams/{id}/funnel?item_id&by=source&from&to&horizon=600s`; without `horizon` the live definition, with it the cohort's. */
export interface FunnelAnswer {
  definition: 'live' | 'cohort';
  horizon_s: number | null;
  layers: FunnelLayer[];
  by_source?: Record<string, FunnelLayer[]>;
  data: DataState;
}
export interface FunnelLayer {
  name: 'entered' | 'exposed' | 'clicked' | 'created' | 'paid';
  /** Distinct viewers, each layer within the one before. */
  uv: number;
  /** Events, not nested. */
  pv: number;
}

/** `GET /compare?streams=a,b&align=start&step=60s&names=…`: point `i` of each is the step `[i·step, (i+1)·step)` after its own `started_at`. */
export interface CompareAnswer {
  step_ms: number;
  streams: { stream: StreamRow; points: Record<string, unknown>[] }[];
}

/** `GET /streams/{id}/usual?step=60s&names=…`: the same minute of the last ten sessions of the same host, else of rooms of the same name. */
export interface UsualAnswer {
  step_ms: number;
  /** The sessions it is made of, newest first. */
  sessions: string[];
  /** By seconds after the start; each name: `[low quartile, median, high quartile]`, or `null` where fewer than two sessions reach. */
  points: { s: number; [name: string]: [number, number, number] | number | null }[];
  data: DataState;
}

/** `GET /items/{item_id}/history?host&from&to&seconds_min&limit&cursor`: every presentation of the item, newest first. */
export interface HistoryAnswer {
  item_id: string;
  presentations: (PresentationRow & {
    stream_id: string;
    stream_title: string | null;
    host: string | null;
    /** Of its session. */
    data: DataState;
  })[];
  cursor: string | null;
}

/** `GET /streams/{id}/lift`: what each item and minute was worth; associations with 95 % intervals, not causes. */
export interface LiftAnswer {
  items: {
    item_id: string;
    title: string | null;
    on_orders_per_min: number | null;
    off_orders_per_min: number | null;
    lift: number | null;
    low: number | null;
    high: number | null;
  }[];
  /** By presentation and minute within it: credited GMV of that minute, against the opening minutes of what came next. */
  marginal: {
    presentation_id: string;
    minute: number;
    gmv_minor: number;
    next_opening_gmv_minor_per_min: number | null;
    difference: number | null;
    low: number | null;
    high: number | null;
  }[];
  method: { en: string; zh: string };
  data: DataState;
}

/** `POST /query {sql}`: rows of the documented views, bound to the caller's rooms. */
export interface QueryAnswer {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  /** More rows than the limit were there. */
  truncated: boolean;
  elapsed_ms: number;
}

/** `GET /audit?from&to&limit&cursor`: newest first; wall clock, ms. */
export interface AuditAnswer {
  entries: { id: string; at: number; by: string; role: string; action: string; target: string; detail: unknown }[];
  cursor: string | null;
}

/** A stored session plays back to one client; its messages carry `mode: replay:<replay_id>`. */
export interface ReplayState {
  v: 1;
  replay_id: string;
  stream_id: string;
  mode: `replay:${string}`;
  /** Where it stands, event time, ms. */
  at: number;
  from: number;
  to: number;
  speed: number;
  playing: boolean;
}
export const REPLAY_SPEED_MIN = 0.25;
export const REPLAY_SPEED_MAX = 60;
