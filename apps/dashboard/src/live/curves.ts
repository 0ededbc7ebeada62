import { PANE_MS } from '#domain';

/** What the curves need of one step: of a pane or of several merged. */
export interface CurvePoint {
  /** Start of the step, ms. */
  readonly ts: number;
  readonly online: number | null;
  readonly enters: number | null;
  readonly leaves: number | null;
  readonly expected_leaves: number | null;
  readonly viewer_seconds: number | null;
  readonly danmaku: number;
  readonly orders_paid: number;
  readonly gmv_paid_minor: number;
}

export type Column = (number | null)[];

/** Columns over one clock, a row a step. `x` in seconds since the epoch; joins, leaves and expected leaves per minute; money per minute in minor units. */
export interface Curves {
  readonly step_ms: number;
  readonly x: number[];
  readonly online: Column;
  readonly joins: Column;
  /** Leaves below zero, to be drawn as the mirror of the joins. */
  readonly leaves_mirrored: Column;
  readonly leaves: Column;
  readonly expected_mirrored: Column;
  /** Leaves over expected leaves, of {@link RATIO_OVER_MS}; and where chance alone keeps it 19 times of 20, if all is as expected. */
  readonly dropoff_ratio: Column;
  readonly as_expected: Column;
  readonly chance_low: Column;
  readonly chance_high: Column;
  readonly orders: Column;
  readonly gmv_minor: Column;
  /** Messages per minute. */
  readonly danmaku: Column;
  /** Messages per thousand viewer-minutes. */
  readonly danmaku_density: Column;
}

/** Rates of a pane jump from 0 to 60; over this much they can be read, and a spike is still seen within its delay. */
const SMOOTHED_OVER_MS = 10_000;

/** A ratio of few leaves says little: it is taken over longer than the rates, and still moves within a detection's delay. */
const RATIO_OVER_MS = 20_000;
/** Standard deviations of a normal count that hold it 19 times of 20. */
const SIGMAS = 1.96;

const quiet = (ts: number, online: number | null): CurvePoint => ({
  ts,
  online,
  enters: online === null ? null : 0,
  leaves: online === null ? null : 0,
  expected_leaves: null,
  viewer_seconds: online,
  danmaku: 0,
  orders_paid: 0,
  gmv_paid_minor: 0,
});

/**
 * A second between two panes that has none reads as counts 0 with `online` carried on (metrics.md). So does one from
 * `from` to the first pane, but that nobody can say who was there: without it the first of a few rare messages would
 * read as sixty a minute.
 */
export const everySecond = (panes: readonly CurvePoint[], from = Infinity): CurvePoint[] => {
  const points: CurvePoint[] = [];
  const first = panes[0]?.ts ?? -Infinity;
  for (let ts = Math.ceil(from / PANE_MS) * PANE_MS; ts < first; ts += PANE_MS) points.push(quiet(ts, null));
  for (const pane of panes) {
    const before = points.at(-1);
    if (before !== undefined)
      for (let ts = before.ts + PANE_MS; ts < pane.ts; ts += PANE_MS) points.push(quiet(ts, before.online));
    points.push(pane);
  }
  return points;
};

const field = (point: Record<string, unknown>, name: string): number | null => {
  const value = point[name];
  return typeof value === 'number' ? value : null;
};

/** Reads a point of `GET …/metrics`. */
export const readPoint = (point: Record<string, unknown>): CurvePoint => ({
  ts: field(point, 'ts') ?? 0,
  online: field(point, 'online'),
  enters: field(point, 'enters'),
  leaves: field(point, 'leaves'),
  expected_leaves: field(point, 'expected_leaves'),
  viewer_seconds: field(point, 'viewer_seconds'),
  danmaku: field(point, 'danmaku') ?? 0,
  orders_paid: field(point, 'orders_paid') ?? 0,
  gmv_paid_minor: field(point, 'gmv_paid_minor') ?? 0,
});

/** Trailing sum over `width` steps; unknown where any of them is. */
const trailing = (values: Column, width: number): Column => {
  let sum = 0;
  let unknown = 0;
  return values.map((value, i) => {
    if (value === null) unknown++;
    else sum += value;
    const out = i >= width ? values[i - width] : 0;
    if (out === null) unknown--;
    else sum -= out ?? 0;
    return unknown > 0 ? null : sum;
  });
};

const mirrored = (values: Column): Column => values.map((value) => (value === null ? null : -value));

/** Curves of equidistant points. Steps below {@link SMOOTHED_OVER_MS} are smoothed over it, looking back only. */
export const curvesOf = (points: readonly CurvePoint[], step_ms: number): Curves => {
  const width = Math.max(1, Math.round(SMOOTHED_OVER_MS / step_ms));
  /** The first steps have less to look back on. */
  const minutes = (i: number): number => (Math.min(i + 1, width) * step_ms) / 60_000;
  const perMinute = (values: Column): Column =>
    trailing(values, width).map((sum, i) => (sum === null ? null : Math.max(0, sum) / minutes(i)));
  const of = (name: Exclude<keyof CurvePoint, 'ts'>): Column => points.map((point) => point[name]);

  const leaves = perMinute(of('leaves'));
  const ratioWidth = Math.max(1, Math.round(RATIO_OVER_MS / step_ms));
  const left = trailing(of('leaves'), ratioWidth);
  const due = trailing(of('expected_leaves'), ratioWidth);
  /** Of a count that is due so often, by chance alone; nothing is said of less than one. */
  const byChance = (sign: 1 | -1): Column =>
    due.map((count) => (count === null || count < 1 ? null : Math.max(0, 1 + (sign * SIGMAS) / Math.sqrt(count))));
  const expected = perMinute(of('expected_leaves'));
  const watched_s = trailing(of('viewer_seconds'), width);
  const messages = trailing(of('danmaku'), width);
  return {
    step_ms,
    x: points.map(({ ts }) => ts / 1000),
    online: of('online'),
    joins: perMinute(of('enters')),
    leaves_mirrored: mirrored(leaves),
    leaves,
    expected_mirrored: mirrored(expected),
    dropoff_ratio: left.map((count, i) => {
      const expectedCount = due[i];
      const isWhole = i >= ratioWidth - 1;
      return !isWhole || count === null || !expectedCount || expectedCount < 1 ? null : count / expectedCount;
    }),
    as_expected: due.map((count) => (count === null || count < 1 ? null : 1)),
    chance_low: byChance(-1),
    chance_high: byChance(1),
    orders: perMinute(of('orders_paid')),
    gmv_minor: perMinute(of('gmv_paid_minor')),
    danmaku: perMinute(of('danmaku')),
    danmaku_density: messages.map((sum, i) => {
      const seconds = watched_s[i];
      return sum === null || seconds === null || seconds === undefined || seconds <= 0
        ? null
        : (60_000 * sum) / seconds;
    }),
  };
};

/** Steps that `GET …/metrics` is asked for, ms; the smallest that needs no more points than a screen has use for. */
const STEPS_MS = [1_000, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000, 600_000, 3_600_000];
const POINTS_MAX = 1_500;
export const stepFor = (from: number, to: number): number =>
  STEPS_MS.find((step) => (to - from) / step <= POINTS_MAX) ?? 3_600_000;

/** Index of the row nearest to an event time in ms; the last where there is none. */
export const rowAt = ({ x }: Curves, ts: number | null): number => {
  if (ts === null) return x.length - 1;
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x[middle]! * 1000 <= ts) low = middle;
    else high = middle - 1;
  }
  return high;
};
