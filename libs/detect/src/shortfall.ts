import { PANE_MS, type AlertDecision, type LatePaid } from '#domain';
import { endLife, QUIET, type Life } from './life.js';
import { pushLast, sumOf } from './ring.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { ShortfallRule } from './rules.js';

/** The usual share is learned over this time; under suspicion at a twentieth of that pace. */
const USUAL_HALF_LIFE_S = 1_200;
const SUSPICION_PACE = 0.05;
/** What is kept of it in a second at full pace. */
const KEEP = 2 ** (-1 / USUAL_HALF_LIFE_S);

/** Chances and what came of them, second by second: clicks and paid orders, orders created and orders paid; plain data. */
export interface Shortfall {
  /** Of the last two windows, newest last. */
  chances: number[];
  outcomes: number[];
  /** Sums that teach the usual share of outcomes. */
  usual_chances: number;
  usual_outcomes: number;
  life: Life;
  /** The alert that fired last, with what it was judged by: late outcomes may take its cause away. */
  fired?: Fired;
}

interface Fired {
  alert: AlertDecision;
  judged: Judged;
}

export const emptyShortfall = (): Shortfall => ({
  ...{ chances: [], outcomes: [], usual_chances: 0, usual_outcomes: 0, life: QUIET },
});

/** What the last window brought, against what its chances usually bring. */
interface Judged {
  chances: number;
  outcomes: number;
  expected: number;
  /** Log-likelihood ratio of so few outcomes, in nats; 0 where there are not too few. */
  score: number;
}

/**
 * One pane. Outcomes follow their chances after a while, so what is expected of a window is judged by the smaller of its
 * own chances and those of the window before: a rush of clicks is given the time to be paid.
 */
export const stepShortfall = (
  state: Shortfall,
  chances: number,
  outcomes: number,
  quiet: boolean,
  at: RuleAt & { settings: ShortfallRule },
  decided: AlertDecision[],
): void => {
  const { settings } = at;
  pushLast(state.chances, chances, 2 * settings.window_s);
  pushLast(state.outcomes, outcomes, settings.window_s);
  const judged = judge(state, settings);
  const holds = settings.enabled && !quiet && isShort(judged, settings);
  const condition = holds ? 'holds' : judged.score < settings.threshold / 2 ? 'below_half' : 'between';
  const life = stepRuleLife(state.life, at, condition, () => finding(judged, at), decided);
  if (life.phase === 'firing' && state.life.phase !== 'firing') state.fired = { alert: life.alert, judged };
  state.life = life;
  const pace = quiet ? 0 : judged.score >= settings.threshold / 2 ? SUSPICION_PACE : 1;
  const keep = pace === 1 ? KEEP : 2 ** (-pace / USUAL_HALF_LIFE_S);
  state.usual_chances = state.usual_chances * keep + pace * chances;
  state.usual_outcomes = state.usual_outcomes * keep + pace * outcomes;
};

/**
 * Paid lines that came late count in the window that is looked at, and in the one that the last alert was judged by. Had
 * they come in time it would not have fired: then it is corrected. `counts` tells whether a line is an outcome, of an item.
 */
export const correctShortfall = (
  state: Shortfall,
  late: readonly LatePaid[],
  counts: (line: LatePaid, item_id: string | null) => boolean,
  { settings, pane_ts, on_air }: RuleAt & { settings: ShortfallRule },
  decided: AlertDecision[],
): void => {
  for (const line of late) {
    const place = state.outcomes.length - (pane_ts - line.ts) / PANE_MS;
    const isInWindow = place >= 0 && place < state.outcomes.length;
    if (isInWindow && counts(line, on_air?.item_id ?? null)) state.outcomes[place]!++;
  }
  if (state.fired === undefined) return;
  const { alert, judged } = state.fired;
  const isOfAlert = (line: LatePaid): boolean =>
    line.ts >= alert.started_at && line.ts < alert.detected_at && counts(line, alert.item_id);
  const outcomes = judged.outcomes + late.filter(isOfAlert).length;
  state.fired = { alert, judged: { ...judged, outcomes, score: scoreOf(judged.expected, outcomes, settings) } };
  if (outcomes === judged.outcomes || isShort(state.fired.judged, settings)) return;
  const at = pane_ts + PANE_MS;
  const evidence = { ...alert.evidence, observed_with_late: outcomes };
  decided.push({ ...alert, status: 'corrected', updated_at: at, resolved_at: at, evidence });
  delete state.fired;
  if (state.life.phase === 'firing') state.life = QUIET;
};

/** What is counted begins anew: another item is on. The usual share remains. */
export const restartShortfall = (state: Shortfall): void => {
  state.chances = [];
  state.outcomes = [];
};

/** The stream's end resolves what fires. */
export const endShortfall = (state: Shortfall, ended_at: number, decided: AlertDecision[]): void => {
  state.life = endLife(state.life, ended_at, decided);
  restartShortfall(state);
};

const isShort = ({ score, outcomes, expected }: Judged, { threshold, at_most }: ShortfallRule): boolean =>
  score >= threshold && outcomes <= at_most * expected;

const judge = ({ chances, outcomes, usual_chances, usual_outcomes }: Shortfall, settings: ShortfallRule): Judged => {
  const { window_s, min_chances, min_expected } = settings;
  const own = sumOf(chances, Math.max(0, chances.length - window_s));
  const came = sumOf(outcomes);
  const nothing = { chances: own, outcomes: came, expected: 0, score: 0 };
  if (chances.length < 2 * window_s || usual_chances < min_chances) return nothing;
  const before = sumOf(chances, 0, window_s);
  const expected = (usual_outcomes / usual_chances) * Math.min(own, before);
  if (expected < min_expected || came >= expected) return { ...nothing, expected };
  return { chances: own, outcomes: came, expected, score: scoreOf(expected, came, settings) };
};

const scoreOf = (expected: number, came: number, { dispersion }: ShortfallRule): number =>
  came >= expected ? 0 : (expected - came + (came === 0 ? 0 : came * Math.log(came / expected))) / dispersion;

const finding = (
  { chances, outcomes, expected, score }: Judged,
  { settings, pane_ts }: RuleAt & { settings: ShortfallRule },
) => {
  const values = { observed: outcomes, expected: Math.round(expected * 10) / 10, chances, seconds: settings.window_s };
  return {
    started_at: pane_ts + PANE_MS - settings.window_s * 1000,
    values,
    evidence: { ...values, expected, ratio: outcomes / expected, score },
  };
};
