/** A score that must be passed in a room of this many viewers. */
export interface ThresholdPoint {
  audience: number;
  score: number;
}

/**
 * What the detector of leaves was fitted with; data, versioned, and named in the evidence of every alert.
 * `thresholds` come from `test/simulation/dropoff-calibrate.ts` (docs/alerts.md says how to run it).
 */
export interface Calibration {
  version: string;
  /** Hazard of leaving per second by tenure band, before anything of this stream is known. */
  default_hazard_per_s: readonly number[];
  baseline_half_life_s: number;
  level_half_life_s: number;
  /** How many leaves' worth each prior weighs: the default curve, the source as a whole, the stratum, the level, a burst's haste. */
  prior_leaves: { band: number; source: number; stratum: number; level: number; burst: number };
  /** Ratios of observed to expected leaves that the test looks for. */
  ratios: readonly number[];
  /** The expectation is raised by this many of its own standard errors before leaves are held against it. */
  caution_se: number;
  /** Over-dispersion assumed before it is measured. */
  prior_dispersion: number;
  dispersion_half_life_s: number;
  burst_half_life_s: number;
  /** Where no source is named, those who came in a burst count for this much less in the test, 0 to 1. */
  burst_distrust: number;
  /** Under suspicion learning goes on at this share of its pace, for at most so long; then the new level is taken as the audience's. */
  suspicion_pace: number;
  suspicion_s_max: number;
  /** Ascending by audience; between two points the score is interpolated over the logarithm of the audience. */
  thresholds: readonly ThresholdPoint[];
}

/** Score to pass in a room of `audience` viewers; flat beyond both ends of the table. */
export const thresholdFor = (calibration: Calibration, audience: number): number => {
  const points = calibration.thresholds;
  let below = points[0]!;
  for (const above of points) {
    if (audience < above.audience) {
      if (above === below) return above.score;
      const share = Math.log(audience / below.audience) / Math.log(above.audience / below.audience);
      return below.score + share * (above.score - below.score);
    }
    below = above;
  }
  return below.score;
};

/** Calibrated on simulated streams without effect; see docs/alerts.md. */
export const DEFAULT_CALIBRATION: Calibration = {
  version: '2026-11-23.4',
  default_hazard_per_s: [
    0.06, 0.05, 0.035, 0.024, 0.018, 0.013, 0.009, 0.007, 0.0055, 0.0045, 0.0036, 0.0028, 0.002, 0.0015,
  ],
  baseline_half_life_s: 900,
  level_half_life_s: 90,
  prior_leaves: { band: 4, source: 6, stratum: 6, level: 30, burst: 5 },
  ratios: [2],
  caution_se: 0.5,
  prior_dispersion: 1.3,
  dispersion_half_life_s: 900,
  burst_half_life_s: 60,
  burst_distrust: 0.5,
  suspicion_pace: 0.05,
  suspicion_s_max: 120,
  thresholds: [
    { audience: 270, score: 8 },
    { audience: 1_200, score: 8.5 },
    { audience: 20_000, score: 10 },
  ],
};
