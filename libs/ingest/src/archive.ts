import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { RoomArchive } from './room-archive.js';
import type { SnapshotPart } from './snapshot-bytes.js';

const FORMAT = 1;
const PREFIX = 'stream-';
const SUFFIX = '.bin';

/**
 * The states of streams that have ended and rest, one file each: a late event may still correct them, so nothing is
 * thrown away, but neither memory nor snapshots carry them. Whatever a snapshot holds of a stream is newer.
 */
export class Archive<State> implements RoomArchive<State> {
  private readonly ids: Set<string>;

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    const files = readdirSync(directory).filter((file) => file.startsWith(PREFIX) && file.endsWith(SUFFIX));
    this.ids = new Set(files.map((file) => file.slice(PREFIX.length, -SUFFIX.length)));
  }

  has(stream_id: string): boolean {
    return this.ids.has(stream_id);
  }

  /** Writes the stream's state beside the old one and puts it in its place once it is whole and synced. */
  async save(stream_id: string, part: SnapshotPart<State>): Promise<null> {
    const bytes = serialize({ format: FORMAT, ...part });
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(bytes));
    const temporary = join(this.directory, 'archive.partial');
    const file = await open(temporary, 'w');
    try {
      await file.writev([checksum, bytes]);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path(stream_id));
    this.ids.add(stream_id);
    return null;
  }

  /** The stream's state; `null` where there is none of this format. Synchronous, so that a record finds its stream at once. */
  load(stream_id: string): SnapshotPart<State> | null {
    if (!this.ids.has(stream_id)) return null;
    const path = this.path(stream_id);
    const bytes = readFileSync(path);
    const body = bytes.subarray(4);
    if (bytes.length < 4 || crc32(body) !== bytes.readUInt32LE(0)) {
      throw new Error(`${path}: broken; restore it from a copy, or move it away to let the stream begin anew`);
    }
    const { format, ...part } = deserialize(body) as SnapshotPart<State> & { format: number };
    return format === FORMAT ? part : null;
  }

  /** Whatever rests here is found by its id. */
  fetch(): Promise<never> {
    return Promise.reject(new Error('what rests on this machine is loaded, not fetched'));
  }

  private path(stream_id: string): string {
    return join(this.directory, `${PREFIX}${stream_id}${SUFFIX}`);
  }
}
