import { Subject } from 'rxjs';
import {
  DEFAULT_EVENT_TIME,
  FEEDS,
  FEED_OF_TYPE,
  shareIdOf,
  viewerHex,
  type AlertDecision,
  type Heard,
  type InputReading,
  type LiveEvent,
  type LogRecord,
  type MonitorRecord,
  type Pane,
  type Presentation,
  type RecordBatch,
  type StreamSummary,
  type Visit,
} from '#domain';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import type { StoreWriter } from '#store';
import { due } from '#window';
import { livePipeline } from '../../apps/monitor/src/flow/live-pipeline.js';
import { emptyFlowState, type FlowState } from '../../apps/monitor/src/flow/room-state.js';
import { ShareDesk, type ShareWay } from '../../apps/monitor/src/flow/share-desk.js';
import type { Random } from './random.js';
import { randomBatches } from './session.js';
import { copyOf } from './sliced-flow.js';

/** An event on its way to the log, and the lane that its key leads to; `null`: the lane of the stream itself. */
export interface Keyed {
  append_ts: number;
  event: LiveEvent;
  lane: number | null;
}

/** What a reader of the store holds of the stream in the end, and its alerts as they were decided last. */
export interface Stored {
  panes: Pane[];
  visits: Visit[];
  presentations: Presentation[];
  alerts: AlertDecision[];
  summary: StreamSummary;
  /** Danmaku that the stream's owner shows of what other lanes read. */
  shown: number;
}

const EPOCH_REVISIONS = 2 ** 40;
/** Beyond the end of the log: inputs are set aside, streams close. */
const GOES_ON_MS = 120_000;

/**
 * One stream over as many lanes as are asked for, each with its own state and its own log, as processes over Kafka have
 * it: a lane reads in batches of any size, lags by chance, and is taken over from an older snapshot by chance; what lanes
 * tell each other are records in each other's logs. Time is the log's.
 */
export class SpreadStream {
  readonly #lanes: Lane[];
  readonly #rows = {
    panes: new Map<string, Pane>(),
    visits: new Map<string, Visit>(),
    presentations: new Map<string, Presentation>(),
  };
  readonly #alerts = new Map<string, AlertDecision>();
  #summary: StreamSummary | null = null;
  #now = 0;
  #shown = 0;

  constructor(
    readonly stream_id: string,
    readonly lanes: number,
    private readonly random: Random,
    private readonly crashes: boolean,
  ) {
    this.#lanes = Array.from({ length: lanes }, (_, id) => new Lane(String(id)));
    for (const lane of this.#lanes) this.#open(lane, emptyFlowState({ load: () => null }));
  }

  read(log: readonly Keyed[]): Stored {
    for (const { append_ts, event, lane } of log) {
      const body = lane === null ? event : { ...event, stream_id: shareIdOf(event.stream_id) };
      this.#lanes[lane ?? 0]!.append(FEED_OF_TYPE[event.type], append_ts, body);
    }
    const end = log.at(-1)!.append_ts + GOES_ON_MS;
    for (this.#now = log[0]!.append_ts; this.#now < end; this.#now += this.random.whole(200, 1_500)) this.#goOn(end);
    return {
      panes: inOrder(this.#rows.panes),
      visits: inOrder(this.#rows.visits),
      presentations: inOrder(this.#rows.presentations),
      alerts: [...this.#alerts.values()].sort((a, b) => (a.alert_id < b.alert_id ? -1 : 1)),
      summary: this.#summary!,
      shown: this.#shown,
    };
  }

  #goOn(end: number): void {
    for (const lane of this.#lanes) {
      // The stream's own lane does not lag: what is appended before a share is told is read before it.
      if (lane.id !== '0' && this.#now < end - GOES_ON_MS / 2 && this.random.chance(0.3)) continue;
      if (this.crashes && this.random.chance(0.002)) this.#takeOver(lane);
      if (this.random.chance(0.02)) lane.keep();
      for (const batch of lane.unread(this.#now, this.random)) lane.feed(batch);
      lane.desk.beat(lane);
      for (const record of due(lane.state.streams.values(), lane.readings(this.#now), this.#now, DEFAULT_EVENT_TIME))
        lane.note(this.#now, record);
    }
  }

  /** Another process takes the lane up from its last snapshot, and reads again what came since. */
  #takeOver(lane: Lane): void {
    lane.epoch++;
    const { state, since } = lane.kept();
    this.#open(lane, state);
    for (const batch of since) lane.feed(structuredClone(batch));
  }

  #open(lane: Lane, state: FlowState): void {
    const revision_from = lane.epoch * EPOCH_REVISIONS;
    for (const stream of state.streams.values()) stream.applied = revision_from + (stream.applied % EPOCH_REVISIONS);
    lane.state = state;
    lane.desk = new ShareDesk(
      this.#way(),
      DEFAULT_EVENT_TIME,
      { now: () => this.#now },
      () => lane.readings(this.#now),
      () => Promise.resolve(),
      (events) => (this.#shown += events.length),
    );
    lane.batches = new Subject();
    livePipeline(lane.batches, {
      state,
      window: {
        ...{ settings: DEFAULT_EVENT_TIME, rates: {}, revision_from, hear: heardByLetters },
        shareInputs: FEEDS.map((feed) => `${feed}/${lane.id}`),
        lanesOf: () => this.#lanesOf(),
      },
      detector: createDetector(DEFAULT_CONTEXT),
      writer: this.#writer(),
    }).subscribe((step) => {
      for (const decision of step.streams.flatMap(({ decisions }) => decisions))
        this.#alerts.set(decision.alert_id, structuredClone(decision));
      lane.desk.take(lane, step);
    });
  }

  #lanesOf(): string[] | null {
    return this.lanes === 1 ? null : this.#lanes.map(({ id }) => id);
  }

  #way(): ShareWay {
    return {
      lanesOf: () => this.#lanesOf(),
      inputsOf: () => [],
      tell: (tellings) => {
        for (const told of tellings) this.#lanes[0]!.append('control', this.#now, structuredClone(told));
      },
      ask: (asks) => {
        for (const { lane, ask } of asks) this.#lanes[Number(lane)]!.append('control', this.#now, ask);
      },
      safe: () => Promise.resolve(),
      stop: () => undefined,
    };
  }

  #writer(): StoreWriter {
    const keep = <Row extends { revision: number }>(rows: Map<string, Row>, key: string, row: Row): void => {
      if (row.revision >= (rows.get(key)?.revision ?? 0)) rows.set(key, structuredClone(row));
    };
    const { panes, visits, presentations } = this.#rows;
    return {
      writeEvents: () => undefined,
      writePanes: (rows: Pane[]) => rows.forEach((row) => keep(panes, String(row.ts), row)),
      writeVisits: (rows: Visit[]) => rows.forEach((row) => keep(visits, `${row.from} ${viewerHex(row.viewer)}`, row)),
      writePresentations: (rows: Presentation[]) =>
        rows.forEach((row) => keep(presentations, row.presentation_id, row)),
      writeStreams: ([row]: StreamSummary[]) => (this.#summary = structuredClone(row!)),
    } as Partial<StoreWriter> as StoreWriter;
  }
}

type Body = LiveEvent | MonitorRecord;

/** What a lane reads: a topic for each feed, and what monitors write, which comes last of its time. */
const INPUTS = [...FEEDS, 'control'] as const;
type Input = (typeof INPUTS)[number];

/** One lane: its inputs, read in the order of their append times, and what has been read of them since the last snapshot. */
class Lane {
  epoch = 1;
  state!: FlowState;
  desk!: ShareDesk;
  batches!: Subject<RecordBatch>;
  readonly #inputs = new Map<Input, { records: LogRecord[]; read: number }>(
    INPUTS.map((input) => [input, { records: [], read: 0 }]),
  );
  readonly #noted = new Set<string>();
  #kept: FlowState = emptyFlowState({ load: () => null });
  #since: RecordBatch[] = [];

  constructor(readonly id: string) {}

  append(input: Input, append_ts: number, body: Body): void {
    const { records } = this.#inputs.get(input)!;
    records.push({ input: `${input}/${this.id}`, position: records.length, append_ts, body });
  }

  /** A record of the lane's own, once while it is under way. */
  note(append_ts: number, record: MonitorRecord): void {
    const key = JSON.stringify(record);
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.append('control', append_ts, record);
  }

  /** What was appended up to `now` and is not read, in order of append time, in batches of any size. */
  *unread(now: number, random: Random): Generator<RecordBatch> {
    const unread: LogRecord[] = [];
    for (const of of this.#inputs.values()) {
      const from = of.read;
      while ((of.records[of.read]?.append_ts ?? Infinity) <= now) of.read++;
      unread.push(...of.records.slice(from, of.read));
    }
    unread.sort((a, b) => a.append_ts - b.append_ts);
    for (const records of randomBatches(random, unread, 400)) yield { records };
  }

  readings(now: number): Map<string, InputReading> {
    return new Map(
      [...this.#inputs].map(([input, { records, read }]) => {
        const isAtEnd = (records[read]?.append_ts ?? Infinity) > now;
        const log_time = records[read - 1]?.append_ts ?? -Infinity;
        return [`${input}/${this.id}`, { log_time, at_end_since: isAtEnd ? Math.max(log_time, 0) : null }];
      }),
    );
  }

  feed(batch: RecordBatch): void {
    this.#since.push(structuredClone(batch));
    for (const { body } of batch.records) if ('kind' in body) this.#noted.delete(JSON.stringify(body));
    this.batches.next(batch);
  }

  keep(): void {
    this.#kept = copyOf(this.state);
    this.#since = [];
  }

  kept(): { state: FlowState; since: RecordBatch[] } {
    const since = this.#since;
    this.#since = [];
    return { state: copyOf(this.#kept), since };
  }
}

/** Each character a word: enough for words to be counted. */
const heardByLetters = (text: string): Heard => ({
  ...{ shown: text, words: [...new Set(text)], topic: text.length > 6 ? 'price' : null, mood: null, prohibited: [] },
});

const inOrder = <Row extends { revision: number }>(rows: Map<string, Row>): Row[] =>
  [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row, revision: 0 }));
