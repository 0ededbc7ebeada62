import {
  FEED_OF_TYPE,
  LIVE_WINDOWS_S,
  PANE_MS,
  isMonitorRecord,
  paneIndex,
  type CueMark,
  type DistinctCounts,
  type EventTimeSettings,
  type InputId,
  type LiveEvent,
  type LogRecord,
  type Moment,
  type MonitorRecord,
  type OnAir,
  type Pane,
  type Presentation,
  type ReadEvent,
  type RecordBatch,
  type StreamSummary,
  type Visit,
  type WindowName,
} from '#domain';
import { emptyCountedOnline, presenceQuality } from './counted-online.js';
import { forgetBelow, seenBefore } from './duplicates.js';
import { isPresenceEvent } from './effect-order.js';
import { applyToClosed } from './apply.js';
import { foldToEnd, foldUpTo, wait } from './fold.js';
import { emptyFolded, type Folded, type WindowContext } from './folded.js';
import { advanceLastSeen, distinctOfLast } from './last-seen.js';
import { isPresent, openVisitOf } from './presence.js';
import { onAirAt } from './presentations.js';
import { newStream, type StreamState } from './stream.js';
import { CHUNK_MASK, chunkOf } from './viewer-table.js';
import {
  advanceInput,
  bringBack,
  judgeLateness,
  mergeWatermarks,
  newInputProgress,
  type InputProgress,
} from './watermark.js';

/** All streams of one process, by id. */
export type WindowState = Map<string, StreamState>;

/** What one batch changed in one stream. */
export interface StreamStep {
  stream_id: string;
  /** Panes that became final, in time order. */
  moments: Moment[];
  /** Final panes rewritten by late events, in time order. */
  corrected: Pane[];
  visits: Visit[];
  presentations: Presentation[];
  cues: CueMark[];
  summary: StreamSummary;
  on_air: OnAir | null;
  /** Distinct viewers of the windows that end at `summary.as_of`. */
  distinct: Record<WindowName, DistinctCounts>;
}

/** What one batch gave: accepted events with their lateness, how many were duplicates, and each stream's changes. */
export interface WindowStep {
  batch: RecordBatch;
  read: ReadEvent[];
  duplicates: number;
  streams: StreamStep[];
}

/**
 * The step of the window room: applies one batch of one input to the state and answers what it changed.
 * No clock, no I/O: the same batches, however sliced, give the same panes. The state is changed in place.
 */
export const step = (state: WindowState, batch: RecordBatch, context: WindowContext): WindowStep => {
  const read: ReadEvent[] = [];
  const touched = new Map<StreamState, Folded>();
  let duplicates = 0;
  let stream: StreamState | undefined;
  let out: Folded | undefined;
  for (const record of batch.records) {
    const { stream_id } = record.body;
    if (stream?.stream_id !== stream_id) {
      stream = streamOf(state, stream_id, record.body, context);
      if (stream === undefined) continue;
      out = touched.get(stream);
      if (out === undefined) touched.set(stream, (out = emptyFolded()));
    }
    stream.applied++;
    if (isMonitorRecord(record.body)) {
      applyMonitorRecord(stream, record.body, out!, context);
      continue;
    }
    const event = readEvent(stream, batch.input, record, record.body, out!, context);
    if (event === null) duplicates++;
    else read.push(event);
  }
  return {
    batch,
    read,
    duplicates,
    streams: [...touched].map(([each, folded]) => finishBatch(each, folded, context)),
  };
};

const streamOf = (
  state: WindowState,
  stream_id: string,
  body: LiveEvent | MonitorRecord,
  { settings }: WindowContext,
): StreamState | undefined => {
  const known = state.get(stream_id);
  if (known !== undefined || isMonitorRecord(body)) return known;
  const stream = newStream(stream_id, settings);
  state.set(stream_id, stream);
  return stream;
};

/** Decides what the event is at its place in the log, and lets it wait for its pane; `null` for a duplicate. */
const readEvent = (
  stream: StreamState,
  input: InputId,
  { append_ts, position }: LogRecord,
  event: LiveEvent,
  out: Folded,
  context: WindowContext,
): ReadEvent | null => {
  const { settings } = context;
  const { ts } = event;
  const progress = inputOf(stream, input);
  if (
    event.type !== 'heartbeat' &&
    seenBefore(stream.duplicates, event.event_id, ts, progress.watermark - settings.allowedLatenessMs)
  ) {
    progress.last_append_ts = append_ts;
    stream.ignored.duplicate++;
    return null;
  }
  const lateness = latenessOf(stream, progress, event, settings);
  const effective_ts =
    lateness === 'on_time' ? Math.max(ts, settledUpTo(stream)) : Math.max(progress.watermark, settledUpTo(stream));
  const read: ReadEvent = { event, append_ts, lateness, effective_ts, input, position };
  advanceInput(progress, ts, append_ts, settings);

  const feed = FEED_OF_TYPE[event.type];
  if (ts > (stream.coverage[feed] ?? -Infinity)) stream.coverage[feed] = ts;
  stream.heard[feed] = append_ts;
  if (lateness === 'too_late') {
    stream.too_late++;
    stream.ignored.too_late++;
    return read;
  }
  if (lateness === 'late') stream.late++;
  if (stream.closed && stream.ended_by === null && ts >= stream.ended_at!) reopen(stream);
  if (ts < stream.first_ts) stream.first_ts = ts;
  if (ts > stream.largest_ts) stream.largest_ts = ts;

  if (stream.closed) applyToClosed(stream, read, out, context);
  else {
    if (event.type === 'stream_ended') noteEnd(stream, read);
    wait(stream, read);
  }
  return read;
};

/**
 * Lateness is judged against the event's own input. What counts in a pane that is no longer kept, because its input lags
 * so far behind the stream's others, is too late all the same: correcting a pane from nothing would wipe out what was
 * counted in it. Presence takes effect where the stream stands, however far its input lags.
 */
const latenessOf = (
  stream: StreamState,
  progress: InputProgress,
  event: LiveEvent,
  settings: EventTimeSettings,
): ReadEvent['lateness'] =>
  !isPresenceEvent(event) && event.ts < settledUpTo(stream) - settings.allowedLatenessMs
    ? 'too_late'
    : judgeLateness(event.ts, progress.watermark, settings);

/** Panes below are final: what takes effect now takes effect from there on. */
const settledUpTo = (stream: StreamState): number =>
  stream.closed || stream.watermark === -Infinity ? -Infinity : stream.watermark - (stream.watermark % PANE_MS);

const inputOf = (stream: StreamState, input: InputId): InputProgress => {
  let progress = stream.inputs.get(input);
  if (progress === undefined) stream.inputs.set(input, (progress = newInputProgress()));
  if (progress.set_aside) bringBack(progress, stream.watermark);
  return progress;
};

/** The smallest `ts` of its `stream_ended` is where a stream ends; a late one takes effect where it is read. */
const noteEnd = (stream: StreamState, { event, effective_ts }: ReadEvent): void => {
  const sooner =
    stream.ended_at === null ||
    effective_ts < stream.ended_at ||
    (effective_ts === stream.ended_at && event.event_id < stream.ended_by!);
  if (!sooner) return;
  stream.ended_at = effective_ts;
  stream.ended_by = event.event_id;
};

const applyMonitorRecord = (stream: StreamState, record: MonitorRecord, out: Folded, context: WindowContext): void => {
  switch (record.kind) {
    case 'input_set_aside': {
      const progress = stream.inputs.get(record.input);
      if (progress !== undefined) progress.set_aside = true;
      return;
    }
    case 'stream_closed':
      if (!stream.closed && stream.largest_ts > -Infinity)
        close(stream, stream.ended_at ?? record.ended_at, out, context);
  }
};

/** Closing makes all panes final, up to the end, and every input stands at the end from now on. */
const close = (stream: StreamState, ended_at: number, out: Folded, context: WindowContext): void => {
  foldToEnd(stream, ended_at, out, context);
  stream.watermark = Math.max(stream.watermark, ended_at);
  for (const progress of stream.inputs.values()) progress.watermark = Math.max(progress.watermark, ended_at);
};

/** A stream that was closed for being idle goes on: the panes between do not exist, and no count reaches over them. */
const reopen = (stream: StreamState): void => {
  if (stream.span_from !== null)
    stream.past_spans.push({ from: stream.span_from * PANE_MS, to: stream.next! * PANE_MS });
  stream.span_from = null;
  stream.closed = false;
  stream.ended_at = null;
  stream.next = null;
  stream.counted = emptyCountedOnline();
};

const finishBatch = (stream: StreamState, out: Folded, context: WindowContext): StreamStep => {
  stream.watermark = mergeWatermarks(stream.watermark, stream.inputs.values());
  if (!stream.closed && stream.watermark > -Infinity) {
    if (stream.ended_at !== null && stream.watermark >= stream.ended_at) close(stream, stream.ended_at, out, context);
    else foldUpTo(stream, paneIndex(stream.watermark), out, context);
    forgetBelow(stream.duplicates, stream.watermark - context.settings.allowedLatenessMs);
  }
  return {
    stream_id: stream.stream_id,
    moments: out.moments,
    corrected: [...out.corrected].sort(([a], [b]) => a - b).map(([, pane]) => pane),
    visits: [...openVisits(stream, out), ...out.visits],
    presentations: out.presentations,
    cues: out.moments.flatMap((moment) => moment.cues),
    ...standingOf(stream),
  };
};

/** How a stream stands now, between two batches. */
export const standingOf = (stream: StreamState): Pick<StreamStep, 'summary' | 'on_air' | 'distinct'> => ({
  summary: summaryOf(stream),
  on_air: stream.next === null ? null : onAirAt(stream.presentations, (stream.next - 1) * PANE_MS),
  distinct: distinctNow(stream, stream.presence.open),
});

/** Visits that began in this batch and are still open; those that closed meanwhile are told as closed. */
const openVisits = ({ presence, stream_id, applied }: StreamState, { begun }: Folded): Visit[] =>
  begun
    .filter(
      ({ slot, from }) => isPresent(presence, slot) && chunkOf(presence.viewers, slot).from[slot & CHUNK_MASK] === from,
    )
    .map(({ slot }) => openVisitOf(presence, stream_id, slot, applied));

const distinctNow = (stream: StreamState, open: number): StreamStep['distinct'] => {
  const { seen } = stream.presence;
  if (stream.next !== null && stream.next - 1 > seen.pane) advanceLastSeen(seen, stream.next - 1);
  return {
    '10s': distinctOfLast(seen, open, LIVE_WINDOWS_S['10s']),
    '60s': distinctOfLast(seen, open, LIVE_WINDOWS_S['60s']),
    '300s': distinctOfLast(seen, open, LIVE_WINDOWS_S['300s']),
  };
};

/** What is known of the stream now, beside its panes. */
export const summaryOf = (stream: StreamState): StreamSummary => {
  const { started, closed, past_spans, span_from, counted, presence } = stream;
  const quality = presenceQuality(counted, presence, Infinity);
  const firstIndex =
    past_spans[0] === undefined ? (span_from ?? paneIndex(stream.first_ts)) * PANE_MS : past_spans[0].from;
  const running = span_from === null ? [] : [{ from: span_from * PANE_MS, to: closed ? stream.next! * PANE_MS : null }];
  return {
    stream_id: stream.stream_id,
    revision: stream.applied,
    title: started?.title ?? null,
    host: started?.host ?? null,
    host_kind: started?.host_kind ?? null,
    channel: started?.channel ?? null,
    currency: stream.currency,
    planned_gmv_minor: started?.planned_gmv_minor ?? null,
    status: closed ? 'ended' : 'live',
    started_at: started?.ts ?? (stream.first_ts === Infinity ? 0 : stream.first_ts),
    ended_at: closed ? stream.ended_at : null,
    first_pane: firstIndex,
    last_pane: lastPane(stream),
    spans: [...past_spans, ...running],
    as_of: stream.watermark === -Infinity ? 0 : stream.watermark,
    online: quality === 'final' ? presence.open : counted.online,
    quality,
    late: stream.late,
    too_late: stream.too_late,
    ignored: { ...stream.ignored },
    coverage: { ...stream.coverage },
  };
};

/** The last pane that is final, stored or not: the one before the next. */
const lastPane = ({ next, past_spans }: StreamState): number | null => {
  const end = next === null ? past_spans.at(-1)?.to : next * PANE_MS;
  return end === undefined ? null : end - PANE_MS;
};
