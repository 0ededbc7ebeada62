import { setImmediate as giveWay } from 'node:timers/promises';
import type { InputId } from '#domain';
import type { RecordSource, Snapshots } from '#ingest';
import { detectorOf, liveOf, type FlowState, type RoomState } from './room-state.js';
import type { Detector } from '#detect';

/**
 * Outputs flushed, then the snapshot, then the log released: what is shown as final can always be computed again.
 * Rooms are serialised one by one while the flow goes on, each with the positions that it stands at; the flush that
 * follows covers them all. The log is kept back to the snapshot before this one.
 */
export class Checkpoint {
  private running: Promise<void> | null = null;
  private releasable: ReadonlyMap<InputId, number> = new Map();
  private takenAt = '';

  constructor(
    private readonly state: FlowState,
    private readonly detector: Detector,
    private readonly snapshots: Snapshots<RoomState>,
    /** Settles when everything the flow has said so far is stored or logged. */
    private readonly outputsSafe: () => Promise<void>,
    private readonly source: RecordSource,
  ) {}

  /** Loads the newest snapshot into the empty state; answers where each input is to be read from. */
  async restore(): Promise<ReadonlyMap<InputId, number>> {
    const snapshot = await this.snapshots.newest();
    if (snapshot === null) return new Map();
    for (const { positions, state: room } of snapshot.parts) {
      const { stream_id } = room.window;
      this.state.streams.set(stream_id, room.window);
      this.state.live.set(stream_id, room.live);
      this.state.detectors.set(stream_id, room.detector);
      this.state.seen.set(stream_id, positions);
    }
    for (const [input, position] of snapshot.positions) this.state.positions.set(input, position);
    this.releasable = snapshot.positions;
    return snapshot.positions;
  }

  /** Takes a checkpoint now, or waits for the one under way. */
  take(): Promise<void> {
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    const positions = new Map(this.state.positions);
    const at = JSON.stringify([...positions]);
    if (at === this.takenAt) return;
    const frames = await this.snapshots.take(this.parts(), () => giveWay());
    await this.outputsSafe();
    await this.snapshots.write(positions, frames);
    await this.source.release(this.releasable);
    this.releasable = positions;
    this.takenAt = at;
  }

  private *parts(): Generator<{ positions: Map<InputId, number>; state: RoomState }> {
    for (const [stream_id, window] of this.state.streams) {
      yield {
        positions: new Map(this.state.positions),
        state: {
          window,
          live: liveOf(this.state, stream_id, -Infinity),
          detector: detectorOf(this.state, stream_id, this.detector),
        },
      };
    }
  }
}
