import type { EventTimeSettings, InputId, InputReading, MonitorRecord } from '#domain';
import { logTimeOf } from './log-time.js';
import { areQuiet, type Shares } from './shares.js';
import type { StreamState } from './stream.js';

/**
 * What the wall clock decides now: inputs to set aside and streams to close. The answers are to be written to the log
 * and take effect when they are read from there, so that reading again decides the same again. `readings` are those of
 * the lane that holds the streams.
 */
export const due = (
  streams: Iterable<StreamState>,
  readings: ReadonlyMap<InputId, InputReading>,
  now: number,
  settings: EventTimeSettings,
): MonitorRecord[] => {
  const records: MonitorRecord[] = [];
  for (const stream of streams) {
    if (stream.closed || stream.late_end !== null) continue;
    if (stream.shares !== undefined) {
      if (areRead(readings) && isIdle(stream, stream.shares, now, settings))
        records.push(closing(stream, stream.largest_ts + 1));
      continue;
    }
    const ended_at = endDue(stream, readings, now, settings);
    if (ended_at !== null) records.push(closing(stream, ended_at));
    else if (stream.inputs.size > 1) records.push(...asideDue(stream, readings, now, settings));
  }
  return records;
};

/**
 * The earliest moment, wall clock or log time of an input, ms, at which anything can be due of the stream as it stands,
 * however its inputs are read until then; ∞: nothing will be.
 */
export const dueFrom = (stream: StreamState, { streamIdleEndMs, idleInputMs }: EventTimeSettings): number => {
  if (stream.closed || stream.late_end !== null) return Infinity;
  const mayBeIdle = stream.ended_at === null && stream.largest_ts > -Infinity;
  if (stream.shares !== undefined) return mayBeIdle ? Math.max(...stream.heard) + streamIdleEndMs : Infinity;
  if (stream.ended_at !== null) return -Infinity;
  let newest = -Infinity;
  for (const { last_append_ts } of stream.inputs.values()) newest = Math.max(newest, last_append_ts);
  let from = mayBeIdle && stream.share_of === undefined ? newest + streamIdleEndMs : Infinity;
  for (const { last_append_ts, set_aside } of stream.inputs.values())
    if (!set_aside && last_append_ts < newest) from = Math.min(from, last_append_ts + idleInputMs);
  return from;
};

const closing = ({ stream_id }: StreamState, ended_at: number): MonitorRecord => ({
  ...{ kind: 'stream_closed', stream_id, ended_at },
});

/** Does nothing wait in the log, neither of a stream nor of what its shares told? */
const areRead = (readings: ReadonlyMap<InputId, InputReading>): boolean =>
  [...readings.values()].every(({ at_end_since }) => at_end_since !== null);

/** One that is spread over lanes closes with its shares; here only where nothing has come of it in any lane for long. */
const isIdle = (
  { heard, ended_at, largest_ts }: StreamState,
  shares: Shares,
  now: number,
  { streamIdleEndMs }: EventTimeSettings,
): boolean =>
  ended_at === null && largest_ts > -Infinity && now - Math.max(...heard) >= streamIdleEndMs && areQuiet(shares);

const endDue = (
  stream: StreamState,
  readings: ReadonlyMap<InputId, InputReading>,
  now: number,
  { outOfOrderMs, streamIdleEndMs }: EventTimeSettings,
): number | null => {
  // A share ends as its stream does, and is never idle by itself. What was on its way when the end was asked for is
  // still to come, though its own inputs may have been quiet for long.
  let idle = stream.share_of === undefined;
  let passed = stream.ended_at !== null && isPast(readings, (stream.asked_at ?? -Infinity) + outOfOrderMs, now);
  if (stream.largest_ts === -Infinity) return passed ? stream.ended_at : null;
  for (const [input, progress] of stream.inputs) {
    const quietFor = now - Math.max(atEndSince(readings, input), progress.last_append_ts);
    if (quietFor < streamIdleEndMs) idle = false;
    if (passed && progress.watermark < stream.ended_at! && quietFor < outOfOrderMs) passed = false;
  }
  if (passed) return stream.ended_at;
  return idle ? stream.largest_ts + 1 : null;
};

const asideDue = (
  stream: StreamState,
  readings: ReadonlyMap<InputId, InputReading>,
  now: number,
  { idleInputMs }: EventTimeSettings,
): MonitorRecord[] => {
  const newest = Math.max(...[...stream.inputs.values()].map((each) => each.last_append_ts));
  return [...stream.inputs]
    .filter(([input, progress]) => {
      if (progress.set_aside || progress.last_append_ts >= newest) return false;
      const reading = readings.get(input);
      const logTime = reading === undefined ? -Infinity : logTimeOf(reading, now);
      return logTime - progress.last_append_ts >= idleInputMs;
    })
    .map(([input]) => ({ kind: 'input_set_aside', stream_id: stream.stream_id, input }));
};

const isPast = (readings: ReadonlyMap<InputId, InputReading>, append_ts: number, now: number): boolean =>
  [...readings.values()].every((reading) => logTimeOf(reading, now) >= append_ts);

/** An input that still has records waiting has not been silent at all. */
const atEndSince = (readings: ReadonlyMap<InputId, InputReading>, input: InputId): number =>
  readings.get(input)?.at_end_since ?? Infinity;
