import {
  paneStart,
  type EventTimeSettings,
  type Lateness,
  type LiveEvent,
  type LogRecord,
  type ReadEvent,
} from '#domain';
import { applyToClosed, type Occurrence } from './apply.js';
import { reopen } from './close.js';
import { seenBefore } from './duplicates.js';
import { RANK, isPresenceRank, rankOfType, type Rank } from './effect-order.js';
import { feedOf } from './feeds.js';
import type { Folded, WindowContext } from './folded.js';
import { isAppliedBeyond, noteLateEnd } from './late-end.js';
import type { StreamState } from './stream.js';
import { wait } from './waiting.js';
import { advanceInput, bringBack, judgeLateness, type InputProgress } from './watermark.js';

/** Decides what the event is at its place in the log, and lets it wait for its pane; `null` for a duplicate. */
export const readEvent = (
  stream: StreamState,
  progress: InputProgress,
  { input, append_ts, position, body: event }: LogRecord & { body: LiveEvent },
  out: Folded,
  context: WindowContext,
): ReadEvent | null => {
  const { settings } = context;
  const { ts, type } = event;
  const rank = rankOfType(type);
  if (progress.set_aside) bringBack(progress, stream.watermark);
  const { watermark } = progress;
  const judgedFrom = watermark === -Infinity ? stream.watermark : watermark;
  if (
    rank !== RANK.heartbeat &&
    seenBefore(stream.duplicates, event.event_id, ts, judgedFrom - settings.allowedLatenessMs)
  ) {
    progress.last_append_ts = append_ts;
    stream.ignored.duplicate++;
    return null;
  }
  const standsAt = stream.closed || stream.late_end !== null ? -Infinity : stream.watermark;
  const lateness = latenessOf(ts, rank, watermark, standsAt, settings);
  const effective_ts = Math.max(lateness === 'on_time' ? ts : watermark, standsAt);
  advanceInput(progress, ts, append_ts, settings);

  const feed = feedOf(rank, type);
  if (ts > stream.coverage[feed]!) stream.coverage[feed] = ts;
  stream.heard[feed] = append_ts;
  if (lateness === 'too_late') {
    stream.too_late++;
    stream.ignored.too_late++;
  } else {
    const isLate = lateness === 'late';
    if (isLate) stream.late++;
    if (rank === RANK.ended && stream.shares === undefined && isAppliedBeyond(stream, ts))
      noteLateEnd(stream, { ts, event_id: event.event_id, effective_ts }, out, context);
    if (stream.late_end === null) takeIn(stream, { event, effective_ts, isLate }, rank, out, context);
  }
  return { event, append_ts, lateness, effective_ts, input, position };
};

/** Takes in an event that is not too late: it waits for its pane, or corrects a stream that is closed. */
export const takeIn = (
  stream: StreamState,
  occurrence: Occurrence,
  rank: Rank,
  out: Folded,
  context: WindowContext,
): void => {
  const { event, effective_ts, isLate } = occurrence;
  const { ts } = event;
  if (stream.closed && stream.ended_by === null && ts >= stream.ended_at!) reopen(stream);
  if (ts < stream.first_ts) stream.first_ts = ts;
  if (ts > stream.largest_ts) stream.largest_ts = ts;
  if (stream.closed) {
    applyToClosed(stream, occurrence, out, context);
    return;
  }
  if (rank === RANK.ended) noteEnd(stream, event);
  wait(stream.waiting, event, effective_ts, rank, isLate);
};

/**
 * Lateness is judged against the event's own input. What counts in a pane that is no longer kept, because its input lags
 * so far behind the stream's others, is too late all the same: correcting a pane from nothing would wipe out what was
 * counted in it. Presence takes effect where the stream stands, at its watermark, however far its input lags.
 */
const latenessOf = (
  ts: number,
  rank: Rank,
  watermark: number,
  standsAt: number,
  settings: EventTimeSettings,
): Lateness => {
  const isKept = ts >= standsAt || ts >= paneStart(standsAt) - settings.allowedLatenessMs;
  return isKept || isPresenceRank(rank) ? judgeLateness(ts, watermark, settings) : 'too_late';
};

/** The smallest `ts` of its `stream_ended` is where a stream ends; one that is spread over lanes, not before where it stands. */
const noteEnd = (stream: StreamState, { event_id, ts: told }: LiveEvent): void => {
  const ts = stream.shares === undefined ? told : Math.max(told, stream.watermark);
  const sooner =
    stream.ended_at === null || ts < stream.ended_at || (ts === stream.ended_at && event_id < stream.ended_by!);
  if (!sooner) return;
  stream.ended_at = ts;
  stream.ended_by = event_id;
};
