import type { SnapshotPart } from './snapshot-bytes.js';

/** Where a stream rests in a log: the offsets of its pieces, in order. */
export type RestPlace = readonly number[];

/** Where streams rest that have ended: out of memory and out of snapshots, for a late record may still correct them. */
export interface RoomArchive<State> {
  /** Answers what a snapshot must remember to find it again; `null` where its id is enough. */
  save(stream_id: string, part: SnapshotPart<State>): Promise<RestPlace | null>;
  /** At once, where it lies on this machine; `null` where it does not rest there. */
  load(stream_id: string): SnapshotPart<State> | null;
  /** From where {@link save} put it; `null` where it is there no longer. */
  fetch(place: RestPlace): Promise<SnapshotPart<State> | null>;
}
