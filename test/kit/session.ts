import { DEFAULT_EVENT_TIME, type EventTimeSettings } from '#domain';
import type { WireEvent, WireRecord } from './oracle/wire.js';
import { Random } from './random.js';
import { randomEvents } from './session-events.js';
import type { SessionProfile } from './session-profile.js';

export { SESSION_RATES } from './session-events.js';
export { IN_BOUND, NASTY } from './session-profile.js';
export type { FeedKind, SessionProfile } from './session-profile.js';

/** An event on its way to the log: it is appended in the order of `arrival`, ms. */
interface Arriving {
  arrival: number;
  event: WireEvent;
}

const EPOCH_TS = 1_700_000_000_000;
const IMPORTED_AT_TS = EPOCH_TS + 86_400_000;

/** A log of a few small sessions, interleaved; the same `seed` and profile make the same log. All events are valid; every stream is closed. */
export const randomSession = (seed: number, profile: SessionProfile, settings: EventTimeSettings): WireRecord[] => {
  const random = new Random(seed);
  const imported = random.chance(profile.imported);
  const streams = Array.from({ length: random.whole(profile.streams.from, profile.streams.to) }, (_, i) =>
    randomStream(random, profile, settings, `room${i + 1}`, imported),
  );
  // A stable sort: what one stream appends stays in its order.
  return streams.flat().sort((a, b) => a.append_ts - b.append_ts);
};

const randomStream = (
  random: Random,
  profile: SessionProfile,
  settings: EventTimeSettings,
  stream_id: string,
  imported: boolean,
): WireRecord[] => {
  const feed = random.weighted(profile.feed);
  const ended = random.chance(profile.ended);
  const part = (startTs: number, idPrefix: string, withEnd: boolean): WireRecord[] => {
    const events = randomEvents(random, profile, { stream_id, feed, startTs, idPrefix });
    const arriving = events.flatMap((event) => arrivals(random, profile, settings, event));
    const ending = withEnd ? endings(random, profile, stream_id, events) : [];
    return closed(appended(random, [...arriving, ...ending], imported), stream_id);
  };

  const first = part(EPOCH_TS + random.whole(0, 3000), 'e', ended);
  if (ended || !random.chance(profile.reopened)) return first;
  const goesOnAt = largestTs(first) + random.whole(1, 120_000);
  const second = part(goesOnAt, 'f', random.chance(0.5));
  const later = Math.max(0, first.at(-1)!.append_ts - second[0]!.append_ts);
  return [...first, ...second.map((record) => ({ ...record, append_ts: record.append_ts + later }))];
};

/** The event, out of order as the profile has it, and its duplicate. */
const arrivals = (
  random: Random,
  profile: SessionProfile,
  settings: EventTimeSettings,
  event: WireEvent,
): Arriving[] => {
  if (random.chance(profile.ahead))
    return [{ arrival: event.ts, event: { ...event, ts: event.ts + random.whole(0, 50_000) } }];

  const { outOfOrderMs, allowedLatenessMs } = settings;
  const fate = random.weighted({
    late: profile.late,
    tooLate: profile.tooLate,
    disordered: profile.disordered,
    inOrder: Math.max(0, 1 - profile.late - profile.tooLate - profile.disordered),
  });
  const delay = {
    late: () => random.whole(outOfOrderMs + 1, outOfOrderMs + Math.floor(allowedLatenessMs / 3)),
    tooLate: () => random.whole(outOfOrderMs + allowedLatenessMs + 1, outOfOrderMs + 2 * allowedLatenessMs),
    disordered: () => random.whole(0, outOfOrderMs),
    inOrder: () => 0,
  }[fate]();
  const arrival = event.ts + delay;
  // Only what is remembered comes twice: a repeat of what is too late is merely too late again.
  const twice = fate !== 'tooLate' && random.chance(profile.duplicate);
  return [{ arrival, event }, ...(twice ? [{ arrival: arrival + random.whole(0, 5000), event }] : [])];
};

/** One `stream_ended`, sometimes two; what has a later `ts` comes after the end. */
const endings = (
  random: Random,
  profile: SessionProfile,
  stream_id: string,
  events: readonly WireEvent[],
): Arriving[] => {
  const { ts } = events[random.whole(Math.floor(events.length * 0.4), events.length - 1)]!;
  const late = random.chance(profile.endedLate) ? random.whole(2001, 20_000) : 0;
  const event: WireEvent = { event_id: 'end', type: 'stream_ended', stream_id, ts };
  const again: WireEvent = { ...event, event_id: 'End', ts: ts + random.pick([0, 1, 1500]) };
  return [{ arrival: ts + late, event }, ...(random.chance(0.3) ? [{ arrival: ts + late + 1500, event: again }] : [])];
};

/** Appends in the order of arrival: at once and long after, or at the pace of arrival with a little delay. */
const appended = (random: Random, arriving: readonly Arriving[], imported: boolean): WireRecord[] => {
  let clock = 0;
  return [...arriving]
    .sort((a, b) => a.arrival - b.arrival)
    .map(({ arrival, event }) => {
      clock = Math.max(clock, arrival + random.whole(0, 20));
      return { append_ts: imported ? IMPORTED_AT_TS : clock, event };
    });
};

/** Closed by the monitor, after as long a silence as it allows. */
const closed = (log: readonly WireRecord[], stream_id: string): WireRecord[] => {
  const append_ts = log.at(-1)!.append_ts + DEFAULT_EVENT_TIME.streamIdleEndMs;
  return withEnds([...log, { append_ts, closed: { stream_id, ended_at: 0 } }]);
};

/** The log with every closing's `ended_at` as the monitor would write it there: the stream's own end, else its largest `ts` + 1. */
export const withEnds = (log: readonly WireRecord[]): WireRecord[] =>
  log.map((record, place) => {
    if ('event' in record) return record;
    const { stream_id } = record.closed;
    const before = log.slice(0, place).filter((r) => 'event' in r && r.event.stream_id === stream_id);
    const ends = before.flatMap((r) => ('event' in r && r.event.type === 'stream_ended' ? r.event.ts : []));
    return { ...record, closed: { stream_id, ended_at: ends.length > 0 ? Math.min(...ends) : largestTs(before) + 1 } };
  });

const largestTs = (log: readonly WireRecord[]): number =>
  Math.max(...log.map((record) => ('event' in record ? record.event.ts : -Infinity)));

/** Cuts a log into batches of random size, at most `longest` records each. */
export const randomBatches = <T>(random: Random, records: readonly T[], longest: number): T[][] => {
  const batches: T[][] = [];
  for (let at = 0; at < records.length; at += batches.at(-1)!.length)
    batches.push(records.slice(at, at + random.whole(1, longest)));
  return batches;
};
