import { PANE_MS, paneIndex, type OnlineCount, type Pane, type PresenceQuality } from '#domain';
import type { Presence } from './presence.js';
import { ENTER_PANE, FROM, chunkOf, timesAt, wordsAt } from './viewer-table.js';

/**
 * Presence of feeds that report the platform's own `online_count` in place of leaves.
 * With counts alone, `online` is the last count (quality `reported`). With enters besides, what is missing between two
 * counts c1, c2 with k enters has left: max(0, k − (c2 − c1)), spread evenly in whole numbers over the panes after the
 * first count's up to the second's (quality `inferred`); between them `online` moves by enters less those leaves.
 */
export interface CountedOnline {
  /** In order of `ts`, then `event_id` by code unit: those that a late one may still come next to, and the one before. */
  counts: { ts: number; event_id: string; count: number }[];
  /** `online` at the end of the newest pane, as far as it is counted; 0 while presence is known from events. */
  online: number;
}

/** Figures of a pane that are counted, not observed. */
export interface CountedFigures {
  quality: PresenceQuality;
  online: number;
  leaves: number;
}

export const emptyCountedOnline = (): CountedOnline => ({ counts: [], online: 0 });

/** Takes a count, late or not; answers the index of the first pane that it changes. */
export const takeCount = ({ counts }: CountedOnline, { ts, event_id, count }: OnlineCount): number => {
  let at = counts.length;
  while (at > 0 && isAfter(counts[at - 1]!, ts, event_id)) at--;
  counts.splice(at, 0, { ts, event_id, count });
  const before = counts[at - 1];
  return before === undefined ? paneIndex(ts) : Math.min(paneIndex(before.ts) + 1, paneIndex(ts));
};

const isAfter = (count: CountedOnline['counts'][number], ts: number, event_id: string): boolean =>
  count.ts > ts || (count.ts === ts && count.event_id > event_id);

/** Forgets counts that no event can come next to any more: all but the last one below `ts`. */
export const forgetCounts = ({ counts }: CountedOnline, ts: number): void => {
  while (counts.length > 1 && counts[1]!.ts < ts) counts.shift();
};

/** How presence of the pane that ends at `paneEnd` is known, from what was heard until then. */
export const presenceQuality = ({ counts }: CountedOnline, presence: Presence, paneEnd: number): PresenceQuality => {
  if (counts.length === 0 || counts[0]!.ts >= paneEnd || presence.exits_from < paneEnd) return 'final';
  return presence.heard_from < paneEnd ? 'inferred' : 'reported';
};

/** The counted figures of pane `index`, given `online` at the end of the pane before; `null` where presence is known from events. */
export const countedFigures = (
  counted: CountedOnline,
  presence: Presence,
  index: number,
  enters: number,
  onlineBefore: number,
): CountedFigures | null => {
  const paneEnd = (index + 1) * PANE_MS;
  const quality = presenceQuality(counted, presence, paneEnd);
  if (quality === 'final') return null;
  const last = counted.counts.findLast(({ ts }) => ts < paneEnd)!;
  if (quality === 'reported') return { quality, online: last.count, leaves: 0 };
  const leaves = leavesIn(counted, presence, index);
  const online =
    paneIndex(last.ts) === index
      ? last.count + entersBetween(presence, last.ts, paneEnd - 1)
      : onlineBefore + enters - leaves;
  return { quality, online: Math.max(0, online), leaves };
};

/** Writes counted figures over what presence events alone would have said. */
export const layCounted = (pane: Pane, { quality, online, leaves }: CountedFigures): void => {
  pane.quality = quality;
  pane.online = online;
  pane.leaves = leaves;
  pane.viewer_ms = online * PANE_MS;
  pane.at_risk.fill(0);
  for (const counts of Object.values(pane.by_source)) {
    counts.online = 0;
    counts.at_risk.fill(0);
  }
};

/** Inferred leaves of one pane: its share of each pair of neighbouring counts between which it lies. */
const leavesIn = ({ counts }: CountedOnline, presence: Presence, index: number): number => {
  let leaves = 0;
  for (let i = 1; i < counts.length; i++) {
    const [first, second] = [counts[i - 1]!, counts[i]!];
    const until = paneIndex(second.ts);
    const from = Math.min(paneIndex(first.ts) + 1, until);
    if (index < from || index > until) continue;
    const enters = entersBetween(presence, first.ts, second.ts);
    const missing = Math.max(0, enters - (second.count - first.count));
    leaves += share(missing, until - from + 1, index - from);
  }
  return leaves;
};

/** The `i`-th of `parts` whole numbers that add up to `total`, as even as they can be. */
const share = (total: number, parts: number, i: number): number =>
  Math.floor(((i + 1) * total) / parts) - Math.floor((i * total) / parts);

/** Visits begun in `(after, until]`: in such a feed nobody is known to have left, so all of them are still open. */
const entersBetween = ({ viewers }: Presence, after: number, until: number): number => {
  let enters = 0;
  for (let slot = 0; slot < viewers.slots; slot++) {
    const { words, times } = chunkOf(viewers, slot);
    const from = times[timesAt(slot) + FROM]!;
    if (words[wordsAt(slot) + ENTER_PANE] !== 0 && from > after && from <= until) enters++;
  }
  return enters;
};
