import type { EventTimeSettings, StreamSummary } from '#domain';
import { newStream, type StreamState } from './stream.js';

/**
 * A stream as its stored summary tells of it, far enough to read its raw events again (`beginAgain`, `readOn`): where it
 * ended, or for now ends, and where it was closed for being idle and went on.
 */
export const storedStream = (
  { stream_id, ended_at, as_of, spans }: Pick<StreamSummary, 'stream_id' | 'ended_at' | 'as_of' | 'spans'>,
  settings: EventTimeSettings,
): StreamState => {
  const end = ended_at ?? as_of;
  const stream = newStream(stream_id, settings);
  stream.late_end = { ts: end, event_id: '', effective_ts: end };
  stream.closings = spans.slice(0, -1).flatMap(({ to }) => (to === null ? [] : [to]));
  return stream;
};
