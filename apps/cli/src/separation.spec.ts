import { describe, expect, it } from '@jest/globals';
import { separation } from './separation.js';

const judged = (scores: readonly number[], wrong: readonly number[]) =>
  scores.map((score, row) => ({ score, wrong: wrong.includes(row) }));

describe('how well scores separate', () => {
  it('is 1 where every wrong row scores highest, 0 where it scores lowest, a half where nothing tells them apart', () => {
    expect(separation(judged([1, 2, 9, 8], [2, 3]))).toBe(1);
    expect(separation(judged([1, 2, 9, 8], [0, 1]))).toBe(0);
    expect(separation(judged([3, 3, 3, 3], [1]))).toBe(0.5);
  });

  it('counts pairs, ties for half', () => {
    // Wrong: 5 and 2; right: 1, 2, 4. Of six pairs 5 wins three, 2 wins one and ties one.
    expect(separation(judged([5, 2, 1, 2, 4], [0, 1]))).toBeCloseTo(4.5 / 6, 12);
  });

  it('is unknown where all rows are alike', () => {
    expect(separation(judged([1, 2], []))).toBeNull();
    expect(separation(judged([1, 2], [0, 1]))).toBeNull();
  });
});
