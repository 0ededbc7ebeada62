import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { InputId } from '#domain';
import type { RestPlace } from './room-archive.js';

/** Below the mebibyte that a broker takes at once. */
const CHUNK_BYTES = 512 << 10;

/** The state of one stream, with how far it has seen each input. */
export interface SnapshotPart<State> {
  stream_id: string;
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

/** What a snapshot begins with. */
export interface SnapshotHead {
  positions: ReadonlyMap<InputId, number>;
  resting: ReadonlyMap<string, RestPlace>;
  /** Of those in the bytes before it, streams that are in memory no more. */
  dropped?: readonly string[];
}

/** What it ends with: one that was cut off between two parts is known by their number. */
interface SnapshotTail {
  parts: number;
}

/** Grows whenever the shape of the state changes: an older snapshot is then of no use. */
export const SNAPSHOT_FORMAT = 16;

/**
 * A snapshot as bytes, piece by piece, each part serialised when it is asked for: `length u32, crc32 u32`, little-endian,
 * before the head, each part and the tail. Such bytes may follow upon others: they then hold only the parts that changed
 * since.
 */
export function* snapshotBytes<State>(
  { positions, resting, dropped = [] }: SnapshotHead,
  parts: Iterable<SnapshotPart<State>>,
): Generator<Buffer, void, undefined> {
  let count = 0;
  yield* framed({ format: SNAPSHOT_FORMAT, positions, resting, dropped });
  for (const part of parts) {
    count++;
    yield* framed(part);
  }
  yield* framed({ parts: count } satisfies SnapshotTail);
}

function* framed(value: unknown): Generator<Buffer, void, undefined> {
  const bytes = serialize(value);
  const header = Buffer.alloc(8);
  header.writeUInt32LE(bytes.length, 0);
  header.writeUInt32LE(crc32(bytes), 4);
  yield header;
  yield bytes;
}

/** Cuts pieces of any length into chunks, the last of which may be shorter. */
export function* inChunks(pieces: Iterable<Buffer>, chunkBytes = CHUNK_BYTES): Generator<Buffer, void, undefined> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for (let piece of pieces) {
    while (bytes + piece.length >= chunkBytes) {
      const cut = chunkBytes - bytes;
      yield Buffer.concat([...gathered, piece.subarray(0, cut)]);
      piece = piece.subarray(cut);
      gathered = [];
      bytes = 0;
    }
    gathered.push(piece);
    bytes += piece.length;
  }
  if (bytes > 0) yield Buffer.concat(gathered);
}

/** Reads what {@link snapshotBytes} gave, once or several times; `null` where it is not whole or of another format. */
export const readSnapshot = <State>(bytes: Buffer): Snapshot<State> | null => {
  const frames = framesIn(bytes);
  if (frames === null) return null;
  let snapshot: Snapshot<State> | null = null;
  const parts = new Map<string, SnapshotPart<State>>();
  for (let at = 0; at < frames.length; at++) {
    const head = deserialize(frames[at]!) as SnapshotHead & { format: number };
    if (head.format !== SNAPSHOT_FORMAT) return null;
    for (const stream_id of head.dropped ?? []) parts.delete(stream_id);
    let count = 0;
    for (; ; count++) {
      const frame = frames[++at];
      if (frame === undefined) return null;
      // What is read lies in the bytes it was read from: those of one room must not keep those of all.
      const part = deserialize(Buffer.from(frame)) as SnapshotPart<State> | SnapshotTail;
      if ('parts' in part) {
        if (part.parts !== count) return null;
        break;
      }
      parts.set(part.stream_id, part);
    }
    snapshot = { positions: new Map(head.positions), parts: [], resting: new Map(head.resting) };
  }
  return snapshot && { ...snapshot, parts: [...parts.values()] };
};

/** `null` where a frame is not whole. */
const framesIn = (bytes: Buffer): Buffer[] | null => {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return null;
    const length = bytes.readUInt32LE(at);
    const frame = bytes.subarray(at + 8, at + 8 + length);
    if (frame.length < length || crc32(frame) !== bytes.readUInt32LE(at + 4)) return null;
    frames.push(frame);
    at += 8 + length;
  }
  return frames;
};
