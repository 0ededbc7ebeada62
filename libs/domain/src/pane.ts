import type { Source } from './event.js';

/** Lower edges, in seconds, of the tenure bands `[0,3) [3,6) … [600,∞)`. Tenure = pane index − index of the pane in which the visit began. */
export const TENURE_BAND_EDGES_S = [0, 3, 6, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600] as const;
export const TENURE_BANDS = TENURE_BAND_EDGES_S.length;

/** Band of a tenure in whole seconds. */
export const tenureBand = (tenure_s: number): number => {
  let band = TENURE_BANDS - 1;
  while (tenure_s < TENURE_BAND_EDGES_S[band]!) band--;
  return band;
};

export const PRESENCE_COUNTS = ['enters', 'leaves', 'timeouts', 'censored', 'viewer_ms'] as const;
export const ACTIVITY_COUNTS = [
  'danmaku',
  'likes',
  'follows',
  'shares',
  'group_joins',
  'item_exposes',
  'item_clicks',
  'orders_created',
  'orders_paid',
  'orders_cancelled',
  'orders_refunded',
  'units_paid',
  'gmv_created_minor',
  'gmv_paid_minor',
  'refund_minor',
] as const;
/** What adds up over shards and over panes. `viewer_ms` is `viewer_seconds` · 1000, kept whole. */
export const PANE_COUNTS = [...PRESENCE_COUNTS, ...ACTIVITY_COUNTS] as const;
export type PresenceCount = (typeof PRESENCE_COUNTS)[number];
export type ActivityCount = (typeof ACTIVITY_COUNTS)[number];
export type PaneCount = (typeof PANE_COUNTS)[number];

export const ITEM_COUNTS = [
  'item_exposes',
  'item_clicks',
  'orders_created',
  'orders_paid',
  'orders_cancelled',
  'orders_refunded',
  'units_paid',
  'gmv_created_minor',
  'gmv_paid_minor',
  'refund_minor',
] as const;
export type ItemCounts = Record<(typeof ITEM_COUNTS)[number], number>;

export interface SourceCounts {
  enters: number;
  leaves: number;
  /** Visits of this source open at the end of the pane. */
  online: number;
  /** By tenure band, length {@link TENURE_BANDS}. */
  at_risk: number[];
  leaves_by_tenure: number[];
  orders_paid: number;
  gmv_paid_minor: number;
}

/**
 * How far a pane's presence can be trusted: counted from events; leaves `inferred` from `online_count` and `enter`;
 * or `reported`: online is the platform's own figure and the rest of presence is unknown (`null` when shown).
 */
export type PresenceQuality = 'final' | 'inferred' | 'reported';

/**
 * One second of one stream: the atom of every number. Final when emitted; a later row of the same
 * (`stream_id`, `ts`) with a larger `revision` replaces it whole.
 *
 * Laws: `online(n) = online(n−1) + enters − leaves − censored` (quality `final`);
 * `Σ at_risk = online(n−1) + enters`; by source and by tenure the parts add up to the whole.
 */
export interface Pane extends Record<ActivityCount, number>, Record<PresenceCount, number> {
  stream_id: string;
  /** Start of the pane, ms. */
  ts: number;
  /** Grows with every rewriting: ownership epoch · 2^40 + records of the stream applied. */
  revision: number;
  /** Visits open at the end of the pane; the platform's own figure where quality is `reported`. */
  online: number;
  quality: PresenceQuality;
  at_risk: number[];
  leaves_by_tenure: number[];
  by_item: Record<string, ItemCounts>;
  by_source: Partial<Record<Source, SourceCounts>>;
  /** Paid amounts in currencies without a rate, never added up. */
  other_money: Record<string, number>;
  /** Leaves that this audience would have shown without any fault in the content; `null` while the detector learns or had no say. */
  expected_leaves: number | null;
}

export const emptyItemCounts = (): ItemCounts => ({
  item_exposes: 0,
  item_clicks: 0,
  orders_created: 0,
  orders_paid: 0,
  orders_cancelled: 0,
  orders_refunded: 0,
  units_paid: 0,
  gmv_created_minor: 0,
  gmv_paid_minor: 0,
  refund_minor: 0,
});

export const emptySourceCounts = (): SourceCounts => ({
  enters: 0,
  leaves: 0,
  online: 0,
  at_risk: new Array<number>(TENURE_BANDS).fill(0),
  leaves_by_tenure: new Array<number>(TENURE_BANDS).fill(0),
  orders_paid: 0,
  gmv_paid_minor: 0,
});

export const emptyPane = (stream_id: string, ts: number): Pane => ({
  stream_id,
  ts,
  revision: 0,
  online: 0,
  quality: 'final',
  enters: 0,
  leaves: 0,
  timeouts: 0,
  censored: 0,
  viewer_ms: 0,
  danmaku: 0,
  likes: 0,
  follows: 0,
  shares: 0,
  group_joins: 0,
  item_exposes: 0,
  item_clicks: 0,
  orders_created: 0,
  orders_paid: 0,
  orders_cancelled: 0,
  orders_refunded: 0,
  units_paid: 0,
  gmv_created_minor: 0,
  gmv_paid_minor: 0,
  refund_minor: 0,
  at_risk: new Array<number>(TENURE_BANDS).fill(0),
  leaves_by_tenure: new Array<number>(TENURE_BANDS).fill(0),
  by_item: {},
  by_source: {},
  other_money: {},
  expected_leaves: null,
});
