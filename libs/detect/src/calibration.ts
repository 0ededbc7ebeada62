/** What a view feed tells: leaves with sources named, leaves without, or only who comes and how many are there. */
export type ViewFeed = 'named' | 'unnamed' | 'inferred';

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
  /** How many leaves' worth each prior weighs: the default curve, the source as a whole, the stratum, a burst's haste. */
  prior_leaves: { band: number; source: number; stratum: number; burst: number };
  /** How far the mood of a room strays, as the deviation of its logarithm, and how long it lasts. */
  mood: { deviation: number; memory_s: number };
  /** What is looked for: leaving so many times as fast, and how often that is taken to begin in a calm second, and to end. */
  effect: { ratios: readonly number[]; begins_per_s: number; ends_per_s: number };
  /** The change-point is looked for as the time since which viewers have left so many times as fast. */
  change_ratio: number;
  /** Over-dispersion assumed before it is measured. */
  prior_dispersion: number;
  /** Noise shared by the whole room, as a share of the count, assumed before it is measured. */
  prior_noise: number;
  dispersion_half_life_s: number;
  burst_half_life_s: number;
  /** Where no source is named, those who came in a burst count for this much less in the test, 0 to 1. */
  burst_distrust: number;
  /** What has been suspected for longer is taken as the audience's own level, in seconds. */
  suspicion_s_max: number;
  /** Ascending by audience; between two points the score is interpolated over the logarithm of the audience. */
  thresholds: Readonly<Record<ViewFeed, readonly ThresholdPoint[]>>;
}

/** Score to pass in a room of `audience` viewers; flat beyond both ends of the table. */
export const thresholdFor = (points: readonly ThresholdPoint[], audience: number): number => {
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
  version: '2026-11-28.1',
  default_hazard_per_s: [
    0.06, 0.05, 0.035, 0.024, 0.018, 0.013, 0.009, 0.007, 0.0055, 0.0045, 0.0036, 0.0028, 0.002, 0.0015,
  ],
  baseline_half_life_s: 900,
  prior_leaves: { band: 4, source: 6, stratum: 6, burst: 5 },
  mood: { deviation: 0.15, memory_s: 300 },
  effect: { ratios: [1.45, 1.9], begins_per_s: 1 / 1_500, ends_per_s: 1 / 90 },
  change_ratio: 1.75,
  prior_dispersion: 1.3,
  prior_noise: 0.1,
  dispersion_half_life_s: 900,
  burst_half_life_s: 60,
  burst_distrust: 0.5,
  suspicion_s_max: 120,
  thresholds: {
    named: [
      { audience: 270, score: 4.3 },
      { audience: 1_200, score: 5 },
      { audience: 20_000, score: 6 },
    ],
    unnamed: [
      { audience: 270, score: 3.7 },
      { audience: 1_200, score: 3.5 },
      { audience: 20_000, score: 4 },
    ],
    inferred: [
      { audience: 270, score: 4 },
      { audience: 1_200, score: 4 },
      { audience: 20_000, score: 5 },
    ],
  },
};
