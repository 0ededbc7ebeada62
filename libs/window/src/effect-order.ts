import type { Presence, ReadEvent } from '#domain';
import type { Activity } from './activity.js';

const RANK: Partial<Record<ReadEvent['event']['type'], number>> = {
  stream_started: 0,
  enter: 1,
  heartbeat: 2,
  leave: 3,
  item_presented: 4,
  item_withdrawn: 4,
  script_cue: 4,
  stream_ended: 5,
};
const rankOf = ({ event }: ReadEvent): number => RANK[event.type] ?? 6;

/** The order in which events take effect: effective time, rank, id by code unit. */
export const inOrder = (a: ReadEvent, b: ReadEvent): number =>
  a.effective_ts - b.effective_ts ||
  rankOf(a) - rankOf(b) ||
  (a.event.event_id < b.event.event_id ? -1 : a.event.event_id > b.event.event_id ? 1 : 0);

export const isPresenceEvent = (event: ReadEvent['event']): event is Presence =>
  event.type === 'enter' || event.type === 'leave' || event.type === 'heartbeat';

export const isActivity = (event: ReadEvent['event']): event is Activity => {
  switch (event.type) {
    case 'danmaku':
    case 'like':
    case 'follow':
    case 'share':
    case 'group_join':
    case 'item_expose':
    case 'item_click':
      return true;
    default:
      return false;
  }
};
