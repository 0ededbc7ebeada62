import { setImmediate as giveWay } from 'node:timers/promises';
import type { Moment, ReadEvent, StreamSummary } from '#domain';
import type { StoreReader } from '#store';
import { beginAgain, endAgain, readOn, storedStream, type WindowContext } from '#window';

/** Events read before other work gets its turn. */
const SLICE_EVENTS = 2_048;

/** The moments of a stored stream once more, from its raw events, in slices that leave room for other work. */
export async function* storedMoments(
  reader: Pick<StoreReader, 'rawEvents'>,
  summary: Pick<StreamSummary, 'stream_id' | 'ended_at' | 'as_of' | 'spans'>,
  window: WindowContext,
): AsyncGenerator<Moment[], void> {
  const before = storedStream(summary, window.settings);
  const stream = beginAgain(before, window.settings);
  let slice: ReadEvent[] = [];
  for await (const read of reader.rawEvents(summary.stream_id)) {
    slice.push(read);
    if (slice.length < SLICE_EVENTS) continue;
    yield readOn(stream, before, slice, window).moments;
    slice = [];
    await giveWay();
  }
  yield readOn(stream, before, slice, window).moments;
  yield endAgain(stream, before, window).moments;
}
