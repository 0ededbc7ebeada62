import { TENURE_BANDS } from '#domain';
import type { Calibration } from './calibration.js';
import type { Expectation } from './expectation.js';
import { UNNAMED, type StrataCounts } from './strata.js';

/** What one chart has added up since its change-point, the last time its score was 0; plain data. */
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

const emptyChart = (): Chart => ({
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

/** One chart for each ratio looked for. */
export const emptyCharts = (calibration: Calibration): Chart[] => calibration.ratios.map(emptyChart);

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
  ts: number;
  timeouts: number;
  counts: StrataCounts;
  expectation: Expectation;
  dispersion: number;
}

/**
 * Poisson CUSUM: the log-likelihood of leaving `ratio` times as fast as expected, over the over-dispersion,
 * reset whenever it falls to 0, which makes that moment the change-point.
 */
export const stepCharts = (charts: readonly Chart[], reading: Reading, calibration: Calibration): void => {
  const { dispersion } = reading;
  const { leaves, expected } = trusted(reading, calibration);
  for (let i = 0; i < charts.length; i++) {
    const chart = charts[i]!;
    const ratio = calibration.ratios[i]!;
    const gain = (leaves * Math.log(ratio) - expected * (ratio - 1)) / dispersion;
    if (chart.score + gain <= 0) restart(chart);
    else count(chart, gain, reading);
  }
};

/** Leaves and their cautious expectation, those who came in a burst counted for less: how they leave is known least. */
const trusted = (
  { counts, expectation }: Reading,
  { burst_distrust, caution_se }: Calibration,
): { leaves: number; expected: number } => {
  let leaves = counts.leaves_total;
  let expected = expectation.total;
  for (let k = UNNAMED; k < UNNAMED + TENURE_BANDS; k++) {
    const distrust = burst_distrust * counts.burst[k]!;
    leaves -= distrust * counts.leaves[k]!;
    expected -= distrust * expectation.by_stratum[k]!;
  }
  const relativeError = expectation.total === 0 ? 0 : expectation.standard_error / expectation.total;
  return { leaves, expected: expected * (1 + caution_se * relativeError) };
};

const count = (chart: Chart, gain: number, { ts, timeouts, counts, expectation }: Reading): void => {
  if (chart.seconds === 0) {
    chart.since = ts;
    chart.audience = counts.at_risk_total;
  }
  chart.score += gain;
  chart.seconds++;
  chart.observed += counts.leaves_total;
  chart.expected += expectation.total;
  chart.timeouts += timeouts;
  chart.standard_error += expectation.standard_error;
  chart.log_kept += logKept(counts.leaves_total, counts.at_risk_total);
  chart.log_kept_expected += logKept(expectation.total, counts.at_risk_total);
  for (let k = 0; k < counts.leaves.length; k++) {
    const band = k % TENURE_BANDS;
    chart.observed_by_band[band]! += counts.leaves[k]!;
    chart.expected_by_band[band]! += expectation.by_stratum[k]!;
  }
};

/** A pane in which everybody left keeps half a viewer, so that a logarithm remains. */
const logKept = (leaves: number, atRisk: number): number =>
  atRisk === 0 ? 0 : Math.log(Math.max(atRisk - leaves, 0.5) / atRisk);

/** The chart with the highest score; of equal ones the one that looks for the smallest ratio. */
export const leadingChart = (charts: readonly Chart[]): Chart =>
  charts.reduce((best, chart) => (chart.score > best.score ? chart : best));
