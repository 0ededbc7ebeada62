import { PANE_MS } from '#domain';
import { emptyCountedOnline } from './counted-online.js';
import { foldToEnd } from './fold.js';
import type { Folded, WindowContext } from './folded.js';
import type { StreamState } from './stream.js';

/** Closing makes all panes final, up to the end, and every input stands at the end from now on. */
export const close = (stream: StreamState, ended_at: number, out: Folded, context: WindowContext): void => {
  foldToEnd(stream, ended_at, out, context);
  stream.watermark = Math.max(stream.watermark, ended_at);
  for (const progress of stream.inputs.values()) progress.watermark = Math.max(progress.watermark, ended_at);
};

/** A stream that was closed for being idle goes on: the panes between do not exist, and no count reaches over them. */
export const reopen = (stream: StreamState): void => {
  if (stream.span_from !== null)
    stream.past_spans.push({ from: stream.span_from * PANE_MS, to: stream.next! * PANE_MS });
  stream.closings.push(stream.ended_at!);
  stream.span_from = null;
  stream.closed = false;
  stream.ended_at = null;
  stream.next = null;
  stream.counted = emptyCountedOnline();
};
