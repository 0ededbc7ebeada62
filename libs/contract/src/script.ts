import type { QuestionShown } from './words.js';

/** One line of the planned script. */
export interface RundownLine {
  item_id: string;
  title: string | null;
  /** Planned start, seconds after the session's start; `null`: after the line before it. */
  planned_from_s: number | null;
  planned_seconds: number;
  planned_gmv_minor: number | null;
  note: string | null;
}
/** `GET /streams/{id}/rundown`, `PUT` with `{lines}`. `updated_at`: wall clock, ms; `null` while there is none. */
export interface RundownAnswer {
  stream_id: string;
  lines: RundownLine[];
  updated_at: number | null;
  updated_by: string | null;
}

/** What a producer changed on air. */
export const ACTION_KINDS = ['talk_track', 'offer', 'next_item', 'extend', 'answer', 'giveaway', 'note'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];
/** `POST /streams/{id}/actions` and socket `add_action`: `ts` is the stream's clock; absent: now. */
export interface ActionRequest {
  kind: ActionKind;
  text: string;
  ts?: number;
  alert_id?: string;
}
/** A figure before and after, with the interval of the difference; no claim about the cause. */
export interface BeforeAfter {
  metric: 'dropoff_ratio' | 'orders_per_min' | 'gmv_per_min' | 'danmaku_density';
  before: number | null;
  after: number | null;
  change: number | null;
  low: number | null;
  high: number | null;
}
export interface ActionShown {
  action_id: string;
  stream_id: string;
  ts: number;
  kind: ActionKind;
  text: string;
  by: string;
  alert_id: string | null;
  item_id: string | null;
  /** 120 s before against 120 s after; `null` until those have passed. */
  followed: BeforeAfter[] | null;
}
/** `GET /streams/{id}/actions`: oldest first. */
export interface ActionsAnswer {
  actions: ActionShown[];
  cursor: string | null;
}

/** What a host is shown only if the producer shows it. */
export const HOST_NUMBERS = ['online', 'orders', 'gmv', 'dropoff', 'alerts'] as const;
export type HostNumber = (typeof HOST_NUMBERS)[number];
/** What the producer lets the host see. `GET`/`PUT /streams/{id}/host-view`; a host's token reads only this room by it. */
export interface HostView {
  /** Numbers shown beside questions, time left and stock, which always are. */
  show: HostNumber[];
  /** A line from the producer; `null`: none. */
  message: string | null;
}
/** `GET /streams/{id}/host` and socket `host`: everything the host's screen shows, and nothing else. */
export interface HostAnswer {
  v: 1;
  stream_id: string;
  as_of: number;
  item: {
    item_id: string;
    title: string | null;
    price_minor: number | null;
    from: number;
    planned_seconds: number | null;
    seconds_left: number | null;
    stock_left: number | null;
  } | null;
  next: { item_id: string; title: string | null } | null;
  questions: QuestionShown[];
  message: string | null;
  /** Only what {@link HostView.show} names. */
  online?: number | null;
  orders?: number;
  gmv_minor?: number;
  dropoff_ratio?: number | null;
  alerts?: { rule: string; summary: { key: string; values: Record<string, string | number | null> } }[];
  currency: string | null;
  data_quality: string;
}
