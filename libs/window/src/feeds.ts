import { EVENT_TYPES, FEEDS, FEED_OF_TYPE, type EventType, type Feed } from '#domain';
import { isPresenceRank, type Rank } from './effect-order.js';

/** A time, ms, for each feed by its code, its place among {@link FEEDS}; −∞ for one never heard. */
export type FeedTimes = Float64Array;

export const emptyFeedTimes = (): FeedTimes => new Float64Array(FEEDS.length).fill(-Infinity);

/** Code of the feed that a type of event belongs to. */
const CODE_OF_TYPE = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, FEEDS.indexOf(FEED_OF_TYPE[type])]),
) as Readonly<Record<EventType, number>>;

const VIEW = FEEDS.indexOf('view');

/** Code of the feed of an event with this rank; presence, which is most of what there is, needs no looking up. */
export const feedOf = (rank: Rank, type: EventType): number => (isPresenceRank(rank) ? VIEW : CODE_OF_TYPE[type]);

/** The times of the feeds heard, by name. */
export const byFeed = (times: FeedTimes): Partial<Record<Feed, number>> => {
  const named: Partial<Record<Feed, number>> = {};
  FEEDS.forEach((feed, code) => {
    if (times[code]! > -Infinity) named[feed] = times[code]!;
  });
  return named;
};
