import type { WindowTotals } from '#domain';
import { countEstimate, difference, dispersionOf, per, sumEstimate } from './interval.js';
import type { Estimate } from './interval.js';

/** A figure before and after a moment, and the 95 % interval of its change; `null` where a side has nothing to compare. */
export interface Change {
  metric: 'dropoff_ratio' | 'orders_per_min' | 'gmv_per_min' | 'danmaku_density';
  before: number | null;
  after: number | null;
  change: number | null;
  low: number | null;
  high: number | null;
}

type Panes = readonly WindowTotals[];

/** Counts stir together for some seconds: their spread is measured over blocks of so many panes. */
const BLOCK_PANES = 10;

/**
 * What changed from the panes before a moment to those after it. It says that, and not why. Model: counts are Poisson with
 * the dispersion that blocks of ten seconds show within each side; money is a sum of so many independent seconds; expected
 * leaves and viewer-time are taken as known.
 */
export const beforeAfter = (before: Panes, after: Panes): Change[] => [
  countChange(before, after, {
    metric: 'dropoff_ratio',
    count: (pane) => pane.leaves_where_expected,
    exposure: (pane) => pane.expected_leaves ?? 0,
    unit: 1,
  }),
  countChange(before, after, {
    metric: 'orders_per_min',
    count: (pane) => pane.orders_paid,
    exposure: (pane) => pane.panes,
    unit: 60,
  }),
  gmvChange(before, after),
  countChange(before, after, {
    metric: 'danmaku_density',
    count: (pane) => pane.danmaku,
    exposure: (pane) => pane.viewer_ms,
    unit: 60_000_000,
  }),
];

/** A count per `unit` of its exposure. */
interface Rate {
  metric: Change['metric'];
  count: (pane: WindowTotals) => number;
  exposure: (pane: WindowTotals) => number;
  unit: number;
}

const countChange = (before: Panes, after: Panes, rate: Rate): Change => {
  const sides = [before, after].map((panes) => blocks(panes, rate));
  const spread = dispersionOf(sides.flatMap(expectedByRate), sides.length);
  const [a, b] = sides.map((side) => {
    const exposure = total(side.map((block) => block.exposure));
    return exposure > 0
      ? per(countEstimate(total(side.map(({ count }) => count)), spread), exposure / rate.unit)
      : null;
  });
  return change(rate.metric, a!, b!);
};

/** Where neither side has money the spread of amounts is unknown: an interval of no width would claim certainty. */
const gmvChange = (before: Panes, after: Panes): Change => {
  const [a, b] = [before, after].map((panes) => {
    const minutes = total(panes.map((pane) => pane.panes)) / 60;
    return minutes > 0 ? per(sumEstimate(panes.map(({ gmv_paid_minor }) => gmv_paid_minor)), minutes) : null;
  });
  const isKnown = [...before, ...after].some(({ gmv_paid_minor }) => gmv_paid_minor !== 0);
  const changed = change('gmv_per_min', a!, b!);
  return isKnown ? changed : { ...changed, change: null, low: null, high: null };
};

const change = (metric: Change['metric'], a: Estimate | null, b: Estimate | null): Change => {
  const known = a !== null && b !== null ? difference(b, a) : null;
  return {
    metric,
    before: a?.value ?? null,
    after: b?.value ?? null,
    change: known?.value ?? null,
    low: known?.low ?? null,
    high: known?.high ?? null,
  };
};

interface Block {
  exposure: number;
  count: number;
}

const blocks = (panes: Panes, { count, exposure }: Rate): Block[] => {
  const found: Block[] = [];
  for (let from = 0; from < panes.length; from += BLOCK_PANES) {
    const block = panes.slice(from, from + BLOCK_PANES);
    found.push({ exposure: total(block.map(exposure)), count: total(block.map(count)) });
  }
  return found;
};

const expectedByRate = (side: readonly Block[]): { observed: number; expected: number }[] => {
  const exposure = total(side.map((block) => block.exposure));
  const count = total(side.map((block) => block.count));
  return exposure > 0
    ? side.map((block) => ({ observed: block.count, expected: (count * block.exposure) / exposure }))
    : [];
};

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
