import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { InputId } from '#domain';
import type { RestPlace } from './room-archive.js';

/** The state of one stream, with how far it has seen each input. */
export interface SnapshotPart<State> {
  positions: Map<InputId, number>;
  state: State;
}

/** The state of the flow as of a place in the log, one part per stream. */
export interface Snapshot<State> {
  /** For each input where reading goes on; a stream may be ahead of it, by its own positions. */
  positions: Map<InputId, number>;
  parts: SnapshotPart<State>[];
  /** Streams that rest elsewhere, and where. */
  resting: Map<string, RestPlace>;
}

/** What a snapshot begins with; one that ends between two parts is known by their number. */
interface Head {
  format: number;
  positions: ReadonlyMap<InputId, number>;
  parts: number;
  resting: ReadonlyMap<string, RestPlace>;
}

/** Grows whenever the shape of the state changes: an older snapshot is then of no use. */
export const SNAPSHOT_FORMAT = 12;

/** Serialises parts one at a time, giving way in between. */
export const serialiseParts = async <State>(
  parts: Iterable<SnapshotPart<State>>,
  giveWay: () => Promise<void>,
): Promise<Buffer[]> => {
  const frames: Buffer[] = [];
  for (const part of parts) {
    frames.push(serialize(part));
    await giveWay();
  }
  return frames;
};

/** A snapshot as bytes, in pieces: `length u32, crc32 u32`, little-endian, before the head and before each part. */
export function* snapshotBytes(
  positions: ReadonlyMap<InputId, number>,
  frames: readonly Buffer[],
  resting: ReadonlyMap<string, RestPlace> = new Map(),
): Generator<Buffer, void, undefined> {
  const head: Head = { format: SNAPSHOT_FORMAT, positions, parts: frames.length, resting };
  for (const bytes of [serialize(head), ...frames]) {
    const header = Buffer.alloc(8);
    header.writeUInt32LE(bytes.length, 0);
    header.writeUInt32LE(crc32(bytes), 4);
    yield header;
    yield bytes;
  }
}

/** Reads what {@link snapshotBytes} gave; `null` where it is not whole or of another format. */
export const readSnapshot = <State>(bytes: Buffer): Snapshot<State> | null => {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return null;
    const length = bytes.readUInt32LE(at);
    const frame = bytes.subarray(at + 8, at + 8 + length);
    if (frame.length < length || crc32(frame) !== bytes.readUInt32LE(at + 4)) return null;
    frames.push(frame);
    at += 8 + length;
  }
  const [head, ...parts] = frames;
  if (head === undefined) return null;
  const { format, positions, parts: count, resting } = deserialize(head) as Head;
  if (format !== SNAPSHOT_FORMAT || parts.length !== count) return null;
  return {
    positions: new Map(positions),
    parts: parts.map((part) => deserialize(part) as SnapshotPart<State>),
    resting: new Map(resting),
  };
};
