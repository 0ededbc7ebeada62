import { Subject } from 'rxjs';
import { DEFAULT_EVENT_TIME, type LogRecord, type Moment, type RecordBatch } from '#domain';
import { createDecoder, createPseudonymiser, splitNdjson, type Decoder } from '#decode';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { StoreWriter } from '#store';
import { step, type WindowState } from '#window';
import { createUnderstanding, DEFAULT_PROHIBITED, jiebaSegmenter, remembering } from '#words';
import { livePipeline } from '../../apps/monitor/src/flow/live-pipeline.js';
import { emptyFlowState } from '../../apps/monitor/src/flow/room-state.js';
import { temporaryStore } from '../kit/temporary-store.js';
import { compare, figure, median, type Bench } from './bench.js';
import { bodiesOf, eventsOfRooms } from './rooms.js';

const EVENTS = { full: 200_000, short: 20_000 };
const ROUNDS = { full: 7, short: 1 };
const DETECT_PASSES = 9;
const WINDOW = {
  settings: DEFAULT_EVENT_TIME,
  rates: {},
  hear: remembering(createUnderstanding(jiebaSegmenter(), DEFAULT_PROHIBITED)).understand,
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
  const shares = Array.from({ length: rounds + 1 }, () => detectShare(bodies)).slice(1);
  const note = 'processor time, of bytes to alerts: eleven rooms, about 170 events for each of their seconds';
  return [pipeline, stored, figure('pipeline.detect', median(shares), '% of the pipeline', { value_max: 5 }, note)];
};

/**
 * What detection takes of the way from bytes to alerts, in percent of its processor time. The panes of one round are
 * over before the compiler is: of several passes over them the median counts.
 */
const detectShare = (bodies: readonly Buffer[]): number => {
  const moments = new Map<string, Moment[]>();
  globalThis.gc?.();
  const toMomentsMs = cpuMs(() =>
    toPanes(bodies, (moment) => {
      const { stream_id } = moment.pane;
      const ofRoom = moments.get(stream_id);
      if (ofRoom === undefined) moments.set(stream_id, [moment]);
      else ofRoom.push(moment);
    }),
  );
  const detector = createDetector(DEFAULT_CONTEXT);
  const detect = (): void => {
    for (const ofRoom of moments.values()) {
      const state = detector.initial();
      for (const moment of ofRoom) detector.step(state, moment);
    }
  };
  const detectMs = median(Array.from({ length: DETECT_PASSES }, () => cpuMs(detect)));
  return (100 * detectMs) / (toMomentsMs + detectMs);
};

const cpuMs = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
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

const toPanes = (bodies: readonly Buffer[], take: (moment: Moment) => void = () => undefined): number => {
  const decoder = newDecoder();
  const state: WindowState = new Map();
  let position = 0;
  let panes = 0;
  for (const body of bodies) {
    const batch = decode(body, decoder, position);
    position += batch.records.length;
    for (const { moments } of step(state, batch, WINDOW).streams) {
      panes += moments.length;
      moments.forEach(take);
    }
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
    return { input: 'journal', position: position + at, append_ts: APPEND_TS, body: decoded.event };
  });
  return { records };
};
