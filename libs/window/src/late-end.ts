import { close } from './close.js';
import { foldUpTo } from './fold.js';
import type { Folded, WindowContext } from './folded.js';
import { sharedWatermark } from './shares.js';
import type { StreamState } from './stream.js';
import { mergeWatermarks } from './watermark.js';

/** A `stream_ended` that was read when more than it allows had been applied already. */
export interface LateEnd {
  /** Where the stream ends, ms. */
  ts: number;
  event_id: string;
  /** The watermark it met, ms: when it was known. */
  effective_ts: number;
}

/** A stream's watermark at this place in the log: by its inputs, or by its shares where it has some. */
export const watermarkOf = (stream: StreamState): number =>
  stream.shares === undefined
    ? mergeWatermarks(stream.watermark, stream.inputs.values())
    : sharedWatermark(stream, stream.shares);

/** Has the stream, as it is read, been applied beyond `ts`; or, where it is closed, does it end beyond it? */
export const isAppliedBeyond = (stream: StreamState, ts: number): boolean =>
  stream.closed ? ts < stream.ended_at! : ts < watermarkOf(stream);

/** Once the watermark has passed the end the stream closes, at the very event that let it: what comes after is applied where it is read. */
export const closeIfPassed = (stream: StreamState, out: Folded, context: WindowContext): void => {
  if (stream.closed || stream.ended_at === null || stream.late_end !== null) return;
  const watermark = watermarkOf(stream);
  if (watermark < stream.ended_at) return;
  stream.watermark = watermark;
  close(stream, stream.ended_at, out, context);
};

/**
 * Notes an end that came late; of several the earliest in cue order rules. What lies below the watermark is made final
 * first, as it would have been had the batch ended here, so that the detector sees the same however batches are sliced.
 */
export const noteLateEnd = (stream: StreamState, end: LateEnd, out: Folded, context: WindowContext): void => {
  const { late_end } = stream;
  if (late_end === null && !stream.closed) {
    stream.watermark = watermarkOf(stream);
    foldUpTo(stream, stream.watermark, out, context);
  }
  const isFirst =
    late_end === null || end.ts < late_end.ts || (end.ts === late_end.ts && end.event_id < late_end.event_id);
  if (isFirst) stream.late_end = end;
};
