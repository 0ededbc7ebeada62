import { PANE_MS, type AlertDecision } from '#domain';
import type { Calibration } from './calibration.js';
import { dispersionOf, dropBlock, emptyDispersion, measureDispersion, type Dispersion } from './dispersion.js';
import { endLife, QUIET, type Life } from './life.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { SurgeRule } from './rules.js';

/** The usual rate is learned over this time; under suspicion at a twentieth of that pace, for so long at most. */
const USUAL_HALF_LIFE_S = 600;
const SUSPICION_PACE = 0.05;
/** What is kept of it in a second at full pace. */
const KEEP = 2 ** (-1 / USUAL_HALF_LIFE_S);
const SUSPICION_S_MAX = 180;

/** A count of one room held against what it usually is, second by second; plain data. */
export interface Surge {
  /** Start of the first pane heard, ms. */
  since: number | null;
  /** Usual count per unit of exposure, and how much exposure taught it. */
  usual: number;
  weight: number;
  /** A CUSUM for {@link SurgeRule.ratio} times the usual, and what was counted since its last zero. */
  score: number;
  from: number;
  observed: number;
  expected: number;
  exposure: number;
  dispersion: Dispersion;
  /** Seconds for which it has been suspected. */
  suspected_s: number;
  life: Life;
}

export const emptySurge = (): Surge => ({
  ...{ since: null, usual: 0, weight: 0, score: 0, from: 0, observed: 0, expected: 0, exposure: 0 },
  ...{ dispersion: emptyDispersion(), suspected_s: 0, life: QUIET },
});

/**
 * One pane of a count: expects `usual · exposure`, tests, learns, in this order. The log-likelihood of `ratio` times as
 * many, against as many as usual, is divided by the over-dispersion measured while it was calm.
 * @param exposure what the count is in proportion to: viewers, or 1 for a count per second
 */
export const stepSurge = (
  surge: Surge,
  count: number,
  exposure: number,
  quiet: boolean,
  at: RuleAt & { settings: SurgeRule },
  calibration: Calibration,
  decided: AlertDecision[],
): void => {
  const { settings, pane_ts } = at;
  surge.since ??= pane_ts;
  if (hasLasted(surge, at)) takeAsUsual(surge, settings);
  const isWarm = pane_ts - surge.since >= settings.warm_up_s * 1000;
  const expected = Math.max(surge.usual * exposure, settings.least_per_s);
  const dispersion = dispersionOf(surge.dispersion, expected, calibration);
  if (isWarm && !quiet) addUp(surge, { count, exposure, expected }, dispersion, at);
  else restart(surge);
  const excess = surge.observed - surge.expected;
  const holds = settings.enabled && surge.score >= settings.threshold && excess >= settings.min_excess;
  const condition = holds ? 'holds' : surge.score < settings.threshold / 2 ? 'below_half' : 'between';
  surge.life = stepRuleLife(surge.life, at, condition, () => finding(surge, dispersion, pane_ts), decided);
  learn(surge, count, exposure, expected, quiet, settings, calibration);
};

/** The stream's end resolves what fires. */
export const endSurge = (surge: Surge, ended_at: number, decided: AlertDecision[]): void => {
  surge.life = endLife(surge.life, ended_at, decided);
  restart(surge);
};

const restart = (surge: Surge): void => {
  surge.score = surge.observed = surge.expected = surge.exposure = 0;
};

const hasLasted = ({ score, from }: Surge, { settings, pane_ts }: RuleAt & { settings: SurgeRule }): boolean =>
  score > 0 && pane_ts - from >= settings.surge_s_max * 1000;

/** What has gone on for so long is no surge but the usual; a few that came close together in a calm room teach nothing. */
const takeAsUsual = (surge: Surge, { threshold }: SurgeRule): void => {
  if (surge.score >= threshold / 2 && surge.exposure > 0) {
    surge.usual = surge.observed / surge.exposure;
    surge.weight = surge.exposure;
  }
  restart(surge);
};

/** The score is held at one and a half times its threshold, so that it comes down soon after the surge is over. */
const addUp = (
  surge: Surge,
  { count, exposure, expected }: { count: number; exposure: number; expected: number },
  dispersion: number,
  { settings, pane_ts }: RuleAt & { settings: SurgeRule },
): void => {
  const gain = (count * Math.log(settings.ratio) - (settings.ratio - 1) * expected) / dispersion;
  if (surge.score + gain <= 0) {
    restart(surge);
    return;
  }
  if (surge.score === 0) surge.from = pane_ts;
  surge.score = Math.min(surge.score + gain, 1.5 * settings.threshold);
  surge.observed += count;
  surge.expected += expected;
  surge.exposure += exposure;
};

const finding = ({ from, observed, expected, score }: Surge, dispersion: number, pane_ts: number) => {
  const seconds = (pane_ts + PANE_MS - from) / 1000;
  const ratio = observed / expected;
  return {
    started_at: from,
    values: { observed, expected: Math.round(expected * 10) / 10, ratio, seconds },
    evidence: { observed, expected, ratio, excess: observed - expected, seconds, score, dispersion },
  };
};

const learn = (
  surge: Surge,
  count: number,
  exposure: number,
  expected: number,
  quiet: boolean,
  { threshold }: SurgeRule,
  calibration: Calibration,
): void => {
  if (exposure <= 0) return;
  const suspected = surge.score >= threshold / 2;
  surge.suspected_s = suspected ? surge.suspected_s + 1 : 0;
  if (suspected || quiet) dropBlock(surge.dispersion);
  else measureDispersion(surge.dispersion, count, expected, calibration);
  const pace = quiet ? 0 : suspected && surge.suspected_s <= SUSPICION_S_MAX ? SUSPICION_PACE : 1;
  const keep = pace === 1 ? KEEP : 2 ** (-pace / USUAL_HALF_LIFE_S);
  const weight = surge.weight * keep + pace * exposure;
  if (weight > 0) surge.usual = (surge.usual * surge.weight * keep + pace * count) / weight;
  surge.weight = weight;
};
