import type { OracleVisit } from './presence.js';
import type { Read } from './reading.js';
import { PANE_MS, floorToPane } from './spans.js';

/** The platform's last figure before moment `ts`; `null` before its first. `counts` are in order. */
export const lastCountBefore = (counts: readonly Read[], ts: number): number | null =>
  counts.findLast(({ event }) => event.ts < ts)?.event.count ?? null;

/**
 * Leaves by start of pane where a feed tells enters and counts, but no leaves: between two counts what the count fell short by,
 * spread in whole numbers over the panes after the first count's up to the second's (over that pane alone where it is the same).
 */
export const inferLeaves = (counts: readonly Read[], visits: readonly OracleVisit[]): Map<number, number> => {
  const leaves = new Map<number, number>();
  counts.slice(1).forEach((second, i) => {
    const first = counts[i]!;
    const enters = visits.filter(({ from }) => first.event.ts < from && from <= second.event.ts).length;
    const missing = Math.max(0, enters - (second.event.count! - first.event.count!));
    const until = floorToPane(second.event.ts);
    const panes = Math.max(1, (until - floorToPane(first.event.ts)) / PANE_MS);
    for (let pane = 0; pane < panes; pane++) {
      const ts = until - (panes - 1 - pane) * PANE_MS;
      const share = Math.floor(((pane + 1) * missing) / panes) - Math.floor((pane * missing) / panes);
      leaves.set(ts, (leaves.get(ts) ?? 0) + share);
    }
  });
  return leaves;
};
