import { TENURE_BANDS } from '#domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retentionAt, retentionCurve } from './retention.js';

const bands = (some: Record<number, number>, rest = 0): number[] =>
  Array.from({ length: TENURE_BANDS }, (_, band) => some[band] ?? rest);

describe('retention', () => {
  it('at 0 seconds is 1, even with nobody at risk', () => {
    expect(retentionCurve(bands({}), bands({}), 0)).toEqual([1]);
  });

  it("applies a band's factor once for every second of tenure in it", () => {
    const curve = retentionCurve(bands({ 0: 1, 1: 1 }), bands({ 0: 2, 1: 4 }), 6);
    expect(curve).toEqual([1, 0.5, 0.25, 0.125, 0.125 * 0.75, 0.125 * 0.75 * 0.75, 0.125 * 0.75 * 0.75 * 0.75]);
  });

  it('is null from the first band below τ with nobody at risk, and known at its lower edge', () => {
    const [leaves, atRisk] = [bands({}), bands({ 1: 0 }, 10)];
    expect(retentionAt(leaves, atRisk, 3)).toBe(1);
    expect(retentionAt(leaves, atRisk, 4)).toBeNull();
    expect(retentionAt(leaves, atRisk, 600)).toBeNull();
  });

  it('stays 0 once a band lost all, and is null only beyond', () => {
    const [leaves, atRisk] = [bands({ 0: 3 }), bands({ 0: 3 })];
    expect(retentionCurve(leaves, atRisk, 4)).toEqual([1, 0, 0, 0, null]);
  });

  it('never rises and stays within 0 and 1', () => {
    const band = fc.integer({ min: 1, max: 50 }).chain((atRisk) => fc.tuple(fc.nat(atRisk), fc.constant(atRisk)));
    fc.assert(
      fc.property(fc.array(band, { minLength: TENURE_BANDS, maxLength: TENURE_BANDS }), (drawn) => {
        const curve = retentionCurve(
          drawn.map(([leaves]) => leaves),
          drawn.map(([, atRisk]) => atRisk),
          700,
        ) as number[];
        curve.slice(1).forEach((share, s) => expect(share >= 0 && share <= curve[s]!).toBe(true));
      }),
      { numRuns: 20 },
    );
  });
});
