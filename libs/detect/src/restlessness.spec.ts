import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_CALIBRATION } from './calibration.js';
import {
  calmLevel,
  calmProbability,
  emptyRestlessness,
  observeLeaves,
  passSecond,
  suspicionOf,
  takeAsCalm,
  type Restlessness,
} from './restlessness.js';

const EXPECTED = 6;

/** Lives through seconds in which `leavesOf(s)` left where {@link EXPECTED} would have. */
const live = (room: Restlessness, seconds: number, leavesOf: (s: number) => number): Restlessness => {
  for (let s = 0; s < seconds; s++) {
    passSecond(room, false, DEFAULT_CALIBRATION);
    observeLeaves(room, leavesOf(s), EXPECTED, 1, DEFAULT_CALIBRATION);
  }
  return room;
};
const room = (): Restlessness => emptyRestlessness(DEFAULT_CALIBRATION);
const suspicion = (of: Restlessness): number => suspicionOf(of, DEFAULT_CALIBRATION);
const sumOf = ({ belief }: Restlessness): number => belief.reduce((sum, each) => sum + each, 0);

describe('what is believed of a room', () => {
  it('adds up to 1, whatever is seen and whatever was expected', () => {
    const second = fc.record({
      leaves: fc.integer({ min: 0, max: 100_000 }),
      expected: fc.double({ min: 1e-6, max: 100_000, noNaN: true }),
      silent: fc.boolean(),
      dispersion: fc.double({ min: 1, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(second, { maxLength: 40 }), (seconds) => {
        const believed = room();
        for (const { leaves, expected, silent, dispersion } of seconds) {
          passSecond(believed, silent, DEFAULT_CALIBRATION);
          observeLeaves(believed, leaves, expected, dispersion, DEFAULT_CALIBRATION);
          expect(sumOf(believed)).toBeCloseTo(1, 9);
          expect(Number.isFinite(suspicion(believed))).toBe(true);
        }
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });

  it('is Bayes: the odds of an effect are those of summing over every history of levels and hypotheses', () => {
    // Two seconds are few enough to do it the long way, one path after the other.
    const seen = [9, 14];
    const stepped = live(room(), seen.length, (s) => seen[s]!);
    const weights = pathWeights(seen);
    expect(1 - calmProbability(stepped)).toBeCloseTo(weights.effect / (weights.calm + weights.effect), 9);
  });

  it('follows the mood of a calm room, and reverts to the usual when nothing is seen', () => {
    const restless = live(room(), 900, () => 1.2 * EXPECTED);
    expect(calmLevel(restless).mean).toBeGreaterThan(1.1);
    for (let s = 0; s < 3_000; s++) passSecond(restless, true, DEFAULT_CALIBRATION);
    expect(calmLevel(restless).mean).toBeCloseTo(calmLevel(room()).mean, 2);
  });

  it('suspects nothing while as many leave as should, and more the more leave at once', () => {
    const calm = live(room(), 300, () => EXPECTED);
    expect(suspicion(calm)).toBeLessThan(1);
    const after = [1.5, 2, 3].map((ratio) => {
      const jumped = live(room(), 300, () => EXPECTED);
      return suspicion(live(jumped, 10, () => ratio * EXPECTED));
    });
    expect(after[0]!).toBeGreaterThan(suspicion(calm));
    expect(after[1]!).toBeGreaterThan(after[0]!);
    expect(after[2]!).toBeGreaterThan(after[1]!);
  });

  it('counts as calm in silence, at the level that it had', () => {
    const suspected = live(
      live(room(), 300, () => EXPECTED),
      10,
      () => 3 * EXPECTED,
    );
    const { mean } = calmLevel(suspected);
    passSecond(suspected, true, DEFAULT_CALIBRATION);
    expect(calmProbability(suspected)).toBeCloseTo(1, 9);
    expect(calmLevel(suspected).mean).toBeLessThan(1.5 * mean);
  });

  it('takes what lasts as the level of the room', () => {
    const suspected = live(
      live(room(), 300, () => EXPECTED),
      20,
      () => 1.9 * EXPECTED,
    );
    takeAsCalm(suspected, DEFAULT_CALIBRATION);
    expect(calmProbability(suspected)).toBeCloseTo(1, 9);
    expect(calmLevel(suspected).mean).toBeGreaterThan(1.6);
    expect(suspicion(live(suspected, 20, () => 1.9 * EXPECTED))).toBeLessThan(1);
  });
});

/** Weight of calm and of effects at the end, by every path through hypotheses, each with a filter of its own over levels. */
const pathWeights = (seen: readonly number[]): { calm: number; effect: number } => {
  const { effect } = DEFAULT_CALIBRATION;
  const lone = { ...DEFAULT_CALIBRATION, effect: { ...effect, begins_per_s: 0, ends_per_s: 0 } };
  const hypotheses = [1, ...effect.ratios];
  const chance = (from: number, to: number): number => {
    if (from === 0) return to === 0 ? 1 - effect.begins_per_s : effect.begins_per_s / effect.ratios.length;
    return to === from ? 1 - effect.ends_per_s : to === 0 ? effect.ends_per_s : 0;
  };
  let calm = 0;
  let effects = 0;
  const walk = (path: number[]): void => {
    if (path.length < seen.length) return hypotheses.forEach((_, h) => walk([...path, h]));
    let weight = 1;
    // The likelihood of a path is what normalising would have divided by, so it is done by hand here, level by level.
    let levels = Array.from(emptyRestlessness(lone).belief.subarray(0, LEVELS));
    path.forEach((hypothesis, s) => {
      weight *= chance(path[s - 1] ?? 0, hypothesis);
      levels = walked(levels, lone);
      levels = levels.map(
        (probability, j) => probability * poisson(seen[s]!, EXPECTED * levelAt(j) * hypotheses[hypothesis]!),
      );
    });
    weight *= levels.reduce((sum, each) => sum + each, 0);
    if (path.at(-1) === 0) calm += weight;
    else effects += weight;
  };
  walk([]);
  return { calm, effect: effects };
};

const LEVELS = emptyRestlessness(DEFAULT_CALIBRATION).belief.length / (1 + DEFAULT_CALIBRATION.effect.ratios.length);
const levelAt = (j: number): number => Math.exp((j - (LEVELS - 1) / 2) * 0.08);
const walked = (levels: number[], calibration: typeof DEFAULT_CALIBRATION): number[] => {
  const alone = emptyRestlessness(calibration);
  alone.belief.fill(0);
  alone.belief.set(levels);
  passSecond(alone, false, calibration);
  return Array.from(alone.belief.subarray(0, LEVELS));
};
const poisson = (count: number, mean: number): number => {
  let logFactorial = 0;
  for (let i = 2; i <= count; i++) logFactorial += Math.log(i);
  return Math.exp(count * Math.log(mean) - mean - logFactorial);
};
