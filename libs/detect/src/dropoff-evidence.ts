import { TENURE_BAND_EDGES_S, TENURE_BANDS, type Message } from '#domain';
import type { Chart } from './chart.js';
import { trafficBurst, type Surroundings } from './surroundings.js';

/** Normal quantile of a 95 % interval. */
const Z_95 = 1.96;

/** Leaves of one tenure band `[from_s, to_s)`; `to_s` is `null` for the last. */
export interface BandEvidence {
  from_s: number;
  to_s: number | null;
  observed: number;
  expected: number;
}

/** Why `dropoff_spike` fired, counted from `started_at` to `detected_at`; counts of viewers, ratios, seconds. */
export interface DropoffEvidence extends Record<string, unknown> {
  observed: number;
  expected: number;
  ratio: number;
  /** 95 % interval: noise of leaving with its over-dispersion, and how well the expectation is known. */
  ratio_low: number;
  ratio_high: number;
  excess_viewers: number;
  seconds: number;
  /** Viewers at risk when it began. */
  audience: number;
  by_band: BandEvidence[];
  /** Share of the audience kept over these seconds: as it was, and as this audience would have been kept. */
  retention: { observed: number; expected: number };
  /** Leaves were not counted but inferred from arrivals and the number online. */
  inferred: boolean;
  item_title: string | null;
  traffic_burst: { enters_per_s: number; usual_enters_per_s: number } | null;
  script_cues: { ts: number; label: string }[];
  score: number;
  threshold: number;
  dispersion: number;
  calibration_version: string;
  context_version: string;
  caveat: Message;
}

/** What a leave count against an expectation can never say by itself. */
const ASSOCIATION_NOT_CAUSE: Message = { key: 'alert.caveat.association_not_cause', values: {} };

export const dropoffEvidence = (
  chart: Chart,
  surroundings: Surroundings,
  found: {
    score: number;
    threshold: number;
    dispersion: number;
    inferred: boolean;
    item_title: string | null;
    calibration_version: string;
    context_version: string;
  },
): DropoffEvidence => {
  const ratio = chart.observed / chart.expected;
  const spread = Math.exp(
    Z_95 * Math.sqrt(found.dispersion / chart.observed + (chart.standard_error / chart.expected) ** 2),
  );
  return {
    observed: chart.observed,
    expected: rounded(chart.expected),
    ratio: rounded(ratio),
    ratio_low: rounded(ratio / spread),
    ratio_high: rounded(ratio * spread),
    excess_viewers: rounded(chart.observed - chart.expected),
    seconds: chart.seconds,
    audience: chart.audience,
    by_band: byBand(chart),
    retention: { observed: rounded(Math.exp(chart.log_kept)), expected: rounded(Math.exp(chart.log_kept_expected)) },
    inferred: found.inferred,
    item_title: found.item_title,
    traffic_burst: trafficBurst(surroundings),
    script_cues: surroundings.cues.map(({ ts, label }) => ({ ts, label })),
    score: rounded(found.score),
    threshold: rounded(found.threshold),
    dispersion: rounded(found.dispersion),
    calibration_version: found.calibration_version,
    context_version: found.context_version,
    caveat: ASSOCIATION_NOT_CAUSE,
  };
};

const byBand = (chart: Chart): BandEvidence[] =>
  Array.from({ length: TENURE_BANDS }, (_, band) => ({
    from_s: TENURE_BAND_EDGES_S[band]!,
    to_s: TENURE_BAND_EDGES_S[band + 1] ?? null,
    observed: rounded(chart.observed_by_band[band]!),
    expected: rounded(chart.expected_by_band[band]!),
  }));

/** To a thousandth: evidence is read by people. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
