import type { DistinctCounts, MetricDefinition, MetricLevel, Pane, WindowTotals } from '#domain';
import { AUDIENCE_METRICS } from './audience-metrics.js';
import { CONVERSION_METRICS } from './conversion-metrics.js';
import { addPane, emptyTotals } from './merge.js';
import type { Metric, PresentationFacts } from './metric.js';
import { PANE_METRICS, TENURE_METRICS } from './pane-metrics.js';
import { PRESENTATION_METRICS } from './presentation-metrics.js';
import { READ_METRICS } from './read-metrics.js';

/** Every metric of merged panes, with its code. */
export const METRICS: readonly Metric[] = [...PANE_METRICS, ...AUDIENCE_METRICS, ...CONVERSION_METRICS];

/** Every metric there is, as data alone. */
export const DEFINITIONS: readonly MetricDefinition[] = [
  ...METRICS,
  ...TENURE_METRICS,
  ...PRESENTATION_METRICS,
  ...READ_METRICS,
].map(({ name, unit, formula, levels, additive, dimensions, title, description }) => ({
  name,
  unit,
  formula,
  levels,
  additive,
  dimensions,
  title,
  description,
}));

/** Metric name → value; `null` where the denominator is 0 or the figure is unknown. */
export type MetricResults = Record<string, number | null>;

const ofLevel = (level: MetricLevel): readonly Metric[] => METRICS.filter(({ levels }) => levels.includes(level));
const AT_LEVEL: Readonly<Record<MetricLevel, readonly Metric[]>> = {
  pane: ofLevel('pane'),
  window: ofLevel('window'),
  session: ofLevel('session'),
  presentation: ofLevel('presentation'),
};

/** Metrics of a window, in the order in which {@link windowMetrics} names them. */
export const WINDOW_METRIC_NAMES: readonly string[] = AT_LEVEL.window.map(({ name }) => name);

const resultsAt = (level: MetricLevel, totals: WindowTotals, distinct: DistinctCounts | null): MetricResults => {
  const results: MetricResults = {};
  for (const { name, result } of AT_LEVEL[level]) results[name] = result(totals, distinct);
  return results;
};

/** Every metric of a window of any length; without `distinct`, what needs distinct viewers is `null`. */
export const windowMetrics = (totals: WindowTotals, distinct: DistinctCounts | null): MetricResults =>
  resultsAt('window', totals, distinct);

/** Every metric of a whole session. */
export const sessionMetrics = (totals: WindowTotals, distinct: DistinctCounts | null): MetricResults =>
  resultsAt('session', totals, distinct);

/** Every metric of one presentation, its totals being over the panes `[from, to)` that exist. */
export const presentationMetrics = (
  totals: WindowTotals,
  distinct: DistinctCounts | null,
  facts: PresentationFacts,
): MetricResults => {
  const results = resultsAt('presentation', totals, distinct);
  for (const { name, result } of PRESENTATION_METRICS) results[name] = result(totals, facts);
  return results;
};

/** Every metric of one pane; `at_risk` and `leaves_by_tenure` by tenure band, `null` where presence is unknown. */
export const paneMetrics = (pane: Pane): Record<string, number | readonly number[] | null> => {
  const totals = emptyTotals();
  addPane(totals, pane);
  const results: Record<string, number | readonly number[] | null> = resultsAt('pane', totals, null);
  for (const { name } of TENURE_METRICS) results[name] = totals.presence_unknown ? null : pane[name];
  return results;
};
