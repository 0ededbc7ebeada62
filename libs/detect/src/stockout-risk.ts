import { PANE_MS, type AlertDecision, type Moment } from '#domain';
import { endLives, type Condition, type Life } from './life.js';
import { pushLast, sumOf } from './ring.js';
import { stepItemLives, type RuleAt } from './rule-alert.js';
import type { StockoutRiskRule } from './rules.js';

/** What `stockout_risk` knows of one room; plain data. */
export interface StockoutRisk {
  presentation_id: string | null;
  /** Start of the present presentation, ms. */
  from: number;
  /** When the feed last said what is left, ms, and units of the item paid since. */
  said_ts: number;
  sold: number;
  /** Units of the item paid in each of the last seconds of this presentation, newest last. */
  units: number[];
  /** Presentations that ended, and how long they took together. */
  ended: number;
  ended_s: number;
  /** By item; quiet ones are not kept. */
  lives: Map<string, Life>;
}

export const emptyStockoutRisk = (): StockoutRisk => ({
  ...{ presentation_id: null, from: 0, said_ts: 0, sold: 0, units: [], ended: 0, ended_s: 0, lives: new Map() },
});

/**
 * One pane: at the pace of the last seconds, less the chance that it was luck (one standard deviation), what is left of
 * the item is gone before the presentation is as long as this session's usually are. What is left is what the feed last
 * said less what was paid since; where it never said, there is nothing to run out.
 */
export const stepStockoutRisk = (
  state: StockoutRisk,
  moment: Moment,
  at: RuleAt & { settings: StockoutRiskRule },
  decided: AlertDecision[],
): void => {
  const { settings } = at;
  follow(state, moment, settings);
  const outlook = outlookOf(state, moment, settings);
  const condition = outlook === null || !settings.enabled ? 'below_half' : conditionOf(outlook, settings);
  const find = () => ({ started_at: moment.pane.ts, values: { ...outlook! }, evidence: { ...outlook! } });
  stepItemLives(state.lives, at, condition, find, decided);
};

/** The stream's end resolves what fires. */
export const endStockoutRisk = (state: StockoutRisk, ended_at: number, decided: AlertDecision[]): void => {
  endLives(state.lives, ended_at, decided);
};

const follow = (
  state: StockoutRisk,
  { pane, on_air, stock, late_paid = [] }: Moment,
  { window_s }: StockoutRiskRule,
): void => {
  if ((on_air?.presentation_id ?? null) !== state.presentation_id) {
    if (state.presentation_id !== null) {
      state.ended++;
      state.ended_s += (pane.ts - state.from) / 1000;
    }
    Object.assign(state, { presentation_id: on_air?.presentation_id ?? null, from: pane.ts, units: [], sold: 0 });
  }
  if (on_air === null) return;
  const paid = pane.by_item[on_air.item_id]?.units_paid ?? 0;
  pushLast(state.units, paid, window_s);
  // What was paid in the pane of the report is taken to be in it.
  state.sold = stock !== undefined && stock.ts !== state.said_ts ? 0 : state.sold + paid;
  state.said_ts = stock?.ts ?? 0;
  for (const { item_id, ts, units } of late_paid)
    if (item_id === on_air.item_id && ts > state.said_ts) state.sold += units;
};

interface Outlook {
  stock_left: number;
  units_per_min: number;
  /** Seconds until it is gone at this pace; `null` while nothing is sold. */
  lasts_s: number | null;
  /** Seconds for which the presentation usually still goes on. */
  ahead_s: number;
}

const outlookOf = (
  state: StockoutRisk,
  { pane, on_air, stock }: Moment,
  settings: StockoutRiskRule,
): Outlook | null => {
  if (on_air === null || stock === undefined) return null;
  const stock_left = Math.max(0, stock.units - state.sold);
  const sold = sumOf(state.units);
  if (stock_left > 0 && sold < settings.min_units) return null;
  const surely = Math.max(0, sold - Math.sqrt(sold));
  const usual_s = state.ended === 0 ? settings.presentation_s : state.ended_s / state.ended;
  const elapsed_s = (pane.ts + PANE_MS - on_air.from) / 1000;
  return {
    stock_left,
    units_per_min: Math.round((60 * sold) / state.units.length),
    lasts_s: stock_left === 0 ? 0 : surely === 0 ? null : Math.round((stock_left * state.units.length) / surely),
    ahead_s: Math.round(Math.max(settings.least_ahead_s, usual_s - elapsed_s)),
  };
};

const conditionOf = ({ lasts_s, ahead_s }: Outlook, { enabled }: StockoutRiskRule): Condition =>
  enabled && lasts_s !== null && lasts_s < ahead_s
    ? 'holds'
    : lasts_s === null || lasts_s >= 2 * ahead_s
      ? 'below_half'
      : 'between';
