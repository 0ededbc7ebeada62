import { PANE_MS, type Pane } from '#domain';
import type { Presence } from './presence.js';

/**
 * Presence of feeds that report the platform's own `online_count` in place of leaves.
 * With counts alone, `online` is the last count (quality `reported`). With enters besides, what is missing between two
 * counts c1, c2 with k enters has left: max(0, k − (c2 − c1)), spread evenly in whole numbers over the panes between
 * (quality `inferred`).
 */
export interface CountedOnline {
  /** The last count, with the index of its pane; `null` until the first. */
  last: { count: number; pane: number } | null;
  /** Enters since the last count. */
  enters: number;
  /** `online` as it stands: the last count moved by enters since. */
  online: number;
}

export const emptyCountedOnline = (): CountedOnline => ({ last: null, enters: 0, online: 0 });

/** How presence of a pane is known, from what was heard so far. */
export const presenceQuality = (counted: CountedOnline, presence: Presence): Pane['quality'] =>
  counted.last === null || presence.exits_heard ? 'final' : presence.heard ? 'inferred' : 'reported';

/** Leaves between the last count and this one, and that count taken. */
export const takeCount = (
  counted: CountedOnline,
  count: number,
  pane: number,
): { leaves: number; since: number } | null => {
  const { last, enters } = counted;
  counted.last = { count, pane };
  counted.enters = 0;
  counted.online = count;
  return last === null ? null : { leaves: Math.max(0, enters - (count - last.count)), since: last.pane };
};

/** Whole numbers that add up to `total`, one for each of `panes`, as even as they can be. */
export const spreadEvenly = (total: number, panes: number): number[] =>
  Array.from({ length: panes }, (_, i) => Math.floor(((i + 1) * total) / panes) - Math.floor((i * total) / panes));

/** Lays the counted figures over a pane whose presence is not known from events. */
export const showCounted = (pane: Pane, counted: CountedOnline): void => {
  pane.online = counted.online;
  pane.viewer_ms = counted.online * PANE_MS;
  pane.at_risk.fill(0);
  pane.by_source = Object.fromEntries(
    Object.entries(pane.by_source).map(([source, counts]) => [
      source,
      { ...counts, online: 0, at_risk: counts.at_risk.map(() => 0) },
    ]),
  );
};
