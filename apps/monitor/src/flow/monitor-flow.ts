import { randomBytes } from 'node:crypto';
import { setImmediate as giveWay } from 'node:timers/promises';
import type { Observable } from 'rxjs';
import type { Alert, AlertDecision, Clock, InputId, MonitorRecord, ReadEvent, ViewerKey } from '#domain';
import type { Config } from '#config';
import { createDetector, DEFAULT_CONTEXT, type DetectRules } from '#detect';
import { JOURNAL_INPUT, type LaneBatch, type LaneId, type LaneKeeper, type LogLag, type PostedLog } from '#ingest';
import { inSpan, type Logger, type Meters } from '#observe';
import type { StoreReader, StoreWriter } from '#store';
import type { Understanding } from '#words';
import { due, eraseViewer, type StreamState } from '#window';
import { deadLetterKeeper } from './dead-letters.js';
import { FlowMeters } from './flow-meters.js';
import { Intake } from './intake.js';
import { decoderOf, type LaneHome } from './lane-home.js';
import { LiveLane, type LaneParts } from './live-lane.js';
import type { FlowStep } from './live-pipeline.js';
import { MonitorWatch } from './monitor-watch.js';
import { Rooms } from './rooms.js';
import { rulesDue, type WantedRules } from './rules-due.js';
import { readingsOf, ShareDesk } from './share-desk.js';
import { takeTurn } from './turn.js';

const TICK_MS = 1_000;
/** Under load a checkpoint comes sooner, so that catching up after a crash takes a few seconds at most. */
const CHECKPOINT_RECORDS = 500_000;

/** Rooms that rest are brought back so many at a time. */
const WOKEN_AT_ONCE = 20;

/** Where the flow's alerts go: durable before anyone is told. */
export interface AlertSink {
  decide(decisions: readonly AlertDecision[]): Promise<void>;
  /** The alerts of a stream that are not over. */
  openOf(stream_id: string): Alert[];
}

interface StreamsOfLane {
  lane: LiveLane;
  stream_ids: Iterable<string>;
}

/** The rules as they stand, and word of their changing. */
export interface StandingRules extends WantedRules {
  rulesOf(stream_id: string): DetectRules;
  readonly changes$: Observable<unknown>;
}

/** What the flow is given by the program around it. */
export interface FlowEdge {
  config: Config;
  clock: Clock;
  log: Logger;
  meters: Meters;
  writer: StoreWriter;
  reader: StoreReader;
  alerts: AlertSink;
  words: Understanding;
  home: LaneHome;
  /** The rules that streams are to be judged with. */
  rules: StandingRules;
  /** The flow cannot go on: an accepted record could not be applied, or the alert log not be written. */
  crash: (error: unknown) => void;
}

/**
 * The running flow of one process: owns lanes, takes each up from its last checkpoint, applies what came since, and
 * then lives by three beats: records as they come, the tick each second, the checkpoint.
 */
export class MonitorFlow implements LaneKeeper {
  readonly rooms: Rooms;
  private readonly lanes = new Map<LaneId, LiveLane>();
  private readonly watch: MonitorWatch;
  private readonly shares: ShareDesk | null;
  private readonly counts: FlowMeters;
  private readonly detector = createDetector(DEFAULT_CONTEXT);
  private readonly duplicates = new Map<number, number>();
  private timers: NodeJS.Timeout[] = [];
  private recovering = true;
  private recordsAtCheckpoint = 0;
  private notingRules: Promise<void> | null = null;
  private rulesToNote: StreamsOfLane[] = [];
  private alertsSafe: Promise<unknown> = Promise.resolve();

  private constructor(private readonly edge: FlowEdge) {
    const { clock, writer, meters, home } = edge;
    this.rooms = new Rooms(
      (stream_id) => this.laneOf(stream_id)?.state,
      (stream_id) => this.lag(this.laneOf(stream_id)?.id),
      clock,
      () => writer.flush(),
    );
    this.counts = new FlowMeters(meters, (stream_id) => this.rooms.summaryOf(stream_id));
    meters.beforeTold.push(() => this.counts.gauge(this.streams(), clock.now()));
    this.watch = new MonitorWatch(edge.alerts, (stream_id) => edge.rules.rulesOf(stream_id));
    const { settings, readings } = { settings: edge.config.eventTime, readings: () => home.source.readings() };
    const stored = () => writer.flush();
    const show = (events: readonly ReadEvent[]) => this.rooms.read$.next(events);
    this.shares = home.shares ? new ShareDesk(home.shares, settings, clock, readings, stored, show) : null;
    writer.holdStreams(() => this.alertsSafe);
    home.source.batches$.subscribe({
      next: (batch) =>
        inSpan('batch', { lane: batch.lane, records: batch.records.length }, () =>
          this.lanes.get(batch.lane)?.batches.next(batch),
        ),
      error: edge.crash,
    });
  }

  /** Opens the flow and catches up with its log; answers when it has. */
  static async start(edge: FlowEdge): Promise<MonitorFlow> {
    const flow = new MonitorFlow(edge);
    const began = edge.clock.now();
    await edge.home.source.start(flow);
    flow.recovering = false;
    edge.rules.changes$.subscribe(() => flow.takeRules());
    flow.beat();
    const streams = [...flow.streams()].length;
    edge.log.info({ lanes: flow.lanes.size, streams, ms: edge.clock.now() - began }, 'caught up with the log');
    return flow;
  }

  /** The door for what is posted, over a log of this process's own. */
  intakeOver(log: PostedLog): Intake {
    const { config, clock, writer, meters } = this.edge;
    return new Intake({
      decoder: decoderOf(config),
      log,
      note: (records) => this.note(records),
      largestTs: (stream_id) => this.laneOf(stream_id)?.state.streams.get(stream_id)?.largest_ts,
      clock,
      behind: () => writer.isFull,
      duplicatesAt: (position) => this.takeDuplicates(position),
      keepDeadLetters: deadLetterKeeper({ meters, writer }),
      meters,
    });
  }

  /** Where a stream is owned; `undefined`: not here. */
  placeOf(stream_id: string): { lane: LaneId; epoch: number; largest_ts: number } | undefined {
    const lane = this.laneOf(stream_id);
    const stream = lane?.state.streams.get(stream_id);
    return stream && { lane: lane!.id, epoch: lane!.epoch, largest_ts: stream.largest_ts };
  }

  /** The lanes that this process owns. */
  places(): { lane: LaneId; epoch: number }[] {
    return [...this.lanes.values()].map(({ id, epoch }) => ({ lane: id, epoch }));
  }

  /** Forgets a viewer of sessions that are over, those that rest among them; when it settles, no newer snapshot knows her. */
  async erase(viewer: ViewerKey, stream_ids: readonly string[]): Promise<void> {
    for (const lane of this.lanes.values()) {
      for (let from = 0; from < stream_ids.length; from += WOKEN_AT_ONCE) {
        for (const stream_id of stream_ids.slice(from, from + WOKEN_AT_ONCE)) {
          const stream = lane.state.streams.get(stream_id);
          if (stream?.closed) eraseViewer(stream, viewer, strangerKey());
          await giveWay();
        }
        await lane.checkpoint.renew();
      }
    }
  }

  /** What keeps the log from taking records now; `null` while nothing does. */
  trouble(): string | null {
    return this.edge.home.source.trouble;
  }

  /** How far the log of a lane is behind, or of all. */
  lag(lane?: LaneId): LogLag {
    return this.edge.home.source.lag(this.edge.clock.now(), lane);
  }

  async gain(id: LaneId): Promise<ReadonlyMap<InputId, number>> {
    const { home, config, writer, reader, clock, log, words, crash } = this.edge;
    const parts: LaneParts = {
      home,
      window: {
        ...{ settings: config.eventTime, rates: config.fxRates, hear: words.understand },
        shareInputs: home.shares?.inputsOf(id) ?? [],
        lanesOf: (stream_id) => home.shares?.lanesOf(stream_id) ?? null,
      },
      detector: this.detector,
      writer,
      reader,
      clock,
      log,
      outputsSafe: () => this.outputsSafe(),
      push: (step, lane) => this.push(step, lane),
      readAgain: (step) => this.rooms.take(step),
      rests: (stream_id) => {
        this.rooms.drop(stream_id);
        this.watch.forget(stream_id);
        this.shares?.rests(id, stream_id);
      },
      wakes: (stream) => this.rooms.show(stream),
      crash,
    };
    const lane = await inSpan('lane.load', { lane: id }, () => LiveLane.open(id, parts));
    this.lanes.set(id, lane);
    this.rooms.seed(lane.state);
    return lane.from;
  }

  caughtUp(id: LaneId): void {
    const lane = this.lanes.get(id);
    if (lane === undefined) return;
    lane.caughtUp();
    this.rooms.seed(lane.state);
  }

  lose(id: LaneId): void {
    const lane = this.lanes.get(id);
    if (lane === undefined) return;
    lane.end();
    this.shares?.forget(lane);
    this.rooms.forget(lane.state);
    for (const stream_id of lane.state.streams.keys()) this.watch.forget(stream_id);
    this.lanes.delete(id);
  }

  ready(): Promise<void> {
    return this.edge.writer.room();
  }

  async wake(batch: LaneBatch): Promise<void> {
    await this.lanes.get(batch.lane)?.wake(batch);
  }

  /**
   * Applies what was taken in, stores everything, takes a last checkpoint and lets go of the log. If the checkpoint fails,
   * or `patience` is over before it is taken, whoever goes on begins at the one before.
   */
  async stop(patience: Promise<void>): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.race([this.comeToRest(), patience]);
    await this.edge.home.source.stop();
    for (const lane of this.lanes.values()) lane.end();
  }

  private async comeToRest(): Promise<void> {
    for (const lane of this.lanes.values()) await lane.rest();
    this.edge.home.shares?.stop();
    await this.checkpointAll().catch((err: unknown) =>
      this.edge.log.error({ err }, 'no last checkpoint could be taken; the log is kept'),
    );
  }

  private *streams(): Generator<StreamState> {
    for (const { state } of this.lanes.values()) yield* state.streams.values();
  }

  private laneOf(stream_id: string): LiveLane | undefined {
    for (const lane of this.lanes.values()) if (lane.state.streams.get(stream_id) !== undefined) return lane;
    return undefined;
  }

  /** Each record goes to the lane that its stream is in. */
  private async note(records: readonly MonitorRecord[]): Promise<void> {
    for (const record of records) {
      const lane = this.laneOf(record.stream_id);
      if (lane !== undefined) await this.edge.home.source.note(lane.id, [record]);
    }
  }

  private beat(): void {
    this.timers = [
      setInterval(() => void this.tick(), TICK_MS),
      setInterval(() => this.checkpointNow(), this.edge.config.checkpointMs),
    ];
  }

  private checkpointNow(): void {
    this.recordsAtCheckpoint = this.recordsRead();
    this.checkpointAll().catch((err: unknown) =>
      this.edge.log.error({ err }, 'no checkpoint could be taken; the log is kept'),
    );
  }

  /** One after the other, so that one lane's snapshot is in memory at a time. */
  private async checkpointAll(): Promise<void> {
    const stopTimer = this.edge.meters.snapshotSeconds.startTimer();
    for (const { id, checkpoint } of this.lanes.values())
      await inSpan('checkpoint', { lane: id }, () => checkpoint.take());
    stopTimer();
  }

  private recordsRead(): number {
    return [...this.lanes.values()].reduce((sum, lane) => sum + lane.recordsRead(), 0);
  }

  private async tick(): Promise<void> {
    const { clock, config, alerts, meters, log, crash, home } = this.edge;
    const now = clock.now();
    const lag = this.lag();
    meters.logLag.set(lag.ms / 1000);
    meters.logLagRecords.set(lag.records);
    meters.lanesOwned.set(this.lanes.size);
    if (this.recordsRead() - this.recordsAtCheckpoint > CHECKPOINT_RECORDS) this.checkpointNow();
    const readings = home.source.readings();
    const turns = [...this.lanes.values()].map((lane) => {
      const ofLane = home.shares ? readingsOf(lane.id, readings) : readings;
      const turn = takeTurn(lane.agenda, this.watch, ofLane, now, this.lag(lane.id).ms, config.eventTime);
      return { lane, readings: ofLane, ...turn };
    });
    alerts.decide(turns.flatMap(({ decided }) => decided)).catch(crash);
    await this.noteRules(turns);
    for (const { lane, stream_ids, readings } of turns) {
      if (this.lanes.get(lane.id) !== lane) continue;
      this.shares?.beat(lane);
      await home.source
        .note(lane.id, due(lane.agenda.present(stream_ids), readings, now, config.eventTime))
        .catch((err: unknown) => log.error({ err }, 'what is due could not be written to the log; it is tried again'));
    }
  }

  private takeRules(): void {
    this.watch.rulesChanged();
    for (const lane of this.lanes.values()) lane.agenda.touchAll();
    void this.noteRules([...this.lanes.values()].map((lane) => ({ lane, stream_ids: [...lane.state.streams.keys()] })));
  }

  private noteRules(turns: readonly StreamsOfLane[]): Promise<void> {
    this.rulesToNote.push(...turns);
    this.notingRules ??= this.writeRules().finally(() => {
      this.notingRules = null;
    });
    return this.notingRules;
  }

  /** Writes to the log which streams are to be judged with other rules than they are; a stream that has just begun is. */
  private async writeRules(): Promise<void> {
    for (let turn = this.rulesToNote.shift(); turn !== undefined; turn = this.rulesToNote.shift()) {
      const { lane, stream_ids } = turn;
      const records = rulesDue(lane.agenda.present(stream_ids), lane.state.detectors, this.edge.rules);
      // Until they are read back they are not in force.
      lane.agenda.touch(records);
      await this.edge.home.source
        .note(lane.id, records)
        .catch((err: unknown) =>
          this.edge.log.error({ err }, 'rules could not be written to the log; it is tried again'),
        );
    }
  }

  private push(step: FlowStep, lane: LiveLane): void {
    const { alerts, crash } = this.edge;
    this.shares?.take(lane, step);
    const { batch, duplicates } = step;
    // Only of what was appended to the journal is this ever asked for.
    const first = batch.records[0];
    if (duplicates > 0 && first?.input === JOURNAL_INPUT && !this.recovering)
      this.duplicates.set(first.position, duplicates);
    const decisions = step.streams.flatMap((each) => each.decisions);
    if (decisions.length > 0) {
      const safe = inSpan('alerts', { decisions: decisions.length }, () => alerts.decide(decisions));
      // Streams do not wait for each other: what was decided before may be logged after it.
      this.alertsSafe = Promise.all([this.alertsSafe, safe]);
      this.alertsSafe.catch(crash);
    }
    this.counts.count(step);
    const begun = step.streams.map(({ stream_id }) => stream_id).filter((id) => this.rooms.summaryOf(id) === undefined);
    this.rooms.take(step);
    // A recording may be over within a second.
    if (begun.length > 0 && !this.recovering) void this.noteRules([{ lane, stream_ids: begun }]);
  }

  /** Settles when all that was decided, counted and told so far is durable. */
  private async outputsSafe(): Promise<void> {
    await this.alertsSafe;
    await this.edge.writer.flush();
    await this.edge.home.shares?.safe();
  }

  private takeDuplicates(position: number): number {
    const count = this.duplicates.get(position) ?? 0;
    this.duplicates.delete(position);
    return count;
  }
}

/** A viewer's key that nobody has. */
const strangerKey = (): ViewerKey => {
  const bytes = randomBytes(8);
  return { hi: bytes.readInt32LE(0), lo: bytes.readInt32LE(4) };
};
