import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { InputId } from '#domain';

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
}

/** What a snapshot begins with; one that ends between two parts is known by their number. */
interface Head {
  format: number;
  positions: ReadonlyMap<InputId, number>;
  parts: number;
}

/** Grows whenever the shape of the state changes: an older snapshot is then of no use. */
const FORMAT = 7;
const KEPT = 2;
const NAME = /^snapshot-(\d{6,})\.bin$/;

/**
 * Snapshots of the flow in a folder, the last two kept. A snapshot is written beside the others and renamed once whole
 * and synced, so a crash leaves the one before. Parts are serialised one at a time, giving way in between.
 */
export class Snapshots<State> {
  constructor(private readonly directory: string) {}

  /** Serialises the parts; `write` of the result makes them the newest snapshot. */
  async take(parts: Iterable<SnapshotPart<State>>, giveWay: () => Promise<void>): Promise<Buffer[]> {
    const frames: Buffer[] = [];
    for (const part of parts) {
      frames.push(serialize(part));
      await giveWay();
    }
    return frames;
  }

  async write(positions: ReadonlyMap<InputId, number>, frames: readonly Buffer[]): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const number = ((await this.numbers()).at(-1) ?? 0) + 1;
    const temporary = join(this.directory, 'snapshot.partial');
    const file = await open(temporary, 'w');
    try {
      const head: Head = { format: FORMAT, positions, parts: frames.length };
      for (const bytes of [serialize(head), ...frames]) {
        const header = Buffer.alloc(8);
        header.writeUInt32LE(bytes.length, 0);
        header.writeUInt32LE(crc32(bytes), 4);
        await file.write(header);
        await file.write(bytes);
      }
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path(number));
    for (const old of (await this.numbers()).slice(0, -KEPT)) await unlink(this.path(old));
  }

  /**
   * The newest snapshot that is whole; `null` where there has never been one. Where there are some and none can be used,
   * that is an error: the log alone does not reach back to the beginning any more.
   */
  async newest(): Promise<Snapshot<State> | null> {
    const numbers = await this.numbers();
    for (const number of numbers.reverse()) {
      const snapshot = await this.readWhole(number);
      if (snapshot !== null) return snapshot;
    }
    if (numbers.length === 0) return null;
    throw new Error(
      `${this.directory}: no snapshot here is whole and of format ${FORMAT}; run the version that wrote them, or move the data folder away and import the sessions again`,
    );
  }

  private async readWhole(number: number): Promise<Snapshot<State> | null> {
    const bytes = await readFile(this.path(number));
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
    const { format, positions, parts: count } = deserialize(head) as Head;
    if (format !== FORMAT || parts.length !== count) return null;
    return { positions: new Map(positions), parts: parts.map((part) => deserialize(part) as SnapshotPart<State>) };
  }

  private async numbers(): Promise<number[]> {
    const files = await readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return files
      .map((file) => NAME.exec(file)?.[1])
      .filter((number) => number !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  private path(number: number): string {
    return join(this.directory, `snapshot-${String(number).padStart(6, '0')}.bin`);
  }
}
