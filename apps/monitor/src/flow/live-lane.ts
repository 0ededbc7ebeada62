import { Subject, type Subscription } from 'rxjs';
import type { Clock, InputId } from '#domain';
import type { Detector } from '#detect';
import type { LaneBatch, LaneId } from '#ingest';
import type { Logger } from '#observe';
import type { StoreReader, StoreWriter } from '#store';
import type { WindowContext } from '#window';
import { Checkpoint } from './checkpoint.js';
import type { LaneHome } from './lane-home.js';
import { livePipeline, type FlowStep } from './live-pipeline.js';
import { emptyFlowState, type FlowState } from './room-state.js';
import { SecondReadings } from './second-reading.js';

/** Revisions of one owner, which those of the next all exceed. */
const EPOCH_REVISIONS = 2 ** 40;

/** What a lane's flow is made with. */
export interface LaneParts {
  home: LaneHome;
  window: WindowContext;
  detector: Detector;
  writer: StoreWriter;
  reader: StoreReader;
  clock: Clock;
  log: Logger;
  /** Settles when everything the flow has said so far is stored or logged. */
  outputsSafe: () => Promise<void>;
  push: (step: FlowStep) => void;
  /** Told what reading a stream again changed in it. */
  readAgain: (step: Pick<FlowStep, 'read' | 'streams'>) => void;
  crash: (error: unknown) => void;
}

/** One lane that this process owns: its streams' state, the flow over it, and its checkpoints. */
export class LiveLane {
  readonly batches = new Subject<LaneBatch>();
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
    { window, detector, writer, reader, log, push, readAgain, crash }: LaneParts,
  ) {
    const revision_from = epoch * EPOCH_REVISIONS;
    for (const stream of state.streams.values()) stream.applied = revision_from + (stream.applied % EPOCH_REVISIONS);
    const parts = { state, window: { ...window, revision_from }, detector, writer };
    this.secondReadings = new SecondReadings({ ...parts, reader, log, push: readAgain });
    this.subscription = livePipeline(this.batches, parts).subscribe({
      next: (step) => {
        push(step);
        if (!this.recovering) this.secondReadings.take(step);
      },
      error: crash,
    });
  }

  /** Becomes the lane's owner and takes up what the last one knew. */
  static async open(id: LaneId, parts: LaneParts): Promise<LiveLane> {
    const { home, detector, clock, outputsSafe } = parts;
    const { epoch, snapshots } = await home.open(id);
    const state = emptyFlowState(home.archive ?? NOWHERE);
    const checkpoint = new Checkpoint(state, detector, snapshots, outputsSafe, home.source, home.archive, clock);
    const from = await checkpoint.restore();
    return new LiveLane(id, state, checkpoint, from, epoch, parts);
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

const NOWHERE = { load: () => null };
