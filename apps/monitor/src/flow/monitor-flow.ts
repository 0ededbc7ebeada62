import { join } from 'node:path';
import type { Subscription } from 'rxjs';
import type { AlertDecision, Clock, DeadLetter } from '#domain';
import type { Config } from '#config';
import { blankViewerIds, createDecoder, createPseudonymiser } from '#decode';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import {
  Archive,
  Journal,
  JOURNAL_INPUT,
  KafkaSource,
  Snapshots,
  type DecodeRecord,
  type FrameLogSettings,
  type RecordSource,
} from '#ingest';
import type { Logger, Meters } from '#observe';
import type { StoreReader, StoreWriter } from '#store';
import { due } from '#window';
import { Checkpoint } from './checkpoint.js';
import { FlowMeters } from './flow-meters.js';
import { Intake } from './intake.js';
import { livePipeline, type FlowStep } from './live-pipeline.js';
import { MonitorWatch } from './monitor-watch.js';
import { emptyFlowState, type RoomState } from './room-state.js';
import { Rooms } from './rooms.js';
import { SecondReadings } from './second-reading.js';

const TICK_MS = 1_000;
const CHECKPOINT_MS = 30_000;
/** Under load a checkpoint comes sooner, so that catching up after a crash takes a few seconds at most. */
const CHECKPOINT_RECORDS = 500_000;
const SEGMENT_BYTES_MAX = 64 << 20;

/** Where the flow's alerts go: durable before anyone is told. */
export interface AlertSink {
  decide(decisions: readonly AlertDecision[]): Promise<void>;
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
  /** The flow cannot go on: an accepted record could not be applied, or the alert log not be written. */
  crash: (error: unknown) => void;
}

/**
 * The running flow of one process: opens the log, takes up from the last checkpoint, applies what came since, and then
 * lives by three beats: records as they come, the tick each second, the checkpoint.
 */
export class MonitorFlow {
  readonly rooms: Rooms;
  readonly intake: Intake;
  private readonly watch: MonitorWatch;
  private readonly counts: FlowMeters;
  private readonly checkpoint: Checkpoint;
  private readonly secondReadings: SecondReadings;
  private readonly duplicates = new Map<number, number>();
  private readonly subscription: Subscription;
  private timers: NodeJS.Timeout[] = [];
  private recovering = true;
  private recordsAtCheckpoint = 0;
  private alertsSafe: Promise<void> = Promise.resolve();

  private constructor(
    private readonly edge: FlowEdge,
    private readonly source: RecordSource,
    private readonly archive: Archive<RoomState>,
    private readonly state = emptyFlowState(archive),
  ) {
    const { config, clock, writer, reader, log } = edge;
    const detector = createDetector(DEFAULT_CONTEXT);
    const window = { settings: config.eventTime, rates: config.fxRates };
    this.rooms = new Rooms(
      state,
      () => source.lag(clock.now()),
      clock,
      () => writer.flush(),
    );
    this.counts = new FlowMeters(edge.meters, (stream_id) => this.rooms.summaryOf(stream_id));
    this.watch = new MonitorWatch(state.streams, DEFAULT_CONTEXT.rules);
    const snapshots = new Snapshots<RoomState>(join(config.dataDir, 'snapshots'));
    this.checkpoint = new Checkpoint(state, detector, snapshots, () => this.outputsSafe(), source, archive, clock);
    this.intake = new Intake({
      decoder: decoderOf(config),
      source,
      streams: state.streams,
      clock,
      behind: () => writer.isFull,
      duplicatesAt: (position) => this.takeDuplicates(position),
      keepDeadLetters: (letters) => this.keepDeadLetters(letters),
      meters: edge.meters,
    });
    const push = (step: Pick<FlowStep, 'read' | 'streams'>): void => this.rooms.take(step);
    this.secondReadings = new SecondReadings({ state, window, detector, writer, reader, log, push });
    this.subscription = livePipeline(source.batches$, { state, window, detector, writer }).subscribe({
      next: (step) => this.push(step),
      error: edge.crash,
    });
  }

  /** Opens the flow and catches up with its log; answers when it has. */
  static async start(edge: FlowEdge): Promise<MonitorFlow> {
    const flow = new MonitorFlow(edge, await openSource(edge), new Archive(join(edge.config.dataDir, 'archive')));
    await flow.catchUp();
    flow.beat();
    return flow;
  }

  /** What keeps the log from taking records now; `null` while nothing does. */
  trouble(): string | null {
    return this.source.trouble;
  }

  lag() {
    return this.source.lag(this.edge.clock.now());
  }

  /** Applies what was taken in, stores everything, takes a last checkpoint and lets go of the log. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.secondReadings.stop();
    await this.checkpoint.take();
    await this.source.stop();
    this.subscription.unsubscribe();
  }

  private async catchUp(): Promise<void> {
    const { clock, log, writer } = this.edge;
    const began = clock.now();
    const from = await this.checkpoint.restore();
    await this.source.start(from, () => writer.room());
    this.state.seen.clear();
    this.rooms.seed();
    this.secondReadings.seed();
    this.recovering = false;
    const records = [...this.state.positions].reduce((sum, [input, at]) => sum + at - (from.get(input) ?? 0), 0);
    log.info({ streams: this.state.streams.size, records, ms: clock.now() - began }, 'caught up with the log');
  }

  private beat(): void {
    this.timers = [
      setInterval(() => void this.tick(), TICK_MS),
      setInterval(() => this.checkpointNow(), CHECKPOINT_MS),
    ];
  }

  private checkpointNow(): void {
    this.recordsAtCheckpoint = this.recordsRead();
    this.checkpoint
      .take()
      .catch((err: unknown) => this.edge.log.error({ err }, 'no checkpoint could be taken; the log is kept'));
  }

  private recordsRead(): number {
    return [...this.state.positions.values()].reduce((sum, position) => sum + position, 0);
  }

  private async tick(): Promise<void> {
    const { clock, config, alerts, meters, log, crash } = this.edge;
    const now = clock.now();
    const lag = this.source.lag(now);
    meters.logLag.set(lag.ms / 1000);
    meters.streamsLive.set([...this.state.streams.values()].filter(({ closed }) => !closed).length);
    if (this.recordsRead() - this.recordsAtCheckpoint > CHECKPOINT_RECORDS) this.checkpointNow();
    alerts.decide(this.watch.look(now, lag.ms)).catch(crash);
    await this.source
      .note(due(this.state.streams, this.source.readings(), now, config.eventTime))
      .catch((err: unknown) => log.error({ err }, 'what is due could not be written to the log; it is tried again'));
  }

  private push(step: FlowStep): void {
    const { alerts, crash } = this.edge;
    const { batch, duplicates } = step;
    // Only of what was appended to the journal is this ever asked for.
    if (duplicates > 0 && batch.input === JOURNAL_INPUT && !this.recovering)
      this.duplicates.set(batch.records[0]!.position, duplicates);
    const decisions = step.streams.flatMap((each) => each.decisions);
    if (decisions.length > 0) {
      this.alertsSafe = alerts.decide(decisions);
      this.alertsSafe.catch(crash);
    }
    this.counts.count(step);
    this.rooms.take(step);
    if (!this.recovering) this.secondReadings.take(step);
  }

  /** Alerts are logged in the order they were decided, so the last one is logged after all others. */
  private async outputsSafe(): Promise<void> {
    await this.alertsSafe;
    await this.edge.writer.flush();
  }

  private takeDuplicates(position: number): number {
    const count = this.duplicates.get(position) ?? 0;
    this.duplicates.delete(position);
    return count;
  }

  private keepDeadLetters(letters: DeadLetter[]): void {
    for (const { reason } of letters) this.edge.meters.eventsRejected.inc({ reason });
    this.edge.writer.writeDeadLetters(letters);
  }
}

const decoderOf = (config: Config) =>
  createDecoder({
    pseudonymise: createPseudonymiser(config.pseudonymKey),
    maxFutureMs: config.eventTime.maxFutureMs,
  });

/** Records from Kafka are decoded as they are read; what cannot be is kept with its viewer ids blanked. */
const recordReader = (config: Config): DecodeRecord => {
  const decoder = decoderOf(config);
  return (bytes, append_ts) => {
    const decoded = decoder.decode(bytes, 0, bytes.length, append_ts);
    if (decoded.ok) return decoded;
    const { reason, detail } = decoded;
    return { ok: false, letter: { reason, detail, bytes: blankViewerIds(bytes) } };
  };
};

const journalMeters = ({ journalAppend, journalBytes }: Meters): Pick<FrameLogSettings, 'wrote'> => ({
  wrote: (seconds, bytes_kept) => {
    journalAppend.observe(seconds);
    journalBytes.set(bytes_kept);
  },
});

const openSource = async ({ config, clock, log, writer, meters }: FlowEdge): Promise<RecordSource> => {
  const settings = { fsync: config.journalFsync, segmentBytesMax: SEGMENT_BYTES_MAX, ...journalMeters(meters) };
  const journal = await Journal.open(join(config.dataDir, 'journal'), settings, clock);
  if (config.kafka === null) return journal;
  const read = (records: number, bytes: number): void => {
    meters.recordsRead.inc({ origin: 'kafka' }, records);
    meters.bytesRead.inc({ origin: 'kafka' }, bytes);
  };
  return new KafkaSource(config.kafka, journal, recordReader(config), clock, log, read, (letters) => {
    for (const { reason } of letters) meters.eventsRejected.inc({ reason });
    writer.writeDeadLetters(letters);
  });
};
