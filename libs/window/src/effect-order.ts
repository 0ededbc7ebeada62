import type { EventType, LiveEvent, Presence } from '#domain';
import type { Activity } from './activity.js';

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

/** {@link RANK} of every type of event. */
export const RANK_OF_TYPE: Readonly<Record<EventType, Rank>> = {
  stream_started: RANK.started,
  enter: RANK.enter,
  heartbeat: RANK.heartbeat,
  leave: RANK.leave,
  item_presented: RANK.cue,
  item_withdrawn: RANK.cue,
  script_cue: RANK.cue,
  stream_ended: RANK.ended,
  online_count: RANK.line,
  order_created: RANK.line,
  order_paid: RANK.line,
  order_cancelled: RANK.line,
  order_refunded: RANK.line,
  danmaku: RANK.activity,
  like: RANK.activity,
  follow: RANK.activity,
  share: RANK.activity,
  group_join: RANK.activity,
  item_expose: RANK.activity,
  item_click: RANK.activity,
};

export const isPresenceEvent = ({ type }: LiveEvent): boolean =>
  type === 'heartbeat' || type === 'enter' || type === 'leave';

export const asPresence = (event: LiveEvent): Presence => event as Presence;
export const asActivity = (event: LiveEvent): Activity => event as Activity;
