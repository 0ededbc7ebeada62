import type { Clock, InputId } from '#domain';
import type { Detector } from '#detect';
import type { LaneSource, RoomArchive, SnapshotPart, SnapshotRooms, SnapshotStore } from '#ingest';
import type { StreamState } from '#window';
import { detectorOf, dropRoom, liveOf, putRoom, type FlowState, type RoomState } from './room-state.js';

/** A room that ended is kept in memory this long after its last record: stragglers come soon or not at all. */
const REST_AFTER_MS = 600_000;

/** How a room stood. A record of its stream moves `applied`, whatever it did; all else that changes it puts another stream in its place. */
interface Stand {
  stream: StreamState;
  applied: number;
}

/**
 * Outputs flushed, then the snapshot, then the log released: what is shown as final can always be computed again.
 * Rooms are serialised one by one while the flow goes on, each with the positions that it stands at; the flush that
 * follows covers them all. The log is kept back to the snapshot before this one.
 */
export class Checkpoint {
  private running: Promise<void> | null = null;
  private releasable: ReadonlyMap<InputId, number> = new Map();
  private takenAt = '';
  /** Rooms as the last snapshot holds them; `null`: it is to be written whole. */
  private written: Map<string, Stand> | null = null;

  constructor(
    private readonly state: FlowState,
    private readonly detector: Detector,
    private readonly snapshots: SnapshotStore<RoomState>,
    /** Settles when everything the flow has said so far is stored or logged. */
    private readonly outputsSafe: () => Promise<void>,
    private readonly source: Pick<LaneSource, 'release'>,
    private readonly archive: Pick<RoomArchive<RoomState>, 'save'>,
    private readonly clock: Clock,
    /** Told of each room that rests from now on. */
    private readonly rests: (stream_id: string) => void = () => undefined,
  ) {}

  /** Loads the newest snapshot into the empty state; answers where each input is to be read from. */
  async restore(): Promise<ReadonlyMap<InputId, number>> {
    const snapshot = await this.snapshots.newest();
    if (snapshot === null) return new Map();
    for (const { positions, state: room } of snapshot.parts) {
      putRoom(this.state, room);
      this.state.seen.set(room.window.stream_id, positions);
    }
    for (const [input, position] of snapshot.positions) this.state.positions.set(input, position);
    // One that woke while the snapshot was taken may be in both: the room is newer.
    for (const [stream_id, place] of snapshot.resting)
      if (!this.state.streams.has(stream_id)) this.state.resting.set(stream_id, place);
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

  /** Takes a checkpoint though nothing was read: what is remembered was changed. */
  async renew(): Promise<void> {
    await this.running?.catch(() => undefined);
    this.takenAt = '';
    this.written = null;
    await this.take();
  }

  private async run(): Promise<void> {
    await this.restRooms();
    const positions = new Map(this.state.positions);
    const at = JSON.stringify([...positions]);
    if (at === this.takenAt) return;
    const resting = new Map(this.state.resting);
    const { written } = this;
    const stands = { now: new Map<string, Stand>() };
    await this.snapshots.write({ positions, resting }, this.rooms(written, stands), this.outputsSafe);
    if (this.written === written) this.written = stands.now;
    await this.source.release(this.releasable);
    this.releasable = positions;
    this.takenAt = at;
  }

  /** Rooms that ended and heard nothing for a while go to the archive; the snapshot that follows no longer carries them. */
  private async restRooms(): Promise<void> {
    const restful = [...this.state.streams.values()].filter((stream) => this.mayRest(stream));
    if (restful.length === 0) return;
    await this.outputsSafe();
    for (const stream of restful) {
      const part = this.partOf(stream);
      const place = await this.archive.save(stream.stream_id, part);
      if (stream.applied !== part.applied) continue;
      if (place !== null) this.state.resting.set(stream.stream_id, place);
      dropRoom(this.state, stream.stream_id);
      this.rests(stream.stream_id);
    }
  }

  private mayRest({ closed, late_end, inputs }: StreamState): boolean {
    const lastHeard = Math.max(...[...inputs.values()].map(({ last_append_ts }) => last_append_ts));
    return closed && late_end === null && this.clock.now() - lastHeard > REST_AFTER_MS;
  }

  /** What a snapshot may be written from; `stands` is told how each room stands in it. */
  private rooms(
    written: ReadonlyMap<string, Stand> | null,
    stands: { now: Map<string, Stand> },
  ): SnapshotRooms<RoomState> {
    const { streams } = this.state;
    const dropped = written === null ? [] : [...written.keys()].filter((stream_id) => !streams.has(stream_id));
    return {
      all: () => this.parts(stands.now),
      since: written && {
        dropped,
        parts: () => {
          stands.now = new Map(written);
          for (const stream_id of dropped) stands.now.delete(stream_id);
          return this.parts(stands.now);
        },
      },
    };
  }

  /** The rooms that do not stand as noted, each noted as it is taken. */
  private *parts(stands: Map<string, Stand>): Generator<SnapshotPart<RoomState>> {
    for (const stream of this.state.streams.values()) {
      const { stream_id, applied } = stream;
      const stood = stands.get(stream_id);
      if (stood?.stream === stream && stood.applied === applied) continue;
      stands.set(stream_id, { stream, applied });
      yield this.partOf(stream);
    }
  }

  /** Where a room stands: one that was loaded ahead of the others has seen what they are still to be told. */
  private standingOf(stream_id: string): Map<InputId, number> {
    const positions = new Map(this.state.positions);
    for (const [input, seen] of this.state.seen.get(stream_id) ?? [])
      positions.set(input, Math.max(seen, positions.get(input) ?? 0));
    return positions;
  }

  private partOf(window: StreamState): SnapshotPart<RoomState> & { applied: number } {
    const { stream_id } = window;
    return {
      stream_id,
      applied: window.applied,
      positions: this.standingOf(stream_id),
      state: {
        window,
        live: liveOf(this.state, stream_id, -Infinity),
        detector: detectorOf(this.state, stream_id, this.detector),
      },
    };
  }
}
