import { DEFAULT_SESSION, IN_ORDER, type PresenceMode, deliver, mergeDeliveries, simulateSession } from '#simulate';

const START_TS = 1_750_000_000_000;
const DURATION_S = 600;
/** Sends that carry the whole of it. */
const BODIES = 90;

const room = (seed: number, stream_id: string, presence: PresenceMode) => {
  const session = simulateSession({
    ...DEFAULT_SESSION,
    seed,
    stream_id,
    presence,
    start_ts: START_TS,
    duration_s: DURATION_S,
    online: 120,
    effects: [{ from_s: 330, seconds: 60, hazard_ratio: 8 }],
  });
  return deliver(session, {
    ...IN_ORDER,
    seed,
    disorder_ms: 2_000,
    duplicate_share: 0.03,
    late_share: 0.02,
    too_late_share: 0.005,
  });
};

export const CRASH_STREAMS = ['crash-leaves', 'crash-heartbeats'] as const;

/**
 * Bodies of NDJSON lines to post one after the other: two rooms long past, with disorder, duplicates, late events and a
 * drop-off that raises an alert. Long past, because append times differ between runs, and only far above every `ts` they
 * hold no watermark back. Each room's end comes last: after a crash the monitor may find that a room with an end has
 * been silent for long enough to close it, and what came then would be late in one run alone.
 */
export const crashSession = (seed: number): string[][] => {
  const [leaves, heartbeats] = CRASH_STREAMS;
  const deliveries = mergeDeliveries([
    room(seed, leaves, 'leaves_only'),
    room(seed + 1, heartbeats, 'leaves_and_heartbeats'),
  ]);
  const events = [...deliveries].map(({ event }) => event);
  const isEnd = ({ type }: (typeof events)[number]): boolean => type === 'stream_ended';
  const lines = [...events.filter((event) => !isEnd(event)), ...events.filter(isEnd)].map((event) =>
    JSON.stringify(event),
  );
  const size = Math.ceil(lines.length / BODIES);
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, i) => lines.slice(i * size, (i + 1) * size));
};
