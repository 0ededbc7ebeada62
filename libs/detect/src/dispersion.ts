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
  /** Expected per second, added up over the blocks. */
  rates: number;
}

export const emptyDispersion = (): Dispersion => ({
  block_s: 0,
  block_observed: 0,
  block_expected: 0,
  squares: 0,
  blocks: 0,
  rates: 0,
});

/**
 * Over-dispersion where `expected` is expected in a second; at least 1: less than Poisson would be an accident. What goes
 * beyond Poisson is noise shared by the whole room, so it grows with the count: a burst of traffic is noisier than the
 * calm that it was measured in.
 */
export const dispersionOf = (
  { squares, blocks, rates }: Dispersion,
  expected: number,
  { prior_dispersion, prior_noise }: Calibration,
): number => {
  const usual = blocks === 0 ? expected : rates / blocks;
  const prior = prior_dispersion + prior_noise ** 2 * usual;
  const measured = (squares + PRIOR_BLOCKS * prior) / (blocks + PRIOR_BLOCKS);
  return usual === 0 ? prior : Math.max(1, 1 + ((measured - 1) * expected) / usual);
};

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
    const cap = BLOCK_CAP * dispersionOf(dispersion, dispersion.block_expected / BLOCK_S, calibration);
    dispersion.squares = dispersion.squares * keep + Math.min(square, cap);
    dispersion.blocks = dispersion.blocks * keep + 1;
    dispersion.rates = dispersion.rates * keep + dispersion.block_expected / BLOCK_S;
  }
  dropBlock(dispersion);
};

/** Forgets the block under way: what is suspected says nothing about calm. */
export const dropBlock = (dispersion: Dispersion): void => {
  dispersion.block_s = 0;
  dispersion.block_observed = 0;
  dispersion.block_expected = 0;
};
