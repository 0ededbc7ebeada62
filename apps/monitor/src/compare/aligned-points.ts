import { Injectable } from '@nestjs/common';
import { paneStart } from '#domain';
import { METRICS } from '#metric';
import { ALL_TIME, StoreReader } from '#store';
import type { StoredSession } from '#store';
import { KeptOfSessions } from '../streams/kept-of-sessions.js';

/** Metrics that panes alone give: comparing ten sessions tells no viewers apart. */
const ALIGNED = METRICS.filter(
  ({ name, levels }) =>
    levels.includes('pane') ||
    ['online_peak', 'online_avg', 'dropoff_per_min', 'dropoff_ratio', 'gmv_minor', 'net_gmv_minor', 'aov'].includes(
      name,
    ),
);
const BY_NAME = new Map(ALIGNED.map((metric) => [metric.name, metric]));
export const ALIGNED_NAMES: readonly string[] = [...BY_NAME.keys()];
export const ALIGNED_DEFAULT: readonly string[] = ['online', 'enters', 'leaves', 'orders_paid', 'gmv_paid_minor'];

/** One step `[s, s + step)` after the session's own start, seconds. */
export type AlignedPoint = { s: number } & Record<string, number | null>;

/** Points kept in memory, of sessions that are over: some 20 MB. */
const POINTS_KEPT_MAX = 100_000;

/** Puts sessions on one clock: seconds since each one's start. */
@Injectable()
export class AlignedPoints {
  /** A session is compared again and again, with each that comes after it. */
  private readonly kept = new KeptOfSessions<AlignedPoint[]>(POINTS_KEPT_MAX);

  constructor(private readonly store: StoreReader) {}

  async of(stream: StoredSession, step_ms: number, names: readonly string[]): Promise<AlignedPoint[]> {
    const name = JSON.stringify([step_ms, names]);
    const known = this.kept.get(stream, name);
    if (known !== undefined) return known;
    const points = await this.read(stream, step_ms, names);
    this.kept.put(stream, name, points, points.length);
    return points;
  }

  private async read(stream: StoredSession, step_ms: number, names: readonly string[]): Promise<AlignedPoint[]> {
    const origin = paneStart(stream.started_at);
    const steps = await this.store.steps(stream, ALL_TIME, step_ms, origin);
    return steps.map(({ ts, totals }) => ({
      s: (ts - origin) / 1000,
      ...Object.fromEntries(names.map((name) => [name, BY_NAME.get(name)!.result(totals, null)])),
    }));
  }
}
