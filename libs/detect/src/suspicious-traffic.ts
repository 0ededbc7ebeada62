import type { AlertDecision, Pane } from '#domain';
import { endLife, QUIET, type Life } from './life.js';
import { pushLast, sumOf } from './ring.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { SuspiciousTrafficRule } from './rules.js';

/** What is usual is learned with a half-life of ten minutes; under suspicion at a twentieth of that pace, so that what stays becomes usual in the end. */
const USUAL_GAIN = 1 - 2 ** (-1 / 600);
const SUSPICION_PACE = 0.05;
/** Where more than this share of the paid orders comes from nobody present as a rule, the feed does not tell. */
const ABSENT_SHARE_MAX = 0.1;

/** What `suspicious_traffic` knows of one room; plain data. Each ring holds the last seconds, newest last. */
export interface SuspiciousTraffic {
  since: number | null;
  joins: number[];
  traces: number[];
  orders: number[];
  absent_orders: number[];
  /** Usual counts a second. */
  usual_joins: number;
  usual_traces: number;
  usual_orders: number;
  usual_absent_orders: number;
  seconds: number;
  life: Life;
}

export const emptySuspiciousTraffic = (): SuspiciousTraffic => ({
  ...{ since: null, joins: [], traces: [], orders: [], absent_orders: [] },
  ...{ usual_joins: 0, usual_traces: 0, usual_orders: 0, usual_absent_orders: 0, seconds: 0, life: QUIET },
});

/**
 * One pane, two signs. Joins: many more than usual, and the messages, follows, exposures and clicks that so many bring
 * as a rule stay away. Orders: most are paid by nobody who is in the room, where buyers usually are.
 */
export const stepSuspiciousTraffic = (
  state: SuspiciousTraffic,
  pane: Pane,
  quiet: boolean,
  at: RuleAt & { settings: SuspiciousTrafficRule },
  decided: AlertDecision[],
): void => {
  const { settings } = at;
  state.since ??= pane.ts;
  const now = {
    joins: pane.enters,
    traces: tracesOf(pane),
    orders: pane.orders_paid,
    absent_orders: pane.by_source.other?.orders_paid ?? 0,
  };
  pushLast(state.joins, now.joins, settings.window_s);
  pushLast(state.traces, now.traces, settings.window_s);
  pushLast(state.orders, now.orders, settings.window_s);
  pushLast(state.absent_orders, now.absent_orders, settings.window_s);
  const isWarm = pane.ts - state.since >= settings.warm_up_s * 1000;
  const judged = judge(state, settings);
  const holds = settings.enabled && isWarm && !quiet && (judged.joins_hold || judged.orders_hold);
  const condition = holds ? 'holds' : judged.isCalm ? 'below_half' : 'between';
  const find = () => {
    const { found } = judged;
    const cause = judged.joins_hold ? 'joins' : 'orders';
    return {
      started_at: pane.ts - (settings.window_s - 1) * 1000,
      values: { cause, ...found, seconds: settings.window_s },
      evidence: { cause, ...found, score: judged.score, seconds: settings.window_s },
    };
  };
  state.life = stepRuleLife(state.life, at, condition, find, decided);
  if (!quiet) learn(state, now, judged.isCalm || !isWarm ? 1 : SUSPICION_PACE);
};

/** The stream's end resolves what fires. */
export const endSuspiciousTraffic = (state: SuspiciousTraffic, ended_at: number, decided: AlertDecision[]): void => {
  state.life = endLife(state.life, ended_at, decided);
};

/** What a viewer who is there does sooner or later. Likes come batched and say nothing of how many gave them. */
const tracesOf = ({ danmaku, follows, shares, group_joins, item_exposes, item_clicks }: Pane): number =>
  danmaku + follows + shares + group_joins + item_exposes + item_clicks;

interface Judged {
  joins_hold: boolean;
  orders_hold: boolean;
  isCalm: boolean;
  /** Log-likelihood of so few traces, in nats. */
  score: number;
  found: {
    joins: number;
    usual_joins: number;
    traces: number;
    expected_traces: number;
    orders: number;
    absent_orders: number;
  };
}

const judge = (state: SuspiciousTraffic, settings: SuspiciousTrafficRule): Judged => {
  const { window_s, ratio, min_joins, at_most, threshold, dispersion, min_orders, absent_share } = settings;
  const [joins, traces] = [sumOf(state.joins), sumOf(state.traces)];
  const [orders, absent_orders] = [sumOf(state.orders), sumOf(state.absent_orders)];
  const usual_joins = state.usual_joins * window_s;
  const usual_traces = state.usual_traces * window_s;
  const extra = Math.max(0, joins - usual_joins);
  const brought = usual_joins === 0 ? 0 : (extra * usual_traces) / usual_joins;
  const expected = usual_traces + brought;
  const score =
    traces >= expected
      ? 0
      : (traces === 0 ? expected : traces * Math.log(traces / expected) - traces + expected) / dispersion;
  const isCrowd = extra >= min_joins && joins >= ratio * usual_joins;
  const joins_hold = isCrowd && traces <= usual_traces + at_most * brought && score >= threshold;
  const usualAbsent = state.usual_orders === 0 ? 1 : state.usual_absent_orders / state.usual_orders;
  const tells = usualAbsent <= ABSENT_SHARE_MAX;
  const orders_hold = tells && absent_orders >= min_orders && absent_orders >= absent_share * orders;
  const isCalm =
    !(isCrowd && score >= threshold / 2) &&
    !(tells && absent_orders >= min_orders / 2 && absent_orders >= (absent_share / 2) * orders);
  const found = {
    joins,
    usual_joins: Math.round(usual_joins),
    traces,
    expected_traces: Math.round(expected),
    orders,
    absent_orders,
  };
  return { joins_hold, orders_hold, isCalm, score, found };
};

const learn = (
  state: SuspiciousTraffic,
  now: Record<'joins' | 'traces' | 'orders' | 'absent_orders', number>,
  pace: number,
): void => {
  state.seconds++;
  const gain = pace * Math.max(USUAL_GAIN, 1 / state.seconds);
  state.usual_joins += (now.joins - state.usual_joins) * gain;
  state.usual_traces += (now.traces - state.usual_traces) * gain;
  state.usual_orders += (now.orders - state.usual_orders) * gain;
  state.usual_absent_orders += (now.absent_orders - state.usual_absent_orders) * gain;
};
