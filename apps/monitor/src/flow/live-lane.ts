import { Subject, type Subscription } from 'rxjs';
import { isMonitorRecord, streamOfShare, type Clock, type InputId, type LogRecord, type ReadEvent } from '#domain';
import type { Detector } from '#detect';
import type { LaneBatch, LaneId, LaneSource, RoomArchive } from '#ingest';
import type { Logger } from '#observe';
import type { StoreReader, StoreWriter } from '#store';
import type { StreamState, WindowContext } from '#window';
import { Agenda } from './agenda.js';
import { Checkpoint } from './checkpoint.js';
import type { OpenLane } from './lane-home.js';
import { livePipeline, type FlowStep } from './live-pipeline.js';
import { emptyFlowState, putRoom, type FlowState, type RoomState } from './room-state.js';
import { SecondReadings } from './second-reading.js';

/** Revisions of one owner, which those of the next all exceed. */
const EPOCH_REVISIONS = 2 ** 40;

/** What a lane's flow is made with. */
export interface LaneParts {
  home: { open(lane: LaneId): Promise<OpenLane>; source: Pick<LaneSource, 'release'> };
  window: WindowContext;
  detector: Detector;
  writer: StoreWriter;
  reader: StoreReader;
  clock: Clock;
  log: Logger;
  /** Settles when everything the flow has said so far is stored or logged. */
  outputsSafe: () => Promise<void>;
  push: (step: FlowStep, lane: LiveLane) => void;
  /** Told of a room that went to rest, and of one that came back. */
  rests: (stream_id: string) => void;
  wakes: (stream: StreamState) => void;
  /** Told what reading a stream again changed in it. */
  readAgain: (step: Pick<FlowStep, 'read' | 'streams'>) => void;
  crash: (error: unknown) => void;
}

/** One lane that this process owns: its streams' state, the flow over it, and its checkpoints. */
export class LiveLane {
  readonly batches = new Subject<LaneBatch>();
  /** Its streams that the wall clock may decide something about. */
  readonly agenda: Agenda;
  private readonly subscription: Subscription;
  private readonly secondReadings: SecondReadings;
  private recovering = true;

  private constructor(
    readonly id: LaneId,
    readonly state: FlowState,
    readonly checkpoint: Checkpoint,
    /** Where each input is read from. */
    readonly from: ReadonlyMap<InputId, number>,
    /** Larger than that of any owner before. */
    readonly epoch: number,
    private readonly archive: Pick<RoomArchive<RoomState>, 'fetch'>,
    private readonly parts: LaneParts,
  ) {
    const { window, detector, writer, reader, log, push, readAgain, crash } = parts;
    const revision_from = epoch * EPOCH_REVISIONS;
    for (const stream of state.streams.values()) this.own(stream);
    this.agenda = new Agenda(state.streams);
    this.agenda.touchAll();
    const flow = { state, window: { ...window, revision_from }, detector, writer };
    const readOnceMore: LaneParts['readAgain'] = (step) => {
      this.agenda.touch(step.streams);
      readAgain(step);
    };
    this.secondReadings = new SecondReadings({ ...flow, reader, log, push: readOnceMore });
    this.subscription = livePipeline(this.batches, flow).subscribe({
      next: (step) => {
        this.agenda.touch(step.streams);
        this.agenda.touch(step.shares);
        push(step, this);
        if (!this.recovering) this.secondReadings.take(step);
      },
      error: crash,
    });
  }

  /** Becomes the lane's owner and takes up what the last one knew. */
  static async open(id: LaneId, parts: LaneParts): Promise<LiveLane> {
    const { home, detector, clock, outputsSafe, rests } = parts;
    const { epoch, snapshots, archive } = await home.open(id);
    const state = emptyFlowState(archive);
    const { source } = home;
    const checkpoint = new Checkpoint(state, detector, snapshots, outputsSafe, source, archive, clock, rests);
    const from = await checkpoint.restore();
    return new LiveLane(id, state, checkpoint, from, epoch, archive, parts);
  }

  /**
   * Brings back what rests and has records in the batch, until none does: another may go to rest while one comes back.
   * Of one that is found no longer the events are kept as too late: from an empty state its rows would be wiped out.
   */
  async wake({ records }: LaneBatch): Promise<void> {
    const { resting, gone } = this.state;
    const isAway = ({ body: { stream_id } }: LogRecord): boolean => resting.has(stream_id) && !gone.has(stream_id);
    for (;;) {
      const record = resting.size === 0 ? undefined : records.find(isAway);
      if (record === undefined) break;
      const { stream_id } = record.body;
      const part = await this.archive.fetch(resting.get(stream_id)!);
      if (part === null) this.giveUp(stream_id);
      else this.putBack(part.state);
    }
    if (gone.size > 0) this.parts.writer.writeEvents(tooLate(records, gone));
  }

  private putBack(room: RoomState): void {
    this.own(room.window);
    putRoom(this.state, room);
    this.state.resting.delete(room.window.stream_id);
    this.agenda.touch([room.window]);
    this.parts.wakes(room.window);
  }

  /** Where it rested is remembered, so that it does not begin anew: not by the next owner either. */
  private giveUp(stream_id: string): void {
    this.state.gone.add(stream_id);
    this.parts.log.error(
      { stream_id, partition: this.id },
      'a record came of a stream that ended and whose state the archive topic no longer holds: it counts as too late; ' +
        'keep that topic for as long as late records may come',
    );
  }

  /** Its rows are of this owner from now on. */
  private own(stream: StreamState): void {
    stream.applied = this.epoch * EPOCH_REVISIONS + (stream.applied % EPOCH_REVISIONS);
  }

  /** Records read of all inputs. */
  recordsRead(): number {
    return [...this.state.positions.values()].reduce((sum, position) => sum + position, 0);
  }

  /** What was there when it was opened has been applied. */
  caughtUp(): void {
    this.state.seen.clear();
    this.recovering = false;
    this.secondReadings.seed();
  }

  /** Settles when what goes on beside the flow is done. */
  settled(): Promise<void> {
    return this.secondReadings.settled();
  }

  /** Lets what goes on beside the flow come to rest. */
  rest(): Promise<void> {
    return this.secondReadings.stop();
  }

  /** Takes no more; what it still says is of an old epoch. */
  end(): void {
    this.subscription.unsubscribe();
    void this.secondReadings.stop();
  }
}

/** The events of streams that are gone. */
const tooLate = (records: readonly LogRecord[], gone: ReadonlySet<string>): ReadEvent[] =>
  records.flatMap(({ body, input, position, append_ts }) => {
    if (isMonitorRecord(body) || !gone.has(body.stream_id)) return [];
    const stream_id = streamOfShare(body.stream_id) ?? body.stream_id;
    const event = { ...body, stream_id };
    return [{ event, input, position, append_ts, lateness: 'too_late', effective_ts: body.ts }];
  });
