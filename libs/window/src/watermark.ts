import type { EventTimeSettings, InputId, Lateness } from '#domain';

/** How far one input has carried one stream. All ms; `watermark` is −∞ until the first event. */
export interface InputProgress {
  max_ts: number;
  watermark: number;
  /** Append time of the stream's last record on this input. */
  last_append_ts: number;
  set_aside: boolean;
}

export const newInputProgress = (): InputProgress => ({
  max_ts: -Infinity,
  watermark: -Infinity,
  last_append_ts: -Infinity,
  set_aside: false,
});

/**
 * The watermark of a stream and an input: the largest `ts` so far, and never beyond append time, less the
 * out-of-order bound. Advanced event by event in log order; it never goes back.
 */
export const advanceInput = (
  input: InputProgress,
  ts: number,
  append_ts: number,
  { outOfOrderMs }: EventTimeSettings,
): void => {
  if (ts > input.max_ts) input.max_ts = ts;
  const reached = Math.min(input.max_ts, append_ts) - outOfOrderMs;
  if (reached > input.watermark) input.watermark = reached;
  input.last_append_ts = append_ts;
};

/** Late is below the watermark, too late more than the allowed lateness below it: `[…, w − allowed) [w − allowed, w) [w, …)`. */
export const judgeLateness = (ts: number, watermark: number, { allowedLatenessMs }: EventTimeSettings): Lateness =>
  ts >= watermark ? 'on_time' : ts >= watermark - allowedLatenessMs ? 'late' : 'too_late';

/** A stream's watermark: the smallest over its inputs that are not set aside; it never goes back and stands still where all are. */
export const mergeWatermarks = (before: number, inputs: Iterable<InputProgress>): number => {
  let smallest = Infinity;
  for (const input of inputs) if (!input.set_aside && input.watermark < smallest) smallest = input.watermark;
  return smallest === Infinity || smallest < before ? before : smallest;
};

/** The smallest watermark by which anything is still judged: of the stream, or of an input that lags behind it. */
export const furthestBehind = ({ watermark, inputs }: { watermark: number; inputs: Inputs }): number => {
  let smallest = watermark;
  for (const input of inputs.values()) if (!input.set_aside && input.watermark < smallest) smallest = input.watermark;
  return smallest;
};

/** Brings back an input that was set aside: its watermark starts at the stream's. */
export const bringBack = (input: InputProgress, streamWatermark: number): void => {
  input.set_aside = false;
  if (input.watermark < streamWatermark) input.watermark = streamWatermark;
};

export type Inputs = Map<InputId, InputProgress>;
