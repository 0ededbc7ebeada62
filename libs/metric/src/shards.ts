import { emptyPane, emptySourceCounts, SOURCES } from '#domain';
import type { Pane, PresenceQuality } from '#domain';
import { addCounts, addEach, addItems, addMoney, sumKnown, toExpectedGrid } from './merge.js';

/**
 * Adds up two shards of the same pane, each built from its own viewers, in any order: `emptyPane` is the identity.
 * `online` adds, the less trusted quality rules, and the revision is the sum, so it grows with either shard's.
 */
export const mergeShards = (a: Pane, b: Pane): Pane => {
  const merged = emptyPane(a.stream_id, a.ts);
  merged.quality = lessTrusted(a.quality, b.quality);
  for (const shard of [a, b]) {
    merged.revision += shard.revision;
    merged.online += shard.online;
    addCounts(merged, shard, 1);
    addEach(merged.at_risk, shard.at_risk, 1);
    addEach(merged.leaves_by_tenure, shard.leaves_by_tenure, 1);
    addItems(merged.by_item, shard.by_item, 1);
    addMoney(merged.other_money, shard.other_money, 1);
    addSources(merged.by_source, shard.by_source);
    merged.expected_leaves = sumKnown(
      merged.expected_leaves,
      shard.expected_leaves === null ? null : toExpectedGrid(shard.expected_leaves),
    );
  }
  return merged;
};

const addSources = (into: Pane['by_source'], from: Pane['by_source']): void => {
  for (const source of SOURCES) {
    const counts = from[source];
    if (counts === undefined) continue;
    const sum = (into[source] ??= emptySourceCounts());
    sum.enters += counts.enters;
    sum.leaves += counts.leaves;
    sum.online += counts.online;
    sum.orders_paid += counts.orders_paid;
    sum.gmv_paid_minor += counts.gmv_paid_minor;
    addEach(sum.at_risk, counts.at_risk, 1);
    addEach(sum.leaves_by_tenure, counts.leaves_by_tenure, 1);
  }
};

const TRUST: readonly PresenceQuality[] = ['reported', 'inferred', 'final'];
const lessTrusted = (a: PresenceQuality, b: PresenceQuality): PresenceQuality =>
  TRUST.indexOf(a) < TRUST.indexOf(b) ? a : b;
