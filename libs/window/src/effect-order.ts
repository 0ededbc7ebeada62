import { SOURCES, paneIndex, PANE_MS, type EventType, type LiveEvent } from '#domain';

/** The order in which events of one moment take effect; what only counts comes last, in any order. */
export const RANK = {
  started: 0,
  enter: 1,
  heartbeat: 2,
  leave: 3,
  cue: 4,
  ended: 5,
  line: 6,
  activity: 7,
} as const;
export type Rank = (typeof RANK)[keyof typeof RANK];

/** {@link RANK} of a type of event, the most frequent first: asked for each event, a table of names would take four times as long. */
export const rankOfType = (type: EventType): Rank => {
  switch (type) {
    case 'heartbeat':
      return RANK.heartbeat;
    case 'enter':
      return RANK.enter;
    case 'leave':
      return RANK.leave;
    case 'item_expose':
    case 'item_click':
    case 'like':
    case 'danmaku':
    case 'follow':
    case 'share':
    case 'group_join':
      return RANK.activity;
    case 'order_created':
    case 'order_paid':
    case 'order_cancelled':
    case 'order_refunded':
    case 'online_count':
      return RANK.line;
    case 'item_presented':
    case 'item_withdrawn':
    case 'script_cue':
      return RANK.cue;
    case 'stream_started':
      return RANK.started;
    case 'stream_ended':
      return RANK.ended;
  }
};

export const isPresenceRank = (rank: number): boolean => rank >= RANK.enter && rank <= RANK.leave;

/**
 * An event's turn in the pane of its effective time, as one number, so that presence is applied without looking at the
 * event again: `ms into the pane | rank | late | moved | returning | source`, the first two of which order it.
 */
export type Turn = number;
const MS_SHIFT = 9;
const RANK_SHIFT = 6;
const LATE = 1 << 5;
/** It takes effect at another time than its `ts`. */
const MOVED = 1 << 4;
const RETURNING = 1 << 3;
const OTHER = SOURCES.indexOf('other');

export const turnOf = (event: LiveEvent, effective_ts: number, rank: number, isLate: boolean): Turn => {
  const ms = effective_ts - paneIndex(effective_ts) * PANE_MS;
  const flags = (isLate ? LATE : 0) | (event.ts === effective_ts ? 0 : MOVED);
  return (ms << MS_SHIFT) | (rank << RANK_SHIFT) | flags | (rank === RANK.enter ? arrivalOf(event) : OTHER);
};

const arrivalOf = (event: LiveEvent): number => {
  if (event.type !== 'enter') return OTHER;
  return (
    (event.returning === true ? RETURNING : 0) | (event.source === undefined ? OTHER : SOURCES.indexOf(event.source))
  );
};

export const msOf = (turn: Turn): number => turn >> MS_SHIFT;
/** What orders turns: milliseconds, then rank. */
export const placeOf = (turn: Turn): number => turn >> RANK_SHIFT;
export const rankOf = (turn: Turn): number => placeOf(turn) & 7;
export const isLate = (turn: Turn): boolean => (turn & LATE) !== 0;
export const isMoved = (turn: Turn): boolean => (turn & MOVED) !== 0;
export const isReturning = (turn: Turn): boolean => (turn & RETURNING) !== 0;
/** Code of the source of a visit that it begins. */
export const sourceOf = (turn: Turn): number => turn & 7;
