import type { ItemCounts, PaneCount } from './pane.js';

/** Panes of one stream merged over time: counts add, `online` keeps last and maximum. Any window, step, presentation or session is one of these. */
export interface WindowTotals extends Record<PaneCount, number> {
  /** Panes that exist in the window, with or without events. */
  panes: number;
  online_last: number | null;
  online_peak: number | null;
  at_risk: number[];
  leaves_by_tenure: number[];
  by_item: Record<string, ItemCounts>;
  other_money: Record<string, number>;
  /** Σ expected leaves over the panes where the detector stored one; `null` where it stored none. */
  expected_leaves: number | null;
  /** Σ leaves over those same panes. */
  leaves_where_expected: number;
  /** Presence is unknown in every pane of it (quality `reported`). */
  presence_unknown: boolean;
}

/** Distinct viewers of a window by what they did in it. */
export interface DistinctCounts {
  /** Present at any moment of it: visits with `from < end` and `to > start`. */
  viewers: number;
  entrants: number;
  /** With danmaku, like, follow or share. */
  interactors: number;
  exposed: number;
  clickers: number;
  /** With a created order. */
  orderers: number;
  /** With a paid order. */
  buyers: number;
}

/** The sliding live windows by name, each with its length in whole seconds; each ends at the stream's newest final pane. */
export const LIVE_WINDOWS_S = { '10s': 10, '60s': 60, '300s': 300 } as const;
export type WindowName = keyof typeof LIVE_WINDOWS_S;
