import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptySeries, scoreNext } from './series.js';

const scoresOf = (values: readonly number[]): number[] => {
  const series = emptySeries();
  return values.map((value) => scoreNext(series, value));
};
/** Scatters around 0 without chance: deterministic, and never the same twice in a row. */
const noise = (row: number): number => Math.sin(row * 12.9898) + Math.cos(row * 78.233) / 2;
const calm = (rows: number, change: (row: number) => number = () => 0): number[] =>
  Array.from({ length: rows }, (_, row) => noise(row) + change(row));

describe('a series judged by its own past', () => {
  it('is little surprised by what is usual', () => {
    expect(Math.max(...scoresOf(calm(2_000)))).toBeLessThan(5);
  });

  it('is surprised by a spike, a dip, and a jump that stays, at once', () => {
    const usual = Math.max(...scoresOf(calm(1_000)));
    expect(scoresOf(calm(1_000, (row) => (row === 500 ? 12 : 0)))[500]).toBeGreaterThan(usual + 1);
    expect(scoresOf(calm(1_000, (row) => (row === 500 ? -12 : 0)))[500]).toBeGreaterThan(usual + 1);
    const jump = scoresOf(calm(1_000, (row) => (row >= 500 ? 5 : 0)));
    expect(Math.max(...jump.slice(500, 510))).toBeGreaterThan(usual + 1);
  });

  it('gets used to what stays', () => {
    const jump = scoresOf(calm(2_000, (row) => (row >= 500 ? 5 : 0)));
    expect(Math.max(...jump.slice(1_000))).toBeLessThan(5);
  });

  it('is silent while it learns, and of a series that never moves', () => {
    expect(scoresOf(calm(20, (row) => (row === 10 ? 50 : 0))).every((score) => score === 0)).toBe(true);
    expect(scoresOf(new Array<number>(100).fill(7)).every((score) => score === 0)).toBe(true);
  });

  it('does not care for the unit of its values, and knows nothing of later rows', () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 30, maxLength: 120 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.25, 4, 64), fc.integer({ min: -512, max: 512 }), (row, scale, shift) => {
        const scores = scoresOf(row);
        scoresOf(row.map((value) => value * scale + shift)).forEach((score, n) =>
          expect(score).toBeCloseTo(scores[n]!, 6),
        );
        expect(scoresOf(row.slice(0, 30))).toEqual(scores.slice(0, 30));
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });
});
