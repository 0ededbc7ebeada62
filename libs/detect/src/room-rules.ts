import { emptyItemCounts, type AlertDecision, type AlertRule, type LatePaid, type Moment } from '#domain';
import { noteAired, type Aired } from './aired.js';
import type { DetectContext } from './context.js';
import type { RuleAt } from './rule-alert.js';
import type { DetectRules } from './rules.js';
import { emptyGmvBehindPlan, endGmvBehindPlan, stepGmvBehindPlan, type GmvBehindPlan } from './gmv-behind-plan.js';
import { emptyMoveOn, endMoveOn, stepMoveOn, type MoveOn } from './move-on.js';
import {
  correctShortfall,
  emptyShortfall,
  endShortfall,
  restartShortfall,
  stepShortfall,
  type Shortfall,
} from './shortfall.js';
import { emptyStockoutRisk, endStockoutRisk, stepStockoutRisk, type StockoutRisk } from './stockout-risk.js';
import { emptySurge, endSurge, stepSurge, type Surge } from './surge.js';
import {
  emptySuspiciousTraffic,
  endSuspiciousTraffic,
  stepSuspiciousTraffic,
  type SuspiciousTraffic,
} from './suspicious-traffic.js';
import { emptyViewerCliff, endViewerCliff, stepViewerCliff, type ViewerCliff } from './viewer-cliff.js';
import { emptyWordRules, endWordRules, stepWordRules, type WordRules } from './word-rules.js';

/** Whoever presents an item is asked about it for so long: that is no surge. */
const ITEM_QUESTIONS_S = 40;

/** What the rules on a room's counts know of it; plain data. */
export interface RoomRules {
  viewer_surge: Surge;
  danmaku_surge: Surge;
  refund_surge: Surge;
  viewer_cliff: ViewerCliff;
  conversion_drop: Shortfall;
  checkout_failure: Shortfall;
  gmv_behind_plan: GmvBehindPlan;
  stockout_risk: StockoutRisk;
  suspicious_traffic: SuspiciousTraffic;
  move_on: MoveOn;
  words: WordRules;
  /** Orders paid so far: what refunds are in proportion to. */
  orders_paid: number;
  aired: Aired;
  /** The presentation that `conversion_drop` counts in. */
  presentation_id: string | null;
}

export const emptyRoomRules = (): RoomRules => ({
  viewer_surge: emptySurge(),
  danmaku_surge: emptySurge(),
  refund_surge: emptySurge(),
  viewer_cliff: emptyViewerCliff(),
  conversion_drop: emptyShortfall(),
  checkout_failure: emptyShortfall(),
  gmv_behind_plan: emptyGmvBehindPlan(),
  stockout_risk: emptyStockoutRisk(),
  suspicious_traffic: emptySuspiciousTraffic(),
  move_on: emptyMoveOn(),
  words: emptyWordRules(),
  orders_paid: 0,
  aired: [],
  presentation_id: null,
});

/** What the drop-off detector saw of the same moment. */
export interface Seen {
  /** The view feed broke, or a giveaway has just ended or the show is closing: viewers who go are no news. */
  exits_explained: boolean;
  feed_broken: boolean;
  /** A giveaway is on: viewers write to take part. */
  giveaway_on: boolean;
  /** `dropoff_spike` fires: it says what `viewer_cliff` would. */
  dropoff_fires: boolean;
}

/** One moment through the rules on counts; the pane has its expected leaves already. */
export const stepRoomRules = (
  state: RoomRules,
  moment: Moment,
  { feed_broken, giveaway_on, exits_explained, dropoff_fires }: Seen,
  { rules, calibration }: DetectContext,
  decided: AlertDecision[],
): void => {
  const { pane, on_air, late_paid = [] } = moment;
  const { stream_id, ts: pane_ts } = pane;
  noteAired(state.aired, moment);
  const { aired } = state;
  const ruleAt = <Name extends AlertRule & keyof DetectRules>(rule: Name, of: RuleAt['of'] = 'room') => {
    const settings: DetectRules[Name] = rules[rule];
    return { rule, settings, stream_id, pane_ts, on_air, aired, of };
  };
  const knowsJoins = pane.quality !== 'reported' && !feed_broken;
  stepSurge(state.viewer_surge, pane.enters, 1, !knowsJoins, ruleAt('viewer_surge'), calibration, decided);
  // A feed of danmaku alone knows of no viewers: its messages are held against their own usual rate.
  const isAsked = giveaway_on || (on_air !== null && pane.ts - on_air.from < ITEM_QUESTIONS_S * 1000);
  stepSurge(
    state.danmaku_surge,
    pane.danmaku,
    Math.max(1, pane.online),
    isAsked,
    ruleAt('danmaku_surge'),
    calibration,
    decided,
  );
  stepSurge(
    state.refund_surge,
    pane.orders_refunded,
    state.orders_paid,
    false,
    ruleAt('refund_surge'),
    calibration,
    decided,
  );
  const isExplained = feed_broken || exits_explained || dropoff_fires;
  stepViewerCliff(state.viewer_cliff, pane, isExplained, ruleAt('viewer_cliff'), decided);
  correctShortfall(state.conversion_drop, late_paid, isOfItem, ruleAt('conversion_drop', 'item'), decided);
  correctShortfall(state.checkout_failure, late_paid, isOfOrder, ruleAt('checkout_failure'), decided);
  stepConversion(state, moment, ruleAt('conversion_drop', 'item'), decided);
  const { orders_created, orders_paid } = pane;
  state.orders_paid += orders_paid;
  stepShortfall(state.checkout_failure, orders_created, orders_paid, false, ruleAt('checkout_failure'), decided);
  stepGmvBehindPlan(state.gmv_behind_plan, moment, ruleAt('gmv_behind_plan'), decided);
  stepStockoutRisk(state.stockout_risk, moment, ruleAt('stockout_risk', 'item'), decided);
  stepSuspiciousTraffic(state.suspicious_traffic, pane, !knowsJoins, ruleAt('suspicious_traffic'), decided);
  stepMoveOn(state.move_on, moment, ruleAt('move_on', 'item'), decided);
  const wordRules = {
    keyword_surge: ruleAt('keyword_surge', 'talk'),
    negative_mood: ruleAt('negative_mood', 'talk'),
    prohibited_words: ruleAt('prohibited_words'),
  };
  stepWordRules(state.words, moment, giveaway_on, wordRules, decided);
};

const isOfOrder = ({ of_order }: LatePaid): boolean => of_order;
const isOfItem = (line: LatePaid, item_id: string | null): boolean => line.item_id === item_id;

/** Clicks on the item that is on, and orders of it that were paid; what share is usual is the whole room's. */
const stepConversion = (
  state: RoomRules,
  { pane, on_air }: Moment,
  at: RuleAt & { settings: DetectRules['conversion_drop'] },
  decided: AlertDecision[],
): void => {
  const presentation = on_air?.presentation_id ?? null;
  if (presentation !== state.presentation_id) restartShortfall(state.conversion_drop);
  state.presentation_id = presentation;
  const counts = (on_air === null ? undefined : pane.by_item[on_air.item_id]) ?? emptyItemCounts();
  const { item_clicks, orders_paid } = counts;
  stepShortfall(state.conversion_drop, item_clicks, orders_paid, on_air === null, at, decided);
};

/** The stream's end resolves what fires. */
export const endRoomRules = (state: RoomRules, ended_at: number, decided: AlertDecision[]): void => {
  endSurge(state.viewer_surge, ended_at, decided);
  endSurge(state.danmaku_surge, ended_at, decided);
  endSurge(state.refund_surge, ended_at, decided);
  endViewerCliff(state.viewer_cliff, ended_at, decided);
  endShortfall(state.conversion_drop, ended_at, decided);
  endShortfall(state.checkout_failure, ended_at, decided);
  endGmvBehindPlan(state.gmv_behind_plan, ended_at, decided);
  endStockoutRisk(state.stockout_risk, ended_at, decided);
  endSuspiciousTraffic(state.suspicious_traffic, ended_at, decided);
  endMoveOn(state.move_on, ended_at, decided);
  endWordRules(state.words, ended_at, decided);
};
