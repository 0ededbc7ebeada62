import type { WallRow } from '#contract';

/** What decides a room's place. */
type Placed = Pick<WallRow, 'stream_id' | 'need' | 'online'>;

/** From here on a room needs somebody now: an alert of more than information fires. */
const URGENT_FROM = 10;
/** Rooms whose needs differ less are alike to the eye, and keep their places. */
const NEED_APART = 0.5;
/** So are rooms of which neither has half as many viewers again. */
const SIZE_APART = 1.5;

const isClearlyBefore = (a: Placed, b: Placed): boolean => {
  if (a.need - b.need > NEED_APART) return true;
  return Math.abs(a.need - b.need) <= NEED_APART && (a.online ?? 0) > SIZE_APART * (b.online ?? 0);
};

/**
 * The order of a wall that is read while it changes, as stream ids. At once only this happens: new rooms come last, and a
 * room that turns urgent goes behind those that already are. The rest waits for a calm moment, and even then a room moves
 * only past those that clearly need somebody less.
 */
export const wallOrder = (before: readonly string[], rooms: readonly Placed[], isCalm: boolean): readonly string[] => {
  const byId = new Map(rooms.map((room) => [room.stream_id, room]));
  const kept = before.flatMap((id) => byId.get(id) ?? []);
  const known = new Set(before);
  const all = [...kept, ...rooms.filter(({ stream_id }) => !known.has(stream_id))];
  const placed = isCalm ? settled(all) : all;
  const isUrgent = ({ need }: Placed): boolean => need >= URGENT_FROM;
  return [...placed.filter(isUrgent), ...placed.filter((room) => !isUrgent(room))].map(({ stream_id }) => stream_id);
};

/** Each room moves forward past those that clearly come after it. */
const settled = (rooms: readonly Placed[]): Placed[] => {
  const order: Placed[] = [];
  for (const room of rooms) {
    let at = order.length;
    while (at > 0 && isClearlyBefore(room, order[at - 1]!)) at--;
    order.splice(at, 0, room);
  }
  return order;
};
