import type { Column } from '../live/curves.js';

/** A step of one of those that are compared, `s` seconds after its own start. */
export interface ComparedPoint {
  readonly s: number;
  readonly online: number | null;
  readonly leaves: number | null;
  readonly expected_leaves: number | null;
  readonly gmv_paid_minor: number | null;
}

/** Columns on one clock: `x` in seconds since each one's start, then a column for each of those compared. */
export interface Laid {
  readonly x: number[];
  readonly online: Column[];
  readonly ratio: Column[];
  /** Money paid since the start, minor units. */
  readonly gmv_so_far: Column[];
}

/** Puts curves of different lengths side by side; where one has no step, there is nothing. */
export const layOut = (each: readonly (readonly ComparedPoint[])[]): Laid => {
  const x = [...new Set(each.flat().map(({ s }) => s))].sort((a, b) => a - b);
  const columns = (value: (point: ComparedPoint, before: number | null) => number | null): Column[] =>
    each.map((points) => {
      const bySecond = new Map(points.map((point) => [point.s, point]));
      let last: number | null = null;
      return x.map((s) => {
        const point = bySecond.get(s);
        if (point === undefined) return null;
        last = value(point, last);
        return last;
      });
    });
  return {
    x,
    online: columns(({ online }) => online),
    ratio: columns(({ leaves, expected_leaves }) =>
      leaves === null || expected_leaves === null || expected_leaves < 1 ? null : leaves / expected_leaves,
    ),
    gmv_so_far: columns(({ gmv_paid_minor }, before) => (before ?? 0) + (gmv_paid_minor ?? 0)),
  };
};
