import { DEFAULT_SESSION, deliverSession, IN_ORDER, mergeDeliveries, type WireEvent } from '#simulate';

/** Viewers online in each room: one medium room and ten small ones, as most rooms are small. */
const ROOMS = [5_000, ...new Array<number>(10).fill(500)];
/** Long enough for any bench; the simulator makes only what is asked for. */
const DURATION_S = 3_600;
/** What a feed does on a good day: a second of disorder, one event in a hundred twice. */
const DISORDER = { ...IN_ORDER, disorder_ms: 1_000, duplicate_share: 0.01 };

/**
 * The first `count` events of eleven simulated rooms in the order in which they reach the log: 10,000 viewers online,
 * about 1,900 events a second, mostly heartbeats. The same each time.
 */
export const eventsOfRooms = (count: number): WireEvent[] => {
  const rooms = ROOMS.map((online, room) => {
    const stream_id = `douyin:room-73012455${10 + room}:2026-01-01`;
    const options = { ...DEFAULT_SESSION, seed: room + 1, stream_id, online, duration_s: DURATION_S };
    return deliverSession(options, { ...DISORDER, seed: room + 1 });
  });
  const events: WireEvent[] = [];
  for (const { event } of mergeDeliveries(rooms)) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
};

/** Events a body, as `tally import` and a busy collector post them; about a megabyte. */
export const EVENTS_PER_BODY = 5_000;

/** Events as NDJSON bodies. */
export const bodiesOf = (events: readonly WireEvent[], eventsPerBody = EVENTS_PER_BODY): Buffer[] => {
  const bodies: Buffer[] = [];
  for (let from = 0; from < events.length; from += eventsPerBody) {
    const lines = events.slice(from, from + eventsPerBody).map((event) => JSON.stringify(event));
    bodies.push(Buffer.from(`${lines.join('\n')}\n`));
  }
  return bodies;
};
