import type { UsualAnswer } from '#contract';
import type { Column } from '../live/curves.js';

/** The middle half of earlier sessions at the same moments after their start; `null` where too few reach. */
export interface UsualCourse {
  readonly usual_online_low: Column;
  readonly usual_online_high: Column;
  readonly usual_gmv_low: Column;
  readonly usual_gmv_high: Column;
}

type Quartiles = readonly [number, number, number];

/** The quartiles of `name` at `s` seconds after the start: those of two neighbouring steps, mixed by distance from their middles. */
const quartilesAt = (usual: UsualAnswer, name: string, s: number): Quartiles | null => {
  const step_s = usual.step_ms / 1000;
  const place = s / step_s - 0.5;
  const first = Math.max(0, Math.floor(place));
  const known = (index: number): Quartiles | null => {
    const point = usual.points[index];
    const value = point?.s === index * step_s ? point[name] : null;
    return Array.isArray(value) ? value : null;
  };
  const [before, after] = [known(first), known(first + 1)];
  if (before === null || after === null || place < 0) return before ?? after;
  const part = place - first;
  const mixed = (quartile: 0 | 1 | 2): number => before[quartile] * (1 - part) + after[quartile] * part;
  return [mixed(0), mixed(1), mixed(2)];
};

/** Lays the usual course under curves whose rows begin at `x`, seconds since the epoch. GMV is per minute. */
export const usualCourse = (usual: UsualAnswer | null, started_at: number, x: readonly number[]): UsualCourse => {
  const perMinute = usual === null ? 1 : 60_000 / usual.step_ms;
  const column = (name: string, quartile: 0 | 2, factor: number): Column =>
    x.map((at) => {
      const quartiles = usual === null ? null : quartilesAt(usual, name, at - started_at / 1000);
      return quartiles === null ? null : quartiles[quartile] * factor;
    });
  return {
    usual_online_low: column('online', 0, 1),
    usual_online_high: column('online', 2, 1),
    usual_gmv_low: column('gmv_paid_minor', 0, perMinute),
    usual_gmv_high: column('gmv_paid_minor', 2, perMinute),
  };
};
