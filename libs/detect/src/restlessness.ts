import type { Calibration } from './calibration.js';

/** Logarithms of the level lie within this, in steps of that: leaving a third as fast, to three times as fast, as the baseline says. */
const LOG_LEVEL_MAX = 1.2;
const LOG_LEVEL_STEP = 0.08;
const LEVELS = 2 * Math.round(LOG_LEVEL_MAX / LOG_LEVEL_STEP) + 1;
const LOG_LEVEL = Float64Array.from({ length: LEVELS }, (_, i) => (i - (LEVELS - 1) / 2) * LOG_LEVEL_STEP);
const LEVEL = LOG_LEVEL.map(Math.exp);

/**
 * What is believed of how restless a room is; plain data. `belief[i · LEVELS + j]` is the probability of hypothesis i
 * at level j: hypothesis 0 is a calm room, hypothesis i one in which something makes viewers leave `ratios[i − 1]` times as fast.
 */
export interface Restlessness {
  belief: Float64Array;
}

/** A probability below this is as good as none. */
const LEAST_CALM = 1e-300;

/** Nothing is known yet but how far moods go. */
export const emptyRestlessness = ({ mood, effect }: Calibration): Restlessness => {
  const belief = new Float64Array(LEVELS * (1 + effect.ratios.length));
  let sum = 0;
  for (let j = 0; j < LEVELS; j++) sum += belief[j] = Math.exp(-((LOG_LEVEL[j]! / mood.deviation) ** 2) / 2);
  for (let j = 0; j < LEVELS; j++) belief[j]! /= sum;
  return { belief };
};

/**
 * One second passes: the mood walks (an Ornstein-Uhlenbeck walk of the level's logarithm), and an effect may begin or
 * end. While the rule is silent no effect is looked for: what was suspected counts as calm again.
 */
export const passSecond = ({ belief }: Restlessness, silent: boolean, { mood, effect }: Calibration): void => {
  const { up, down } = walkOf(mood);
  const hypotheses = belief.length / LEVELS;
  for (let i = 0; i < hypotheses; i++) walk(belief, i * LEVELS, up, down);
  const begins = effect.begins_per_s / (hypotheses - 1);
  const ends = silent ? 1 : effect.ends_per_s;
  for (let j = 0; j < LEVELS; j++) {
    const calm = belief[j]!;
    let back = 0;
    for (let k = LEVELS + j; k < belief.length; k += LEVELS) {
      back += belief[k]! * ends;
      belief[k] = belief[k]! * (1 - ends) + (silent ? 0 : calm * begins);
    }
    belief[j] = calm * (silent ? 1 : 1 - effect.begins_per_s) + back;
  }
};

/** Twice the share of its probability that each level hands up and down in a second. */
interface Walk {
  up: Float64Array;
  down: Float64Array;
}
const walks = new WeakMap<Calibration['mood'], Walk>();

/** The walk of a mood, worked out once. */
const walkOf = (mood: Calibration['mood']): Walk => {
  const known = walks.get(mood);
  if (known !== undefined) return known;
  const drift = 1 - Math.exp(-1 / mood.memory_s);
  const variance = (mood.deviation ** 2 * (1 - Math.exp(-2 / mood.memory_s))) / LOG_LEVEL_STEP ** 2;
  const pulls = LOG_LEVEL.map((level) => (-level * drift) / LOG_LEVEL_STEP);
  const up = pulls.map((pull, j) => (j === LEVELS - 1 ? 0 : Math.max(variance, Math.abs(pull)) + pull));
  const down = pulls.map((pull, j) => (j === 0 ? 0 : Math.max(variance, Math.abs(pull)) - pull));
  walks.set(mood, { up, down });
  return { up, down };
};

/** Each level of the hypothesis at `from` hands some of its probability to its neighbours, so that mean and variance move as the walk's do. */
const walk = (belief: Float64Array, from: number, up: Float64Array, down: Float64Array): void => {
  let fromBelow = 0;
  for (let j = 0; j < LEVELS; j++) {
    const here = belief[from + j]!;
    const toAbove = (here * up[j]!) / 2;
    const toBelow = (here * down[j]!) / 2;
    belief[from + j] = here - toAbove - toBelow + fromBelow;
    if (j > 0) belief[from + j - 1]! += toBelow;
    fromBelow = toAbove;
  }
};

/** How restless the room is if it is calm: the level's mean, and its standard deviation. */
export const calmLevel = ({ belief }: Restlessness): { mean: number; deviation: number } => {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (let j = 0; j < LEVELS; j++) {
    weight += belief[j]!;
    sum += belief[j]! * LEVEL[j]!;
    squares += belief[j]! * LEVEL[j]! ** 2;
  }
  const mean = sum / weight;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / weight - mean ** 2)) };
};

/** Room to work in, used anew for every pane. */
let logLikelihood = new Float64Array(0);

/**
 * Learns from `leaves` where `expected` would have left at level 1, by Bayes' rule: the Poisson likelihood, its
 * logarithm divided by the over-dispersion.
 */
export const observeLeaves = (
  { belief }: Restlessness,
  leaves: number,
  expected: number,
  dispersion: number,
  { effect }: Calibration,
): void => {
  if (logLikelihood.length < belief.length) logLikelihood = new Float64Array(belief.length);
  // Against the likeliest of what is believed at all, so that no exponential overflows and something always remains.
  let likeliest = -Infinity;
  for (let from = 0; from < belief.length; from += LEVELS) {
    const ratio = from === 0 ? 1 : effect.ratios[from / LEVELS - 1]!;
    const logRatio = Math.log(ratio);
    for (let j = 0; j < LEVELS; j++) {
      const value = (leaves * (LOG_LEVEL[j]! + logRatio) - expected * LEVEL[j]! * ratio) / dispersion;
      logLikelihood[from + j] = value;
      if (belief[from + j]! > 0 && value > likeliest) likeliest = value;
    }
  }
  let sum = 0;
  for (let k = 0; k < belief.length; k++)
    if (belief[k]! > 0) sum += belief[k]! *= Math.exp(logLikelihood[k]! - likeliest);
  for (let k = 0; k < belief.length; k++) belief[k]! /= sum;
};

/** Probability that the room is calm, 0 to 1. */
export const calmProbability = ({ belief }: Restlessness): number => {
  let calm = 0;
  for (let j = 0; j < LEVELS; j++) calm += belief[j]!;
  return Math.min(1, calm);
};

/**
 * How much the leaves speak for an effect: ln of its odds now over its odds before anything was seen (a Bayes factor,
 * in nats), at least 0.
 */
export const suspicionOf = (restlessness: Restlessness, { effect }: Calibration): number => {
  const calm = calmProbability(restlessness);
  const odds = (1 - calm) / Math.max(calm, LEAST_CALM);
  return Math.max(0, Math.log(odds) - Math.log(effect.begins_per_s / effect.ends_per_s));
};

/** Takes what was suspected as the room's own level from now on: an effect that lasts is the audience. */
export const takeAsCalm = ({ belief }: Restlessness, { effect }: Calibration): void => {
  for (let i = 1; i < belief.length / LEVELS; i++) {
    const steps = Math.round(Math.log(effect.ratios[i - 1]!) / LOG_LEVEL_STEP);
    for (let j = 0; j < LEVELS; j++) {
      belief[Math.min(LEVELS - 1, j + steps)]! += belief[i * LEVELS + j]!;
      belief[i * LEVELS + j] = 0;
    }
  }
};
