import { emptyItemCounts, TENURE_BANDS } from '#domain';
import type { ItemCounts, Pane, PaneCount, WindowTotals } from '#domain';
import { addAmount, ownValue, setOwnValue } from './outside-key.js';

/**
 * Panes of one stream merged over time. Laws: `emptyTotals()` is the identity; merging is associative, so any slicing
 * of the same panes gives the same totals, bit for bit; time order matters to `online_last` alone.
 */
export const emptyTotals = (): WindowTotals => ({
  panes: 0,
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
  online_last: null,
  online_peak: null,
  at_risk: new Array<number>(TENURE_BANDS).fill(0),
  leaves_by_tenure: new Array<number>(TENURE_BANDS).fill(0),
  by_item: {},
  other_money: {},
  expected_leaves: null,
  leaves_where_expected: 0,
  presence_unknown: false,
});

/** Adds the stream's next pane, in place. */
export const addPane = (totals: WindowTotals, pane: Pane): void => {
  carryPresence(totals, pane);
  totals.panes++;
  sumCounts(totals, pane, 1);
};

/**
 * Adds panes that exist without having been stored, in place: nothing happened in them, so they count 0
 * and carry on `online` and quality of the last stored pane `before` them, in this window or not.
 */
export const addGap = (totals: WindowTotals, panes: number, before: Pick<Pane, 'online' | 'quality'>): void => {
  if (panes === 0) return;
  carryPresence(totals, before);
  totals.panes += panes;
};

/** Merges two neighbouring stretches of one stream into new totals. */
export const mergeTotals = (earlier: WindowTotals, later: WindowTotals): WindowTotals => {
  const merged = copyTotals(earlier);
  merged.panes += later.panes;
  addCounts(merged, later, 1);
  merged.online_last = later.online_last ?? earlier.online_last;
  merged.online_peak = largest(earlier.online_peak, later.online_peak);
  addEach(merged.at_risk, later.at_risk, 1);
  addEach(merged.leaves_by_tenure, later.leaves_by_tenure, 1);
  addItems(merged.by_item, later.by_item, 1);
  addMoney(merged.other_money, later.other_money, 1);
  merged.expected_leaves = sumKnown(earlier.expected_leaves, later.expected_leaves);
  merged.leaves_where_expected += later.leaves_where_expected;
  merged.presence_unknown =
    (earlier.panes === 0 || earlier.presence_unknown) &&
    (later.panes === 0 || later.presence_unknown) &&
    merged.panes > 0;
  return merged;
};

/** Adds (1) or takes away (-1) what of a pane adds up; exact either way, for everything added is an integer or on a binary grid. */
export const sumCounts = (totals: WindowTotals, pane: Pane, sign: 1 | -1): void => {
  addCounts(totals, pane, sign);
  addEach(totals.at_risk, pane.at_risk, sign);
  addEach(totals.leaves_by_tenure, pane.leaves_by_tenure, sign);
  addItems(totals.by_item, pane.by_item, sign);
  addMoney(totals.other_money, pane.other_money, sign);
  if (pane.expected_leaves !== null) {
    totals.expected_leaves = (totals.expected_leaves ?? 0) + sign * toExpectedGrid(pane.expected_leaves);
    totals.leaves_where_expected += sign * pane.leaves;
  }
};

/**
 * Expected leaves rounded to a multiple of 2^-20: such numbers add up without rounding (below 2^33),
 * so that sums do not depend on how panes were grouped.
 */
export const toExpectedGrid = (expected: number): number => Math.round(expected * 2 ** 20) / 2 ** 20;

/**
 * Field by field, because it runs for every pane of every room six times a second:
 * a loop over the names took several times as long, each access by a computed name being a lookup.
 */
export const addCounts = (into: Record<PaneCount, number>, from: Record<PaneCount, number>, sign: 1 | -1): void => {
  into.enters += sign * from.enters;
  into.leaves += sign * from.leaves;
  into.timeouts += sign * from.timeouts;
  into.censored += sign * from.censored;
  into.viewer_ms += sign * from.viewer_ms;
  into.danmaku += sign * from.danmaku;
  into.likes += sign * from.likes;
  into.follows += sign * from.follows;
  into.shares += sign * from.shares;
  into.group_joins += sign * from.group_joins;
  addItemCounts(into, from, sign);
};

const addItemCounts = (into: ItemCounts, from: ItemCounts, sign: 1 | -1): void => {
  into.item_exposes += sign * from.item_exposes;
  into.item_clicks += sign * from.item_clicks;
  into.orders_created += sign * from.orders_created;
  into.orders_paid += sign * from.orders_paid;
  into.orders_cancelled += sign * from.orders_cancelled;
  into.orders_refunded += sign * from.orders_refunded;
  into.units_paid += sign * from.units_paid;
  into.gmv_created_minor += sign * from.gmv_created_minor;
  into.gmv_paid_minor += sign * from.gmv_paid_minor;
  into.refund_minor += sign * from.refund_minor;
};

const isZero = (counts: ItemCounts): boolean =>
  counts.item_exposes === 0 &&
  counts.item_clicks === 0 &&
  counts.orders_created === 0 &&
  counts.orders_paid === 0 &&
  counts.orders_cancelled === 0 &&
  counts.orders_refunded === 0 &&
  counts.units_paid === 0 &&
  counts.gmv_created_minor === 0 &&
  counts.gmv_paid_minor === 0 &&
  counts.refund_minor === 0;

export const sumKnown = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : a + b;

export const addEach = (into: number[], from: readonly number[], sign: 1 | -1): void => {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + sign * from[i]!;
};

/** Items with no count left are absent, so adding and taking away again leaves no trace. */
export const addItems = (
  into: Record<string, ItemCounts>,
  from: Readonly<Record<string, ItemCounts>>,
  sign: 1 | -1,
): void => {
  for (const item_id of Object.keys(from)) {
    const known = ownValue(into, item_id);
    const counts = known ?? emptyItemCounts();
    addItemCounts(counts, from[item_id]!, sign);
    if (isZero(counts)) delete into[item_id];
    else if (known === undefined) setOwnValue(into, item_id, counts);
  }
};

export const addMoney = (into: Record<string, number>, from: Readonly<Record<string, number>>, sign: 1 | -1): void => {
  for (const currency of Object.keys(from)) addAmount(into, currency, sign * from[currency]!);
};

const carryPresence = (totals: WindowTotals, pane: Pick<Pane, 'online' | 'quality'>): void => {
  totals.presence_unknown = pane.quality === 'reported' && (totals.panes === 0 || totals.presence_unknown);
  totals.online_last = pane.online;
  totals.online_peak = largest(totals.online_peak, pane.online);
};

const largest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

const copyTotals = (totals: WindowTotals): WindowTotals => {
  const copy: WindowTotals = {
    ...totals,
    at_risk: [...totals.at_risk],
    leaves_by_tenure: [...totals.leaves_by_tenure],
    by_item: {},
    other_money: {},
  };
  addItems(copy.by_item, totals.by_item, 1);
  addMoney(copy.other_money, totals.other_money, 1);
  return copy;
};
