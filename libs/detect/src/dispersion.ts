import type { Calibration } from './calibration.js';

/** Over-dispersion is measured on blocks this long: noise that lasts some seconds is what a sequential test adds up. */
const BLOCK_S = 10;
/** A block counts at most so many times what is usual: one accident must not deafen the detector. */
const BLOCK_CAP = 8;
/** How many blocks the prior weighs. */
const PRIOR_BLOCKS = 6;
/** Below this a block says nothing about variance. */
const BLOCK_EXPECTED_MIN = 1;

/** Variance of leaves against expectation, relative to Poisson, measured where nothing was suspected; plain data. */
export interface Dispersion {
  block_s: number;
  block_observed: number;
  block_expected: number;
  squares: number;
  blocks: number;
}

export const emptyDispersion = (): Dispersion => ({
  block_s: 0,
  block_observed: 0,
  block_expected: 0,
  squares: 0,
  blocks: 0,
});

/** At least 1: less than Poisson would be an accident. */
export const dispersionOf = (dispersion: Dispersion, calibration: Calibration): number =>
  Math.max(1, (dispersion.squares + PRIOR_BLOCKS * calibration.prior_dispersion) / (dispersion.blocks + PRIOR_BLOCKS));

/** Adds one calm pane. */
export const measureDispersion = (
  dispersion: Dispersion,
  observed: number,
  expected: number,
  calibration: Calibration,
): void => {
  dispersion.block_s++;
  dispersion.block_observed += observed;
  dispersion.block_expected += expected;
  if (dispersion.block_s < BLOCK_S) return;
  if (dispersion.block_expected >= BLOCK_EXPECTED_MIN) {
    const square = (dispersion.block_observed - dispersion.block_expected) ** 2 / dispersion.block_expected;
    const keep = 2 ** (-BLOCK_S / calibration.dispersion_half_life_s);
    const cap = BLOCK_CAP * dispersionOf(dispersion, calibration);
    dispersion.squares = dispersion.squares * keep + Math.min(square, cap);
    dispersion.blocks = dispersion.blocks * keep + 1;
  }
  dropBlock(dispersion);
};

/** Forgets the block under way: what is suspected says nothing about calm. */
export const dropBlock = (dispersion: Dispersion): void => {
  dispersion.block_s = 0;
  dispersion.block_observed = 0;
  dispersion.block_expected = 0;
};
