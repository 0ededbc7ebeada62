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
  /** Of what nobody ever did there is none: most rooms of many are quiet, and all of them are kept and snapshot. */
  rings: Record<LastSeenKind, Int32Array | null>;
}

export const emptyLastSeen = (): LastSeen => ({
  pane: 0,
  rings: Object.fromEntries(KINDS.map((kind) => [kind, null])) as LastSeen['rings'],
});

/** Moves on to a later pane; what falls out of the rings is forgotten. */
export const advanceLastSeen = (seen: LastSeen, pane: number): void => {
  const steps = Math.min(pane - seen.pane, RING);
  for (const kind of KINDS) {
    const ring = seen.rings[kind];
    if (ring === null) continue;
    if (steps === RING) ring.fill(0);
    else for (let at = pane - steps + 1; at <= pane; at++) ring[at % RING] = 0;
  }
  seen.pane = pane;
};

/** A viewer last seen in pane `before` (0: never) is seen in pane `now`; answers the pane to remember: the later one. */
export const moveLastSeen = (seen: LastSeen, kind: LastSeenKind, before: number, now: number): number => {
  if (now <= before) return before;
  dropLastSeen(seen, kind, before);
  if (now > seen.pane - RING) (seen.rings[kind] ??= new Int32Array(RING))[now % RING]!++;
  return now;
};

/** A viewer last seen in `pane` (0: never) is not counted there any more. */
export const dropLastSeen = ({ pane: asOf, rings }: LastSeen, kind: LastSeenKind, pane: number): void => {
  const ring = rings[kind];
  if (ring !== null && pane > asOf - RING && pane > 0) ring[pane % RING]!--;
};

/** Distinct viewers of the last `panes` panes, with `present` of them here now. */
export const distinctOfLast = (seen: LastSeen, present: number, panes: number): DistinctCounts => {
  const sum = (kind: LastSeenKind): number => {
    const ring = seen.rings[kind];
    if (ring === null) return 0;
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
