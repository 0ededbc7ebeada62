import { TENURE_BANDS } from '#domain';
import type { Calibration } from './calibration.js';
import type { Expectation } from './expectation.js';
import type { StrataCounts } from './strata.js';

/** What was added up since the change-point, the last time the score was 0; plain data. */
export interface Chart {
  score: number;
  /** Start of the first pane counted, ms; meaningless while `seconds` is 0. */
  since: number;
  seconds: number;
  observed: number;
  expected: number;
  timeouts: number;
  /** Of the expectation, added up as fully dependent from pane to pane: hazards are wrong for a while, not for a second. */
  standard_error: number;
  /** At risk in the first pane counted. */
  audience: number;
  /** ln of the share that would have stayed over these seconds: as observed, as expected. */
  log_kept: number;
  log_kept_expected: number;
  observed_by_band: Float64Array;
  expected_by_band: Float64Array;
}

export const emptyChart = (): Chart => ({
  score: 0,
  since: 0,
  seconds: 0,
  observed: 0,
  expected: 0,
  timeouts: 0,
  standard_error: 0,
  audience: 0,
  log_kept: 0,
  log_kept_expected: 0,
  observed_by_band: new Float64Array(TENURE_BANDS),
  expected_by_band: new Float64Array(TENURE_BANDS),
});

export const restart = (chart: Chart): void => {
  chart.score = 0;
  chart.seconds = 0;
  chart.observed = 0;
  chart.expected = 0;
  chart.timeouts = 0;
  chart.standard_error = 0;
  chart.log_kept = 0;
  chart.log_kept_expected = 0;
  chart.observed_by_band.fill(0);
  chart.expected_by_band.fill(0);
};

/** The pane as the test reads it. */
export interface Reading {
  /** Start of the first pane that it tells of, ms, and of how many seconds. */
  since: number;
  seconds: number;
  timeouts: number;
  counts: StrataCounts;
  expectation: Expectation;
  /** Leaves and their expectation as far as the test trusts them. */
  leaves: number;
  expected: number;
  dispersion: number;
}

/**
 * Poisson CUSUM: the log-likelihood of leaving {@link Calibration.change_ratio} times as fast as expected, over the
 * over-dispersion, reset whenever it falls to 0, which makes that moment the change-point.
 */
export const stepChart = (chart: Chart, reading: Reading, { change_ratio }: Calibration): void => {
  const { leaves, expected, dispersion } = reading;
  const gain = (leaves * Math.log(change_ratio) - expected * (change_ratio - 1)) / dispersion;
  if (chart.score + gain <= 0) restart(chart);
  else count(chart, gain, reading);
};

const count = (chart: Chart, gain: number, { since, seconds, timeouts, counts, expectation }: Reading): void => {
  if (chart.seconds === 0) {
    chart.since = since;
    chart.audience = counts.at_risk_total;
  }
  chart.score += gain;
  chart.seconds += seconds;
  chart.observed += counts.leaves_total;
  chart.expected += expectation.total;
  chart.timeouts += timeouts;
  chart.standard_error += expectation.standard_error;
  chart.log_kept += logKept(counts.leaves_total, counts.at_risk_total);
  chart.log_kept_expected += logKept(expectation.total, counts.at_risk_total);
  for (let from = 0; from < counts.leaves.length; from += TENURE_BANDS) {
    for (let band = 0; band < TENURE_BANDS; band++) {
      chart.observed_by_band[band]! += counts.leaves[from + band]!;
      chart.expected_by_band[band]! += expectation.by_stratum[from + band]!;
    }
  }
};

/** A pane in which everybody left keeps half a viewer, so that a logarithm remains. */
const logKept = (leaves: number, atRisk: number): number =>
  atRisk === 0 ? 0 : Math.log(Math.max(atRisk - leaves, 0.5) / atRisk);
