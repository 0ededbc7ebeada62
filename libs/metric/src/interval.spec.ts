import { describe, expect, it } from '@jest/globals';
import { Random } from '../../../test/kit/random.js';
import { countEstimate, difference, dispersionOf, per, sumEstimate } from './interval.js';
import type { Estimate } from './interval.js';

const TRIALS = 4_000;
const seeded = new Random(7);
const chance = (): number => seeded.next();

/** Arrivals at this rate within one unit of time. */
const poisson = (mean: number): number => {
  let count = 0;
  for (let at = -Math.log(1 - chance()); at < mean; at += -Math.log(1 - chance())) count++;
  return count;
};
const coverage = (truth: number, draw: () => Estimate): number => {
  let held = 0;
  for (let i = 0; i < TRIALS; i++) {
    const { low, high } = draw();
    if (low <= truth && truth <= high) held++;
  }
  return held / TRIALS;
};

describe('a 95 % interval', () => {
  it.each([
    [3, 1, 0.995],
    [20, 8, 0.98],
    [200, 180, 0.97],
  ])('of a difference of counts of mean %d and %d holds it at least about so often', (a, b, atMost) => {
    const held = coverage(a - b, () => difference(countEstimate(poisson(a)), countEstimate(poisson(b))));
    expect(held).toBeGreaterThan(0.93);
    expect(held).toBeLessThan(atMost);
  });

  it('of a sum of amounts holds it about so often, where there are some', () => {
    const amounts = (): number[] => Array.from({ length: poisson(40) }, () => 100 * chance());
    const held = coverage(40 * 50, () => sumEstimate(amounts()));
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.97);
  });

  it('of counts that stir together is wider by their dispersion', () => {
    const pairs = (): number => 2 * poisson(20);
    const held = coverage(0, () => difference(countEstimate(pairs(), 2), countEstimate(pairs(), 2)));
    expect(held).toBeGreaterThan(0.93);
    expect(coverage(0, () => difference(countEstimate(pairs()), countEstimate(pairs())))).toBeLessThan(0.9);
  });

  it('of nothing counted reaches above nothing', () => {
    const none = per(countEstimate(0), 2);
    expect(none.low).toBeCloseTo(0);
    expect(none.high).toBeGreaterThan(1);
  });
});

describe('dispersion', () => {
  it('is 1 for what is Poisson and 2 for what comes in pairs', () => {
    const many = (draw: () => number): number =>
      dispersionOf(
        Array.from({ length: TRIALS }, () => ({ observed: draw(), expected: 20 })),
        0,
      );
    expect(many(() => poisson(20))).toBeLessThan(1.1);
    expect(many(() => 2 * poisson(10))).toBeCloseTo(2, 0);
  });

  it('is 1 where there is too little to tell', () => expect(dispersionOf([{ observed: 9, expected: 1 }], 1)).toBe(1));
});
