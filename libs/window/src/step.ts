import {
  isMonitorRecord,
  type CueMark,
  type EventTimeSettings,
  type InputId,
  type LiveEvent,
  type LogRecord,
  type Moment,
  type MonitorRecord,
  type Pane,
  type Presentation,
  type ReadEvent,
  type RecordBatch,
  type RuleSet,
  type Visit,
} from '#domain';
import { forgetBelow } from './duplicates.js';
import { close } from './close.js';
import { foldUpTo } from './fold.js';
import { emptyFolded, type Folded, type WindowContext } from './folded.js';
import { takeOpenVisits } from './presence.js';
import { closeIfPassed, watermarkOf, type LateEnd } from './late-end.js';
import { readEvent } from './read-event.js';
import { heed } from './share.js';
import { takeTold } from './shares.js';
import { standingOf, type Standing } from './standing.js';
import { newStream, type StreamState } from './stream.js';
import { furthestBehind, newInputProgress, type InputProgress } from './watermark.js';

/** All streams of one process, by id. */
export type WindowState = Map<string, StreamState>;

/** What one batch changed in one stream, and how it stands after it. */
export interface StreamStep extends Standing {
  stream_id: string;
  /** The stream that this is a lane's share of; `undefined`: it is whole. */
  share_of: string | undefined;
  /** Panes that became final, in time order. */
  moments: Moment[];
  /** Final panes rewritten by late events, in time order. */
  corrected: Pane[];
  visits: Visit[];
  presentations: Presentation[];
  cues: CueMark[];
  /** Rules that hold from somewhere in the batch on, in order. */
  rule_sets: RuleSet[];
  /** Its end came late: it is to be read again (see {@link beginAgain}). */
  late_end: LateEnd | null;
}

/** What one batch gave: accepted events with their lateness, how many were duplicates, and each stream's changes. */
export interface WindowStep {
  batch: RecordBatch;
  read: ReadEvent[];
  duplicates: number;
  streams: StreamStep[];
}

/** A stream while a batch is applied to it. */
interface Touched {
  readonly stream: StreamState;
  readonly out: Folded;
  /** Its records, by their place in the batch, in order. */
  readonly places: number[];
}

/**
 * The step of the window room: applies one batch to the state and answers what it changed.
 * No clock, no I/O: the same batches, however sliced, give the same panes. The state is changed in place.
 */
export const step = (state: WindowState, batch: RecordBatch, context: WindowContext): WindowStep => {
  const touched = byStream(state, batch.records, context);
  const read = new Array<ReadEvent | null>(batch.records.length).fill(null);
  let duplicates = 0;
  for (const each of touched) duplicates += readRecords(each, batch, read, context);
  return {
    batch,
    read: read.filter((event) => event !== null),
    duplicates,
    streams: touched.map((each) => finishBatch(each, context)),
  };
};

/** Streams have nothing to do with each other: the records of one are read together, so that its state is at hand. */
const byStream = (state: WindowState, records: RecordBatch['records'], context: WindowContext): Touched[] => {
  const touched = new Map<string, Touched>();
  let at: Touched | undefined;
  for (let place = 0; place < records.length; place++) {
    const body = records[place]!.body;
    if (at?.stream.stream_id !== body.stream_id) {
      at = touched.get(body.stream_id);
      if (at === undefined) {
        const stream = streamOf(state, records[place]!, context);
        if (stream === undefined) continue;
        touched.set(body.stream_id, (at = { stream, out: emptyFolded(), places: [] }));
      }
    }
    at.places.push(place);
  }
  return [...touched.values()];
};

/** The stream of a record, made when an event is its first, or what a share is told or tells; `undefined` for another of the monitor's records of a stream that is not known. */
const streamOf = (
  state: WindowState,
  { body, append_ts }: LogRecord,
  { settings, revision_from = 0, lanesOf, shareInputs = [] }: WindowContext,
): StreamState | undefined => {
  const { stream_id } = body;
  let stream = state.get(stream_id);
  if (stream === undefined && (!isMonitorRecord(body) || isOfShare(body))) {
    stream = { ...newStream(stream_id, settings, lanesOf?.(stream_id) ?? null), applied: revision_from };
    if (stream.share_of !== undefined)
      for (const input of shareInputs) stream.inputs.set(input, { ...newInputProgress(), last_append_ts: append_ts });
    state.set(stream_id, stream);
  }
  return stream;
};

const isOfShare = ({ kind }: MonitorRecord): boolean => kind === 'share_told' || kind === 'share_asked';

/** Reads a stream's records of a batch, each event into its place in `read`; answers how many were duplicates. */
const readRecords = (
  touched: Touched,
  { records }: RecordBatch,
  read: (ReadEvent | null)[],
  context: WindowContext,
): number => {
  const { stream, out, places } = touched;
  let progress: InputProgress | null = null;
  let input: InputId | null = null;
  let duplicates = 0;
  for (const place of places) {
    const record = records[place]!;
    const { body } = record;
    stream.applied++;
    if (isMonitorRecord(body)) {
      applyMonitorRecord(touched, body, record.append_ts, context);
      progress = null;
      continue;
    }
    if (progress === null || record.input !== input) progress = inputOf(stream, (input = record.input));
    const event = readEvent(stream, progress, record as LogRecord & { body: LiveEvent }, out, context);
    if (event === null) duplicates++;
    else closeIfPassed(stream, out, context);
    read[place] = event;
  }
  return duplicates;
};

/**
 * An input's progress. One that was not heard of, or was set aside, comes back where the stream stands: it is told first
 * how far the others have carried it, in this batch too, so that it does not matter how the log is sliced.
 */
export const inputOf = (stream: StreamState, input: InputId): InputProgress => {
  let progress = stream.inputs.get(input);
  stream.watermark = watermarkOf(stream);
  if (progress === undefined) stream.inputs.set(input, (progress = newInputProgress()));
  // All stand at the end once a stream is closed, one that is heard only then as well: panes before are no longer kept.
  if (stream.closed && progress.watermark === -Infinity) progress.watermark = stream.watermark;
  return progress;
};

const applyMonitorRecord = (
  { stream, out }: Touched,
  record: MonitorRecord,
  append_ts: number,
  context: WindowContext,
): void => {
  stream.watermark = watermarkOf(stream);
  switch (record.kind) {
    case 'input_set_aside': {
      const progress = stream.inputs.get(record.input);
      // It may have been under way for a while: an input that was heard since is not silent any more.
      if (progress !== undefined && append_ts - progress.last_append_ts >= context.settings.idleInputMs)
        progress.set_aside = true;
      closeIfPassed(stream, out, context);
      return;
    }
    case 'stream_closed':
      if (stream.closed || stream.late_end !== null) return;
      if (stream.largest_ts === -Infinity && stream.share_of === undefined) return;
      if (isHeardAgain(stream, record.ended_at, append_ts, context.settings)) return;
      if (stream.shares === undefined) close(stream, endOf(stream, record.ended_at), out, context);
      else endShared(stream, endOf(stream, record.ended_at));
      return;
    case 'share_told':
      takeTold(stream, record, out, context);
      closeIfPassed(stream, out, context);
      return;
    case 'share_asked':
      heed(stream, record, append_ts, context.settings);
      return;
    case 'rules_changed': {
      // What ends at or below the watermark as it stands at this place was judged before, however the log is sliced.
      out.rule_sets.push({ from: stream.watermark, version: record.version, overrides: record.overrides });
    }
  }
};

/** Closed for being idle, by a record that was under way, or waited to be read, while the stream was heard. */
const isHeardAgain = (
  { ended_at, share_of, heard }: StreamState,
  closedAt: number | null,
  append_ts: number,
  { streamIdleEndMs }: EventTimeSettings,
): boolean =>
  closedAt !== null && ended_at === null && share_of === undefined && append_ts - Math.max(...heard) < streamIdleEndMs;

/** One that is spread over lanes closes when each of them has closed its share. */
const endShared = (stream: StreamState, ended_at: number): void => {
  stream.ended_at = ended_at;
  stream.ended_by ??= 'closed';
};

const endOf = ({ ended_at, largest_ts, watermark }: StreamState, told: number | null): number =>
  ended_at ?? Math.max(told ?? largest_ts + 1, watermark);

/** Ends a batch: applies what waits below the watermark, and tells what the batch changed. */
export const finishBatch = ({ stream, out }: Pick<Touched, 'stream' | 'out'>, context: WindowContext): StreamStep => {
  stream.watermark = watermarkOf(stream);
  closeIfPassed(stream, out, context);
  if (!stream.closed && stream.late_end === null && stream.watermark > -Infinity) {
    foldUpTo(stream, stream.watermark, out, context);
    forgetBelow(stream.duplicates, furthestBehind(stream) - context.settings.allowedLatenessMs);
  }
  return changesOf(stream, out);
};

/** What changed in a stream, and how it stands. */
export const changesOf = (stream: StreamState, out: Folded): StreamStep => ({
  stream_id: stream.stream_id,
  share_of: stream.share_of,
  moments: out.moments,
  corrected: [...out.corrected].sort(([a], [b]) => a - b).map(([, pane]) => pane),
  visits: visitsOf(stream, out),
  presentations: out.presentations,
  cues: out.moments.flatMap((moment) => moment.cues),
  rule_sets: out.rule_sets,
  late_end: stream.late_end,
  ...standingOf(stream),
});

const visitsOf = ({ presence, stream_id, applied }: StreamState, { begun, visits }: Folded): Visit[] =>
  begun.length === 0 ? visits : [...takeOpenVisits(presence, begun, stream_id, applied), ...visits];
