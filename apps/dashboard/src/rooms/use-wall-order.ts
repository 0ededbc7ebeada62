import { useRef } from 'react';
import type { WallRow } from '#contract';
import { wallOrder } from './wall-order.js';

/** Even when nobody touches the wall, it settles no oftener than this. */
const SETTLE_EVERY_MS = 20_000;

/** The rooms in an order that stands still while somebody reads or points. `isHeld`: a pointer or the focus is on a room. */
export const useWallOrder = (rooms: readonly WallRow[], isHeld: () => boolean): readonly WallRow[] => {
  const order = useRef<readonly string[]>([]);
  const settledAt = useRef(-Infinity);
  const seen = useRef<readonly WallRow[] | null>(null);
  if (seen.current !== rooms) {
    seen.current = rooms;
    const now = Date.now();
    const isCalm = order.current.length === 0 || (now - settledAt.current >= SETTLE_EVERY_MS && !isHeld());
    if (isCalm) settledAt.current = now;
    order.current = wallOrder(order.current, rooms, isCalm);
  }
  const byId = new Map(rooms.map((room) => [room.stream_id, room]));
  return order.current.flatMap((id) => byId.get(id) ?? []);
};
