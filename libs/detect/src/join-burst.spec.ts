import { describe, expect, it } from '@jest/globals';
import { TENURE_BANDS } from '#domain';
import { burstShares, emptyJoinBursts, stepJoinBursts } from './join-burst.js';

const START_MS = 1_700_000_000_000;
const CALM = 2;
const BURST = 10;

/** Shares by band after `seconds` of calm arrivals with a burst in `[from, to)`. */
const sharesAfter = (seconds: number, from: number, to: number): number[] => {
  const bursts = emptyJoinBursts();
  for (let s = 0; s < seconds; s++) stepJoinBursts(bursts, START_MS + s * 1000, s >= from && s < to ? BURST : CALM);
  const share = new Float64Array(TENURE_BANDS);
  burstShares(bursts, share, 0);
  return [...share];
};

describe('a burst of joins', () => {
  it('is none while arrivals are steady', () => {
    expect(sharesAfter(300, 0, 0).every((share) => share === 0)).toBe(true);
  });

  it('holds all of the youngest bands once it has gone on for them', () => {
    expect(sharesAfter(320, 300, 330).slice(0, 4)).toEqual([1, 1, 1, 1]);
  });

  it('began with the first seconds it was found in, not when it was found', () => {
    expect(sharesAfter(303, 300, 330)[0]).toBe(1);
  });

  it('moves on through the bands, and is forgotten in the last', () => {
    const after = sharesAfter(390, 300, 330);
    expect(after[0]).toBe(0);
    expect(after[8]).toBe(1);
    expect(sharesAfter(950, 300, 330).every((share) => share === 0)).toBe(true);
  });

  it('is not looked for in the first minute: a room that fills has no usual rate', () => {
    expect(sharesAfter(40, 20, 40).every((share) => share === 0)).toBe(true);
  });
});
