import type { DistinctCounts } from '#domain';

/** Seconds of the longest live window. */
export const LAST_SEEN_PANES = 300;
const RING = 512;

/** The kinds of distinct viewers counted live; `gone`: not present, by the last pane of their last visit. */
const KINDS = ['gone', 'entrants', 'interactors', 'exposed', 'clickers', 'orderers', 'buyers'] as const;
export type LastSeenKind = (typeof KINDS)[number];

/**
 * How many viewers did a thing for the last time in each of the last panes. The number of distinct viewers who did it
 * in the last w panes is then a sum of w counts: exact, and O(1) per event, as each viewer stands in one pane only.
 */
export interface LastSeen {
  /** Index of the pane that the rings are as of; they reach {@link LAST_SEEN_PANES} panes back. */
  pane: number;
  rings: Record<LastSeenKind, Int32Array>;
}

export const emptyLastSeen = (): LastSeen => ({
  pane: 0,
  rings: Object.fromEntries(KINDS.map((kind) => [kind, new Int32Array(RING)])) as LastSeen['rings'],
});

/** Moves on to a later pane; what falls out of the rings is forgotten. */
export const advanceLastSeen = (seen: LastSeen, pane: number): void => {
  const steps = Math.min(pane - seen.pane, RING);
  for (const kind of KINDS) {
    const ring = seen.rings[kind];
    if (steps === RING) ring.fill(0);
    else for (let at = pane - steps + 1; at <= pane; at++) ring[at % RING] = 0;
  }
  seen.pane = pane;
};

/**
 * A viewer last seen in pane `before` (0: never) is seen in pane `now`; answers the pane to remember: the later one.
 * @param ring one of {@link LastSeen.rings}
 */
export const moveLastSeen = (seen: LastSeen, ring: Int32Array, before: number, now: number): number => {
  if (now <= before) return before;
  dropLastSeen(seen, ring, before);
  if (now > seen.pane - RING) ring[now % RING]!++;
  return now;
};

/** A viewer last seen in `pane` (0: never) does not stand in this ring any more. */
export const dropLastSeen = (seen: LastSeen, ring: Int32Array, pane: number): void => {
  if (pane > seen.pane - RING && pane > 0) ring[pane % RING]!--;
};

/** Distinct viewers of the last `panes` panes, with `present` of them here now. */
export const distinctOfLast = (seen: LastSeen, present: number, panes: number): DistinctCounts => {
  const sum = (kind: LastSeenKind): number => {
    const ring = seen.rings[kind];
    let total = 0;
    for (let back = 0; back < panes; back++) total += ring[(seen.pane - back + RING) % RING]!;
    return total;
  };
  return {
    viewers: present + sum('gone'),
    entrants: sum('entrants'),
    interactors: sum('interactors'),
    exposed: sum('exposed'),
    clickers: sum('clickers'),
    orderers: sum('orderers'),
    buyers: sum('buyers'),
  };
};
