import { SOURCES, TENURE_BANDS } from '#domain';
import type { Calibration } from './calibration.js';
import { STRATA, type StrataCounts } from './strata.js';

/**
 * What a stream has taught about how its audience leaves; plain data.
 * `leaves` and `exposure_s` (viewer-seconds at the common level) fade with the baseline's half-life,
 * `burst_leaves` and `burst_expected` with a burst's.
 */
export interface Baseline {
  leaves: Float64Array;
  exposure_s: Float64Array;
  burst_leaves: number;
  burst_expected: number;
}

/** E of one pane: what this audience, by source and by how long each has been here, would do. Overwritten for each pane. */
export interface Expectation {
  by_stratum: Float64Array;
  total: number;
  /** Common level g: how restless the whole room is now against its own baseline. */
  level: number;
  /** How many times as fast as others of their band those who came in the last bursts leave. */
  haste: number;
  /** Hazard of each band over all sources. */
  pooled: Float64Array;
  /** Standard error of `total` that comes from knowing the hazards and the level only so well. */
  standard_error: number;
}

export const emptyBaseline = (): Baseline => ({
  leaves: new Float64Array(STRATA),
  exposure_s: new Float64Array(STRATA),
  burst_leaves: 0,
  burst_expected: 0,
});

export const emptyExpectation = (): Expectation => ({
  by_stratum: new Float64Array(STRATA),
  total: 0,
  level: 1,
  haste: 1,
  pooled: new Float64Array(TENURE_BANDS),
  standard_error: 0,
});

/**
 * E = g · Σ h · at_risk into `expectation`. Each hazard is shrunk towards its band's over all sources times its
 * source's own ratio, and the band's towards the default curve: a stratum barely seen borrows from its relatives.
 */
export const expectLeaves = (
  baseline: Baseline,
  counts: StrataCounts,
  level: { mean: number; deviation: number },
  calibration: Calibration,
  expectation: Expectation,
): void => {
  const prior = calibration.prior_leaves;
  const haste = (baseline.burst_leaves + prior.burst) / (baseline.burst_expected + prior.burst);
  const { pooled } = expectation;
  poolHazards(baseline, calibration, pooled);
  let total = 0;
  let variance = 0;
  for (let s = 0; s < SOURCES.length; s++) {
    const from = s * TENURE_BANDS;
    if (isEmpty(counts.at_risk, from)) {
      expectation.by_stratum.fill(0, from, from + TENURE_BANDS);
      continue;
    }
    const ratio = sourceRatio(baseline, from, pooled, prior.source);
    for (let band = 0; band < TENURE_BANDS; band++) {
      const k = from + band;
      const atRisk = counts.at_risk[k]!;
      if (atRisk === 0) {
        expectation.by_stratum[k] = 0;
        continue;
      }
      const seen = baseline.leaves[k]! + prior.stratum;
      const hazard = seen / (baseline.exposure_s[k]! + prior.stratum / (pooled[band]! * ratio));
      const mixed = 1 + counts.burst[k]! * (haste - 1);
      const expected = Math.min(atRisk, level.mean * hazard * mixed * atRisk);
      expectation.by_stratum[k] = expected;
      total += expected;
      variance += (expected * expected) / seen;
    }
  }
  expectation.total = total;
  expectation.level = level.mean;
  expectation.haste = haste;
  expectation.standard_error = Math.sqrt(variance + ((total * level.deviation) / level.mean) ** 2);
};

/** Nobody of the source is there. */
const isEmpty = (atRisk: Float64Array, from: number): boolean => {
  for (let k = from; k < from + TENURE_BANDS; k++) if (atRisk[k]! !== 0) return false;
  return true;
};

const poolHazards = (baseline: Baseline, calibration: Calibration, pooled: Float64Array): void => {
  const weight = calibration.prior_leaves.band;
  for (let band = 0; band < TENURE_BANDS; band++) {
    let leaves = weight;
    let exposure = weight / calibration.default_hazard_per_s[band]!;
    for (let k = band; k < STRATA; k += TENURE_BANDS) {
      leaves += baseline.leaves[k]!;
      exposure += baseline.exposure_s[k]!;
    }
    pooled[band] = leaves / exposure;
  }
};

const sourceRatio = (baseline: Baseline, from: number, pooled: Float64Array, weight: number): number => {
  let leaves = weight;
  let expected = weight;
  for (let band = 0; band < TENURE_BANDS; band++) {
    leaves += baseline.leaves[from + band]!;
    expected += baseline.exposure_s[from + band]! * pooled[band]!;
  }
  return leaves / expected;
};

/**
 * Teaches the baseline one pane, `seconds` after the one before. `pace` 1 is learning in full, 0 none;
 * forgetting goes at the same pace, so that a pause loses nothing. Those who came in a burst teach its haste, the others all else.
 */
export const learn = (
  baseline: Baseline,
  counts: StrataCounts,
  expectation: Expectation,
  seconds: number,
  pace: number,
  calibration: Calibration,
): void => {
  if (pace === 0) return;
  const keep = 2 ** ((-pace * seconds) / calibration.baseline_half_life_s);
  let burstLeaves = 0;
  let burstExpected = 0;
  for (let k = 0; k < STRATA; k++) {
    const burst = counts.burst[k]!;
    const own = 1 - burst;
    baseline.leaves[k] = baseline.leaves[k]! * keep + pace * own * counts.leaves[k]!;
    baseline.exposure_s[k] = baseline.exposure_s[k]! * keep + pace * own * expectation.level * counts.at_risk[k]!;
    burstLeaves += burst * counts.leaves[k]!;
    burstExpected += burst * expectation.by_stratum[k]!;
  }
  // The haste of a burst is forgotten whatever is suspected: the next one is of another kind.
  const keepBurst = 2 ** (-seconds / calibration.burst_half_life_s);
  baseline.burst_leaves = baseline.burst_leaves * keepBurst + pace * burstLeaves;
  baseline.burst_expected = baseline.burst_expected * keepBurst + (pace * burstExpected) / expectation.haste;
};
