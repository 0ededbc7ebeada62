import { Subject } from 'rxjs';
import { DEFAULT_EVENT_TIME, type LogRecord, type RecordBatch } from '#domain';
import { createDecoder, createPseudonymiser, splitNdjson, type Decoder } from '#decode';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { StoreWriter } from '#store';
import { step, type WindowState } from '#window';
import { createUnderstanding, DEFAULT_PROHIBITED, jiebaSegmenter } from '#words';
import { livePipeline } from '../../apps/monitor/src/flow/live-pipeline.js';
import { emptyFlowState } from '../../apps/monitor/src/flow/room-state.js';
import { temporaryStore } from '../kit/temporary-store.js';
import { compare, type Bench } from './bench.js';
import { bodiesOf, eventsOfRooms } from './rooms.js';

const EVENTS = { full: 200_000, short: 20_000 };
const ROUNDS = { full: 7, short: 1 };
const WINDOW = {
  settings: DEFAULT_EVENT_TIME,
  rates: {},
  hear: createUnderstanding(jiebaSegmenter(), DEFAULT_PROHIBITED).understand,
};
/** Every room of the bench is on air. */
const NOBODY_RESTS = { load: () => null };
/** Long after the session: an import. */
const APPEND_TS = Date.UTC(2026, 5, 1);

/**
 * Question: what does everything from bytes in memory to final panes cost, against `JSON.parse` of the same lines alone?
 * Every round starts from nothing: no viewer's hash is remembered, no stream known. `pipeline.stored` runs the whole
 * flow (detection and live metrics too) and stores every row, raw events included, until all of it can be read.
 */
export const run: Bench = async (size) => {
  const bodies = bodiesOf(eventsOfRooms(EVENTS[size]));
  const rounds = ROUNDS[size];
  const unit = 'events/s';
  const baseline = { name: 'JSON.parse of each line', round: () => parsed(bodies) };
  const pipeline = await compare(
    'pipeline',
    baseline,
    { round: () => toPanes(bodies) },
    { rounds, unit, goal: { ratio_min: 0.7 } },
  );

  const store = await temporaryStore();
  const writer = new StoreWriter(store.client, (_, error) => {
    throw error;
  });
  const goal = { ratio_min: 0.35 };
  const stored = await compare(
    'pipeline.stored',
    baseline,
    { round: () => toStore(bodies, writer) },
    { rounds, unit, goal },
  );
  await writer.close();
  await store.discard();
  return [pipeline, stored];
};

/** The xor of all `ts` is looked at, so that no compiler may leave the work out. */
const parsed = (bodies: readonly Buffer[]): number => {
  let ts = 0;
  let events = 0;
  for (const body of bodies) {
    for (const { start, end } of splitNdjson(body)) {
      ts ^= (JSON.parse(body.toString('utf8', start, end)) as { ts: number }).ts;
      events++;
    }
  }
  return ts === 1 ? 0 : events;
};

const toPanes = (bodies: readonly Buffer[]): number => {
  const decoder = newDecoder();
  const state: WindowState = new Map();
  let position = 0;
  let panes = 0;
  for (const body of bodies) {
    const batch = decode(body, decoder, position);
    position += batch.records.length;
    for (const { moments } of step(state, batch, WINDOW).streams) panes += moments.length;
  }
  return panes === 0 ? 0 : position;
};

const toStore = async (bodies: readonly Buffer[], writer: StoreWriter): Promise<number> => {
  const decoder = newDecoder();
  const batches$ = new Subject<RecordBatch>();
  const detector = createDetector(DEFAULT_CONTEXT);
  const flow = livePipeline(batches$, {
    state: emptyFlowState(NOBODY_RESTS),
    window: WINDOW,
    detector,
    writer,
  }).subscribe();
  let position = 0;
  for (const body of bodies) {
    await writer.room();
    const batch = decode(body, decoder, position);
    position += batch.records.length;
    batches$.next(batch);
  }
  await writer.flush();
  flow.unsubscribe();
  return position;
};

const newDecoder = (): Decoder =>
  createDecoder({
    pseudonymise: createPseudonymiser('a key of the bench'),
    maxFutureMs: DEFAULT_EVENT_TIME.maxFutureMs,
  });

const decode = (body: Buffer, decoder: Decoder, position: number): RecordBatch => {
  const records = splitNdjson(body).map(({ start, end }, at): LogRecord => {
    const decoded = decoder.decode(body, start, end, APPEND_TS);
    if (!decoded.ok) throw new Error(decoded.detail);
    return { position: position + at, append_ts: APPEND_TS, body: decoded.event };
  });
  return { input: 'journal', records };
};
