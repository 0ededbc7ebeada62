import type { EventTimeSettings, ReadEvent } from '#domain';
import { close } from './close.js';
import { rankOfType } from './effect-order.js';
import { emptyFolded, type Folded, type WindowContext } from './folded.js';
import { closeIfPassed } from './late-end.js';
import { takeIn } from './read-event.js';
import { changesOf, finishBatch, inputOf, type StreamStep } from './step.js';
import { newStream, type StreamState } from './stream.js';
import { advanceInput } from './watermark.js';

/**
 * Reading a stream again, from its raw events, because its end came late: what was applied beyond the end is without
 * effect then, and undoing it would ask for a memory of every event. Lateness stays as it was decided the first time.
 * Rows of the second reading are newer than all of the first; those of the first that begin at or after the end remain
 * to be withdrawn.
 *
 * `before` is the stream as it was read first, with its `late_end`. It may go on judging events meanwhile: they are to be
 * read on here as well, before {@link endAgain}.
 */
export const beginAgain = (before: StreamState, settings: EventTimeSettings): StreamState => {
  const stream = newStream(before.stream_id, settings);
  stream.applied = before.applied;
  knowEnd(stream, before);
  return stream;
};

/** Reads the next events, in log order, as many as the caller likes. */
export const readOn = (
  stream: StreamState,
  before: StreamState,
  reads: readonly ReadEvent[],
  context: WindowContext,
): StreamStep => {
  const out = emptyFolded();
  for (const read of reads) readOne(stream, before, read, out, context);
  return finishBatch({ stream, out }, context);
};

/** Ends the second reading: the stream is closed, and stands where the first one stood. Presentations that are no more are withdrawn. */
export const endAgain = (stream: StreamState, before: StreamState, context: WindowContext): StreamStep => {
  const { inputs, duplicates, late, too_late, coverage, heard, ignored } = before;
  const out = emptyFolded();
  const end = before.late_end!.ts;
  if (!stream.closed) close(stream, end, out, context);
  Object.assign(stream, { inputs, duplicates, late, too_late, coverage, heard });
  stream.ignored.duplicate = ignored.duplicate;
  stream.ignored.too_late = ignored.too_late;
  stream.watermark = Math.max(before.watermark, end);
  stream.applied = Math.max(stream.applied, before.applied) + 1;
  const { stream_id, applied: revision } = stream;
  const remain = new Set(stream.presentations.map(({ presentation_id }) => presentation_id));
  for (const gone of before.presentations) {
    if (remain.has(gone.presentation_id)) continue;
    out.presentations.push({ ...gone, to: gone.from, withdrawn: true, stream_id, revision });
  }
  return changesOf(stream, out);
};

const readOne = (
  stream: StreamState,
  before: StreamState,
  { event, input, append_ts, lateness, effective_ts }: ReadEvent,
  out: Folded,
  context: WindowContext,
): void => {
  const { ts } = event;
  stream.applied++;
  advanceInput(inputOf(stream, input), ts, append_ts, context.settings);
  if (lateness === 'too_late') return;
  const closing = nextClosing(stream, before);
  if (closing !== undefined && !stream.closed && Math.max(ts, effective_ts) >= closing)
    close(stream, closing, out, context);
  takeIn(stream, { event, effective_ts, isLate: lateness === 'late' }, rankOfType(event.type), out, context);
  knowEnd(stream, before);
  closeIfPassed(stream, out, context);
};

/** The end is known from the stream's first event on; where it had been closed for being idle and went on, from then on. */
const knowEnd = (stream: StreamState, before: StreamState): void => {
  if (stream.closed || stream.ended_by !== null || nextClosing(stream, before) !== undefined) return;
  stream.ended_at = before.late_end!.ts;
  stream.ended_by = before.late_end!.event_id;
};

/** A closing beyond the end never was. */
const nextClosing = (stream: StreamState, { closings, late_end }: StreamState): number | undefined => {
  const next = closings[stream.closings.length];
  return next !== undefined && next <= late_end!.ts ? next : undefined;
};
