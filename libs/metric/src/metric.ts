import type { DistinctCounts, MetricDefinition, WindowTotals } from '#domain';
import type { Credit } from './credit.js';

/** A metric of merged panes: what it means and how it is computed, in one place. */
export interface Metric extends MetricDefinition {
  /** `distinct` is `null` where no viewers were told apart; so is what needs them. */
  result: (totals: WindowTotals, distinct: DistinctCounts | null) => number | null;
}

/** What a presentation has besides the totals over its panes. */
export interface PresentationFacts extends Credit {
  /** `online` of the pane before its first, 0 where there is none; `null` where it is unknown. */
  online_start: number | null;
  /** Of its panes next to a change of item. */
  handover: { leaves: number; expected_leaves: number | null };
  /** All paid orders of its item in the session. */
  item_orders_paid: number;
  /** Panes that exist in the session. */
  session_seconds: number;
}

/** A metric that only a presentation has. */
export interface PresentationMetric extends MetricDefinition {
  result: (totals: WindowTotals, facts: PresentationFacts) => number | null;
}

/** A count of presence events: `null` where the feed reports only how many are online (quality `reported`). */
export const ifPresenceKnown =
  (result: Metric['result']): Metric['result'] =>
  (totals, distinct) =>
    totals.presence_unknown ? null : result(totals, distinct);

export const viewerSeconds = (totals: WindowTotals): number => totals.viewer_ms / 1000;

/** Distinct viewers; `null` where presence is unknown, for then nobody was told to be present. */
export const viewers: Metric['result'] = ifPresenceKnown((_, distinct) => distinct?.viewers ?? null);

export const views: Metric['result'] = ifPresenceKnown((totals) => totals.enters);
