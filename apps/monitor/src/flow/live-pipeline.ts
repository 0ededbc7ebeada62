import { map, tap, type Observable } from 'rxjs';
import { PANE_MS, streamOfShare, type LogRecord, type Moment, type Pane, type RecordBatch } from '#domain';
import { changeRules, type Detector } from '#detect';
import { advanceTo, putPane, toExpectedGrid } from '#metric';
import { inSpan } from '#observe';
import type { StoreWriter } from '#store';
import { windowed, type StreamStep, type WindowContext, type WindowStep } from '#window';
import { detectorOf, liveOf, type FlowState, type RoomStep } from './room-state.js';

/** What one batch did, through all steps. */
export interface FlowStep extends WindowStep {
  streams: RoomStep[];
  /** Shares of streams that are put together elsewhere. */
  shares: StreamStep[];
}

/** What the flow is made of; the steps are pure, these are handed in. */
export interface FlowParts {
  state: FlowState;
  window: WindowContext;
  detector: Detector;
  writer: StoreWriter;
}

/**
 * THE flow: log records → final panes → expected leaves and alerts → live metrics → store; whoever subscribes pushes.
 *
 * One emission per batch, in log order, and nothing asynchronous in between: a batch is applied whole or not at all, and
 * the state always stands between two batches. Decoding has happened where the record was taken in, since what cannot be
 * read has no place in the log. Detection comes before metrics because a window's drop-off ratio is made of the leaves
 * that the detector expected in each pane; storing comes last because it takes what all of them said.
 */
export const livePipeline = (
  batches$: Observable<RecordBatch>,
  { state, window, detector, writer }: FlowParts,
): Observable<FlowStep> =>
  batches$.pipe(
    map((batch) => unseen(batch, state)),
    windowed(state.streams, window, (work) => inSpan('window', {}, work)),
    map((step) => {
      const [streams, shares] = apart(step);
      const rooms = inSpan('detect', {}, () => streams.map((each) => inRoom(state, detector, each)));
      return { ...step, streams: rooms, shares };
    }),
    tap((step) => inSpan('store', {}, () => store(writer, step))),
  );

/** Whole streams and shares of others; what was read in a share is its stream's from here on, and its visits are. */
const apart = ({ read, streams }: WindowStep): [StreamStep[], StreamStep[]] => {
  const shares = streams.filter(({ share_of }) => share_of !== undefined);
  if (shares.length === 0) return [streams, shares];
  for (const { event } of read) event.stream_id = streamOfShare(event.stream_id) ?? event.stream_id;
  for (const { share_of, visits } of shares) for (const visit of visits) visit.stream_id = share_of!;
  return [streams.filter(({ share_of }) => share_of === undefined), shares];
};

/** What follows on the window, in one room. */
export const inRoom = (state: FlowState, detector: Detector, stream: StreamStep): RoomStep =>
  measured(state, detected(state, detector, stream));

/** Drops what the loaded snapshot has seen already and what is of streams that are gone, and notes how far each input has been read. */
const unseen = (batch: RecordBatch, { positions, seen, gone }: FlowState): RecordBatch => {
  for (const { input, position } of batch.records)
    if (position >= (positions.get(input) ?? 0)) positions.set(input, position + 1);
  if (seen.size === 0 && gone.size === 0) return batch;
  const isNew = ({ input, body, position }: LogRecord): boolean =>
    position >= (seen.get(body.stream_id)?.get(input) ?? 0) && !gone.has(body.stream_id);
  return { records: batch.records.filter(isNew) };
};

/** Steps the stream's detector on each moment, and ends it with the stream, when its end is known. Expectations are kept on a grid, so that they add up alike in any order, here and in SQL. */
const detected = (
  state: FlowState,
  detector: Detector,
  stream: StreamStep,
): StreamStep & Pick<RoomStep, 'decisions'> => {
  const { stream_id, moments, summary, late_end, rule_sets } = stream;
  const own = detectorOf(state, stream_id, detector);
  for (const set of rule_sets) changeRules(own, set);
  const decisions = moments.flatMap((moment) => {
    const decided = detector.step(own, moment);
    const { pane } = moment;
    if (pane.expected_leaves !== null) pane.expected_leaves = toExpectedGrid(pane.expected_leaves);
    return decided;
  });
  const ended_at = late_end?.effective_ts ?? (summary.status === 'ended' ? summary.ended_at : null);
  if (ended_at !== null) decisions.push(...detector.end(own, ended_at));
  return { ...stream, corrected: withExpectation(moments, stream.corrected), decisions };
};

/** A pane that was corrected in the very batch that made it final keeps what the detector expected of it. */
const withExpectation = (moments: readonly Moment[], corrected: Pane[]): Pane[] => {
  for (const pane of corrected) {
    const moment = moments.find((each) => each.pane.ts === pane.ts);
    if (moment !== undefined) pane.expected_leaves = moment.pane.expected_leaves;
  }
  return corrected;
};

/** Takes the stream's new panes into its live windows, which end where its final panes do. */
const measured = (state: FlowState, stream: RoomStep): RoomStep => {
  const spanFrom = stream.summary.spans.at(-1)?.from ?? 0;
  const live = liveOf(state, stream.stream_id, spanFrom);
  for (const { pane } of stream.moments) putPane(live, pane);
  for (const pane of stream.corrected) if (pane.ts >= spanFrom) putPane(live, pane);
  if (stream.summary.last_pane !== null) advanceTo(live, stream.summary.last_pane + PANE_MS);
  return stream;
};

/** Hands every row to the writer; it stores streams last, so that a stream reads `ended` only when all of it can be read. */
const store = (writer: StoreWriter, { read, streams, shares }: FlowStep): void => {
  writer.writeEvents(read);
  for (const { visits } of shares) writer.writeVisits(visits);
  for (const room of streams) {
    storeRoom(writer, room);
    writer.writeStreams([room.summary]);
  }
};

/** Hands over all rows of a room but the stream's own. */
export const storeRoom = (
  writer: Pick<StoreWriter, 'writePanes' | 'writeVisits' | 'writePresentations'>,
  { moments, corrected, visits, presentations }: RoomStep,
): void => {
  writer.writePanes(newestOfEach([...moments.map(({ pane }) => pane), ...corrected], ({ ts }) => ts));
  writer.writeVisits(visits);
  writer.writePresentations(newestOfEach(presentations, ({ presentation_id }) => presentation_id));
};

/** The store cannot tell the newer of two rows of one revision: of each key only the last of the largest revision is handed on. */
const newestOfEach = <Row extends { revision: number }>(rows: readonly Row[], keyOf: (row: Row) => unknown): Row[] => {
  const newest = new Map<unknown, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    if (row.revision >= (newest.get(key)?.revision ?? 0)) newest.set(key, row);
  }
  return [...newest.values()];
};
