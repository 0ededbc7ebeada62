import type { EventType } from '#domain';
import type { Read } from './reading.js';
import type { WireEvent } from './wire.js';

/** events.md, "Time": `stream_started`, `enter`, `heartbeat`, `leave`, other cues, `stream_ended`; then orders and all the rest. */
const RANK: Partial<Record<EventType, number>> = {
  stream_started: 0,
  enter: 1,
  heartbeat: 2,
  leave: 3,
  item_presented: 4,
  item_withdrawn: 4,
  script_cue: 4,
  stream_ended: 5,
};
const rank = (event: WireEvent): number => RANK[event.type] ?? 6;

const byRankAndId = (a: WireEvent, b: WireEvent): number =>
  rank(a) - rank(b) || (a.event_id < b.event_id ? -1 : a.event_id > b.event_id ? 1 : 0);

/** Orders cues and counts by (`ts`, rank, `event_id` by code unit), late or not. */
export const byTs = (a: { event: WireEvent }, b: { event: WireEvent }): number =>
  a.event.ts - b.event.ts || byRankAndId(a.event, b.event);

/**
 * The turn of orders and of what else names a currency: as {@link byEffectiveTs}; but once the stream has been read beyond
 * its end, what still comes is applied where it is read.
 */
export const byTurn =
  (end: number | null) =>
  (a: Read, b: Read): number => {
    const until = end ?? Infinity;
    if (a.effective_ts < until || b.effective_ts < until) return byEffectiveTs(a, b);
    return a.place - b.place;
  };

/** Orders presence and orders by (`effective_ts`, rank, `event_id` by code unit): a late event takes its turn at the watermark it met. */
export const byEffectiveTs = (
  a: { event: WireEvent; effective_ts: number },
  b: { event: WireEvent; effective_ts: number },
): number => a.effective_ts - b.effective_ts || byRankAndId(a.event, b.event);
