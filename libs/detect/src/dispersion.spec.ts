import { describe, expect, it } from '@jest/globals';
import { DEFAULT_CALIBRATION } from './calibration.js';
import { dispersionOf, emptyDispersion, measureDispersion } from './dispersion.js';

/** A room in which `expected` a second are expected, and `share` of them too many and too few by turns of ten seconds. */
const measured = (expected: number, share: number) => {
  const dispersion = emptyDispersion();
  for (let s = 0; s < 3_000; s++) {
    const sign = Math.floor(s / 10) % 2 === 0 ? 1 : -1;
    measureDispersion(dispersion, expected * (1 + sign * share), expected, DEFAULT_CALIBRATION);
  }
  return (at: number): number => dispersionOf(dispersion, at, DEFAULT_CALIBRATION);
};

describe('over-dispersion', () => {
  it('is the mean square of blocks against expectation: 10 % of 3,000 in a block is 30 times Poisson', () => {
    expect(measured(300, 0.1)(300)).toBeCloseTo(30, -1);
  });

  it('is 1 where counts scatter less than Poisson', () => {
    expect(measured(300, 0)(300)).toBeCloseTo(1, 0);
  });

  // A burst at 20,000 viewers once fired within a second: its noise was taken to be that of the calm before it.
  it('grows with the count, since the noise is shared by the whole room', () => {
    const of = measured(300, 0.05);
    expect(of(1_200) - 1).toBeCloseTo(4 * (of(300) - 1), 6);
    expect(of(0)).toBe(1);
  });

  it('is assumed before it is measured, and more where more is expected', () => {
    const unknown = (at: number) => dispersionOf(emptyDispersion(), at, DEFAULT_CALIBRATION);
    expect(unknown(5)).toBeGreaterThan(1);
    expect(unknown(500)).toBeGreaterThan(unknown(5));
  });
});
