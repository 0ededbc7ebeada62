import type { OrderType, Source } from '#domain';

/** An event as it travels, before anything has read it: snake_case, ids and `viewer_id` as strings, `ts` in ms (events.md). */
export type WireEvent = WireEventBody & { event_id: string; stream_id: string; ts: number };

/** What an event says, without its identity, its stream and its time. */
export type WireEventBody =
  | { type: 'danmaku'; viewer_id: string; text: string }
  | { type: 'enter'; viewer_id: string; source: Source; returning: boolean; device: string; region: string }
  | { type: 'leave' | 'heartbeat' | 'follow' | 'share' | 'group_join'; viewer_id: string }
  | { type: 'like'; viewer_id: string; count: number }
  | { type: 'item_expose' | 'item_click'; viewer_id: string; item_id: string }
  | { type: 'online_count'; count: number }
  | WireOrderLine
  | {
      type: 'stream_started';
      title: string;
      host: string;
      host_kind: 'human' | 'virtual';
      channel: 'brand' | 'creator' | 'agency';
      currency: string;
      planned_gmv_minor: number;
    }
  | { type: 'stream_ended' }
  | { type: 'item_presented'; item_id: string; title: string; price_minor: number; stock: number }
  | { type: 'item_withdrawn'; item_id: string }
  | { type: 'script_cue'; label: string };

export interface WireOrderLine {
  type: OrderType;
  order_id: string;
  viewer_id: string;
  item_id: string;
  quantity: number;
  /** Of the whole line, in minor units of `currency`. */
  amount_minor: number;
  currency: string;
  source?: Source;
}

/** Something that happens at `ts`; it becomes an event when its place in the session is known. */
export interface Happening {
  ts: number;
  body: WireEventBody;
}
