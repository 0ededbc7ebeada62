import type { EventTimeSettings, Lateness } from '#domain';
import { groupBy } from './group.js';
import type { WireEvent, WireRecord } from './wire.js';

/** An accepted event that is no duplicate, with what was decided on reading it. */
export interface Read {
  event: WireEvent;
  append_ts: number;
  lateness: Lateness;
  /** `ts`; of a late event the watermark it met. */
  effective_ts: number;
  /** Its index in the log. */
  place: number;
}

/** All of one stream, in log order. */
export interface StreamReading {
  stream_id: string;
  events: Read[];
  duplicates: number;
  /** Rejected with `future_ts`. */
  rejected: number;
  closings: { place: number; ended_at: number }[];
  /** After the last record, ms. */
  watermark: number;
}

/**
 * Reads a log from its start: splits it by stream and decides each event's lateness against the stream's watermark
 * *before* that event's own advance. The watermark is the largest of min(largest `ts` so far, append time) − bound
 * over the accepted events that are no duplicates; closing a stream lifts it to `ended_at`, for all its panes are final.
 */
export const readLog = (log: readonly WireRecord[], settings: EventTimeSettings): StreamReading[] => {
  const streams = groupBy(
    log.map((record, place) => ({ record, place })),
    ({ record }) => ('event' in record ? record.event : record.closed).stream_id,
  );
  return [...streams].map(([stream_id, records]) => readStream(stream_id, records, settings));
};

const readStream = (
  stream_id: string,
  records: readonly { record: WireRecord; place: number }[],
  settings: EventTimeSettings,
): StreamReading => {
  const reading: StreamReading = {
    stream_id,
    events: [],
    duplicates: 0,
    rejected: 0,
    closings: [],
    watermark: -Infinity,
  };
  const firstTsOfId = new Map<string, number>();
  let largestTs = -Infinity;

  for (const { record, place } of records) {
    if ('closed' in record) {
      reading.closings.push({ place, ended_at: record.closed.ended_at });
      reading.watermark = Math.max(reading.watermark, record.closed.ended_at);
      continue;
    }
    const { event, append_ts } = record;
    if (event.ts > append_ts + settings.maxFutureMs) {
      reading.rejected++;
      continue;
    }
    // An id is remembered as long as its event would not be too late by now; heartbeats are never remembered.
    const firstTs = firstTsOfId.get(event.event_id);
    if (firstTs !== undefined && reading.watermark - firstTs <= settings.allowedLatenessMs) {
      reading.duplicates++;
      continue;
    }
    if (event.type !== 'heartbeat') firstTsOfId.set(event.event_id, event.ts);

    const below = reading.watermark - event.ts;
    const lateness = below <= 0 ? 'on_time' : below <= settings.allowedLatenessMs ? 'late' : 'too_late';
    const effective_ts = lateness === 'on_time' ? event.ts : reading.watermark;
    reading.events.push({ event, append_ts, lateness, effective_ts, place });

    largestTs = Math.max(largestTs, event.ts);
    reading.watermark = Math.max(reading.watermark, Math.min(largestTs, append_ts) - settings.outOfOrderMs);
  }
  return reading;
};
