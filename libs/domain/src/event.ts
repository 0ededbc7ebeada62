import type { ViewerKey } from './viewer.js';

/** Where a viewer came from: the traffic field of the wire format, nothing else is called source. */
export const SOURCES = ['recommend', 'follow', 'search', 'short_video', 'ad', 'share', 'group', 'other'] as const;
export type Source = (typeof SOURCES)[number];

export const ORDER_TYPES = ['order_created', 'order_paid', 'order_cancelled', 'order_refunded'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

interface EventBase {
  event_id: string;
  stream_id: string;
  /** Event time, ms since the epoch. */
  ts: number;
}
interface ViewerEvent extends EventBase {
  viewer: ViewerKey;
}

export interface Danmaku extends ViewerEvent {
  type: 'danmaku';
  text: string;
}
export interface Enter extends ViewerEvent {
  type: 'enter';
  source: Source | undefined;
  returning: boolean | undefined;
  device: string | undefined;
  region: string | undefined;
}
export interface Leave extends ViewerEvent {
  type: 'leave';
}
export interface Heartbeat extends ViewerEvent {
  type: 'heartbeat';
}
export interface Like extends ViewerEvent {
  type: 'like';
  count: number;
}
export interface Follow extends ViewerEvent {
  type: 'follow' | 'share' | 'group_join';
}
export interface ItemTouch extends ViewerEvent {
  type: 'item_expose' | 'item_click';
  item_id: string;
}
export interface OnlineCount extends EventBase {
  type: 'online_count';
  count: number;
}
/** One order line. `amount_minor` is of the whole line, in minor units of `currency` (ISO 4217). */
export interface OrderLine extends ViewerEvent {
  type: OrderType;
  order_id: string;
  item_id: string;
  quantity: number;
  amount_minor: number;
  currency: string;
  source: Source | undefined;
}
export interface StreamStarted extends EventBase {
  type: 'stream_started';
  title: string | undefined;
  host: string | undefined;
  host_kind: 'human' | 'virtual' | undefined;
  channel: 'brand' | 'creator' | 'agency' | undefined;
  currency: string | undefined;
  planned_gmv_minor: number | undefined;
}
export interface StreamEnded extends EventBase {
  type: 'stream_ended';
}
export interface ItemPresented extends EventBase {
  type: 'item_presented';
  item_id: string;
  title: string | undefined;
  price_minor: number | undefined;
  stock: number | undefined;
}
export interface ItemWithdrawn extends EventBase {
  type: 'item_withdrawn';
  item_id: string;
}
export interface ScriptCue extends EventBase {
  type: 'script_cue';
  label: string;
  variant: string | undefined;
}

export type Presence = Enter | Leave | Heartbeat;
export type Cue = StreamStarted | StreamEnded | ItemPresented | ItemWithdrawn | ScriptCue;
/** One event, decoded and valid, its viewer already pseudonymised. An absent optional field is `undefined`. */
export type LiveEvent = Danmaku | Presence | Like | Follow | ItemTouch | OnlineCount | OrderLine | Cue;
export type EventType = LiveEvent['type'];

/** Which of the four feeds a type belongs to; `coverage` counts feeds heard. */
export const FEEDS = ['danmaku', 'view', 'order', 'cue'] as const;
export type Feed = (typeof FEEDS)[number];

/** Every event type with its feed, in the order of events.md. The index of a type here is its code wherever a number stands for it; append only. */
export const FEED_OF_TYPE: Readonly<Record<EventType, Feed>> = {
  danmaku: 'danmaku',
  enter: 'view',
  leave: 'view',
  heartbeat: 'view',
  like: 'view',
  follow: 'view',
  share: 'view',
  group_join: 'view',
  item_expose: 'view',
  item_click: 'view',
  online_count: 'view',
  order_created: 'order',
  order_paid: 'order',
  order_cancelled: 'order',
  order_refunded: 'order',
  stream_started: 'cue',
  stream_ended: 'cue',
  item_presented: 'cue',
  item_withdrawn: 'cue',
  script_cue: 'cue',
};
export const EVENT_TYPES = Object.keys(FEED_OF_TYPE) as readonly EventType[];

/** Why a record could not become an event. */
export const REJECT_REASONS = ['not_json', 'too_large', 'unknown_type', 'invalid_field', 'future_ts'] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Why an accepted event had no effect. */
export const IGNORE_REASONS = [
  'duplicate',
  'unmatched_leave',
  'stale_presence',
  'too_late',
  'after_end',
  'order_repeat',
  'cue_off',
] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];
export type IgnoredCounts = Record<IgnoreReason, number>;

export const LATENESS = ['on_time', 'late', 'too_late'] as const;
/** Against the watermark of the event's own input at its place in the log; decided once, on reading. */
export type Lateness = (typeof LATENESS)[number];
