import { setImmediate as giveWay } from 'node:timers/promises';
import type { RecordBatch } from '#domain';
import { step, type WindowContext, type WindowState } from '#window';

/**
 * Has a stream come to its end where its records do? It is known by reading them, and by nothing less: an end counts once
 * the watermark has passed it, and a stream that was closed for being idle may have gone on.
 */
export const isOver = async (
  stream_id: string,
  batches: Iterable<RecordBatch>,
  context: Omit<WindowContext, 'hear'>,
): Promise<boolean> => {
  const state: WindowState = new Map();
  for (const batch of batches) {
    step(state, batch, context);
    await giveWay();
  }
  const stream = state.get(stream_id);
  return stream !== undefined && (stream.closed || stream.late_end !== null);
};
