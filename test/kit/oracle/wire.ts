import type { EventType } from '#domain';

/** An event as a client posts it (events.md): one flat JSON object, every field beside the common ones optional. */
export interface WireEvent {
  event_id: string;
  type: EventType;
  stream_id: string;
  /** Event time, ms. */
  ts: number;
  viewer_id?: string;
  source?: string;
  returning?: boolean;
  device?: string;
  region?: string;
  text?: string;
  count?: number;
  item_id?: string;
  order_id?: string;
  quantity?: number;
  amount_minor?: number;
  currency?: string;
  title?: string;
  host?: string;
  host_kind?: 'human' | 'virtual';
  channel?: 'brand' | 'creator' | 'agency';
  planned_gmv_minor?: number;
  price_minor?: number;
  stock?: number;
  label?: string;
  variant?: string;
}

/** One record of the one input that a log is here: an event or the monitor's note that it closed a stream; `append_ts` in ms. */
export type WireRecord =
  { append_ts: number; event: WireEvent } | { append_ts: number; closed: { stream_id: string; ended_at: number } };
