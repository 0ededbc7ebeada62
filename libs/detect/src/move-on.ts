import type { AlertDecision, Moment } from '#domain';
import { endLives, type Condition, type Life } from './life.js';
import { pushLast, sumOf } from './ring.js';
import { stepItemLives, type RuleAt } from './rule-alert.js';
import type { MoveOnRule } from './rules.js';

/** What one item earned while it was on, of the seconds counted; money in minor units. */
interface Earned {
  seconds: number;
  orders: number;
  gmv_minor: number;
}

/** What `move_on` knows of one room; plain data. */
export interface MoveOn {
  /** Of the last presentation, which may be over. */
  presentation_id: string | null;
  item_id: string | null;
  /** Seconds for which it has been on. */
  on_s: number;
  /** Its orders and GMV in each of the last seconds, newest last. */
  orders: number[];
  gmv_minor: number[];
  /** The opening of each item's last presentation, and what came on after it. */
  openings: Map<string, Earned & { title: string | null; next: string | null }>;
  /** By item; quiet ones are not kept. */
  lives: Map<string, Life>;
}

/** So many items are remembered; of more, those presented longest ago are forgotten. */
const ITEMS_MAX = 200;

export const emptyMoveOn = (): MoveOn => ({
  ...{ presentation_id: null, item_id: null, on_s: 0, orders: [], gmv_minor: [] },
  ...{ openings: new Map(), lives: new Map() },
});

/**
 * One pane: the item expected next is the one that came after this one the last time. What its opening earned a minute
 * is held against what the present item earns now: far more, and by more than the noise of so few orders explains.
 */
export const stepMoveOn = (
  state: MoveOn,
  moment: Moment,
  at: RuleAt & { settings: MoveOnRule },
  decided: AlertDecision[],
): void => {
  const { settings } = at;
  follow(state, moment, settings);
  const outlook = moment.on_air === null ? null : outlookOf(state, settings);
  const condition = outlook === null || !settings.enabled ? 'below_half' : conditionOf(outlook, settings);
  const find = () => ({ started_at: moment.pane.ts, values: { ...outlook! }, evidence: { ...outlook! } });
  stepItemLives(state.lives, at, condition, find, decided);
};

/** The stream's end resolves what fires. */
export const endMoveOn = (state: MoveOn, ended_at: number, decided: AlertDecision[]): void => {
  endLives(state.lives, ended_at, decided);
};

const follow = (state: MoveOn, { pane, on_air }: Moment, settings: MoveOnRule): void => {
  // A pause between two items does not hide which came after which.
  if (on_air === null) return;
  const { item_id, presentation_id } = on_air;
  if (presentation_id !== state.presentation_id) {
    const before = state.item_id === null ? undefined : state.openings.get(state.item_id);
    if (before !== undefined && item_id !== state.item_id) before.next = item_id;
    open(state, item_id);
    Object.assign(state, { presentation_id, item_id, on_s: 0, orders: [], gmv_minor: [] });
  }
  const { orders_paid, gmv_paid_minor } = pane.by_item[on_air.item_id] ?? { orders_paid: 0, gmv_paid_minor: 0 };
  state.on_s++;
  pushLast(state.orders, orders_paid, settings.window_s);
  pushLast(state.gmv_minor, gmv_paid_minor, settings.window_s);
  const opening = state.openings.get(on_air.item_id)!;
  opening.title = on_air.title;
  if (state.on_s > settings.opening_s) return;
  opening.seconds++;
  opening.orders += orders_paid;
  opening.gmv_minor += gmv_paid_minor;
};

/** A new presentation replaces what its item's last opening earned; what came next stays known until it comes again. */
const open = ({ openings }: MoveOn, item_id: string): void => {
  const next = openings.get(item_id)?.next ?? null;
  openings.delete(item_id);
  openings.set(item_id, { seconds: 0, orders: 0, gmv_minor: 0, title: null, next });
  if (openings.size > ITEMS_MAX) openings.delete(openings.keys().next().value!);
};

interface Outlook {
  next_item_id: string;
  next_item_title: string | null;
  gmv_per_min: number;
  next_gmv_per_min: number;
  /** What the present item earns now, as a share of that. */
  share: number;
  orders: number;
  next_orders: number;
  /** How many standard deviations the ratio of the two lies below 1. */
  score: number;
}

const outlookOf = (state: MoveOn, { least_on_s, window_s, min_orders }: MoveOnRule): Outlook | null => {
  const next_item_id = state.item_id === null ? null : (state.openings.get(state.item_id)?.next ?? null);
  const next = next_item_id === null ? undefined : state.openings.get(next_item_id);
  if (next === undefined || next.orders < min_orders || state.on_s < Math.max(least_on_s, window_s)) return null;
  const orders = sumOf(state.orders);
  const gmv_per_min = (60 * sumOf(state.gmv_minor)) / state.gmv_minor.length;
  const next_gmv_per_min = (60 * next.gmv_minor) / next.seconds;
  // An order that is not there is still half an order's doubt.
  const atLeast = Math.max(gmv_per_min, (0.5 * next_gmv_per_min * next.seconds) / (next.orders * state.orders.length));
  const noise = Math.sqrt(1 / Math.max(orders, 0.5) + 1 / next.orders);
  const score = Math.log(next_gmv_per_min / atLeast) / noise;
  return {
    ...{ next_item_id: next_item_id!, next_item_title: next.title },
    ...{ gmv_per_min: Math.round(gmv_per_min), next_gmv_per_min: Math.round(next_gmv_per_min) },
    ...{ share: gmv_per_min / next_gmv_per_min, orders, next_orders: next.orders, score },
  };
};

const conditionOf = ({ share, score }: Outlook, { at_most, deviations }: MoveOnRule): Condition => {
  if (share <= at_most && score >= deviations) return 'holds';
  return share > Math.min(1, 2 * at_most) || score < deviations / 2 ? 'below_half' : 'between';
};
