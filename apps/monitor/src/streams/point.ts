import type { DistinctCounts, WindowTotals } from '#domain';
import { METRICS } from '#metric';
import type { Step } from '#store';
import { NOBODY } from './ledger.js';

const TENURE_NAMES = ['at_risk', 'leaves_by_tenure'] as const;
type Value = number | null | readonly number[];
type Compute = (totals: WindowTotals, distinct: DistinctCounts) => Value;

/** What a point can show, by name: metrics of panes and windows, and counts by tenure band. */
const COMPUTE = new Map<string, Compute>([
  ...METRICS.filter(({ levels }) => levels.includes('pane') || levels.includes('window')).map(
    ({ name, result }): [string, Compute] => [name, result],
  ),
  ...TENURE_NAMES.map((name): [string, Compute] => [name, (totals) => (totals.presence_unknown ? null : totals[name])]),
]);
export const POINT_NAMES: readonly string[] = [...COMPUTE.keys()];
/** What a point shows unless asked otherwise; none of it tells viewers apart, which costs a query of its own. */
export const PANE_NAMES: readonly string[] = [
  ...METRICS.filter(({ levels }) => levels.includes('pane')).map(({ name }) => name),
  ...TENURE_NAMES,
];

/** A step as it is shown: its start, its quality where that is not final, and the metrics of `names`. */
export const point = (
  { ts, totals, quality }: Step,
  names: readonly string[],
  distinct: DistinctCounts = NOBODY,
): Record<string, unknown> => {
  const values: Record<string, unknown> = { ts };
  if (quality !== 'final') values['quality'] = quality;
  for (const name of names) values[name] = COMPUTE.get(name)!(totals, distinct);
  return values;
};
