import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Alert } from '#domain';
import type { AlertEntry } from './alert-entry.js';

/** What is to be known of a stream at rest without reading its changes back. */
export interface RestNote {
  readonly stream_id: string;
  readonly seq: number;
  readonly told_at: number;
  /** The largest of its alerts' `detected_at`, event time, ms. */
  readonly detected_at: number;
  /** Its alerts that are not over. */
  readonly open: readonly { readonly latest: Alert; readonly decided: readonly string[] }[];
}

/** Where everything before lies: of the blocks so many bytes are whole, and the tape is to be read from there. */
interface Mark {
  readonly v: 1;
  readonly bytes: number;
  readonly from: number;
}

/** Changes that stay in memory: 20 MB. */
const AWAKE_MAX = 10_000;
const NOTHING: Mark = { v: 1, bytes: 0, from: 0 };
/** `note bytes u32, changes bytes u32, block before f64`, little-endian; no block before is −1. */
const HEADER_BYTES = 16;
const NO_BLOCK = -1;

/**
 * Where the changes of quiet streams lie, on disk instead of in memory: one file of blocks, each a note and compressed
 * changes of one stream, with the place of the block before. The tape alone is the truth. What lies here is found at
 * once, without a wait, so that whoever reads an alert need not know where it was; and with a mark it spares the next
 * start the reading of the tape before it. Blocks behind the mark are made anew from the tape.
 */
export class AlertRest {
  private end: number;
  private marking: Promise<void> = Promise.resolve();
  private isClosed = false;

  private constructor(
    private readonly file: number,
    /** `null`: nothing of it outlives the process. */
    private readonly folder: string | null,
    mark: Mark,
    /** Changes of streams that are not at rest, in memory: when there are more, some go to rest. */
    readonly awakeMax: number,
  ) {
    this.end = mark.bytes;
    this.from = mark.from;
  }

  /** Where the tape is to be read from. */
  readonly from: number;

  /** A file in `folder` for as long as this process runs; several may have theirs in one folder. */
  static scratch(folder: string, awakeMax = AWAKE_MAX): AlertRest {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `alerts-at-rest-${randomUUID()}`);
    const file = openSync(path, 'wx+');
    unlinkSync(path);
    return new AlertRest(file, null, NOTHING, awakeMax);
  }

  /** What earlier runs left in `folder`, which this process alone may use; where it is not whole, nothing. */
  static open(folder: string, awakeMax = AWAKE_MAX): AlertRest {
    mkdirSync(folder, { recursive: true });
    const file = openSync(join(folder, 'blocks'), constants.O_RDWR | constants.O_CREAT);
    const mark = markIn(folder);
    const whole = mark.bytes <= fstatSync(file).size ? mark : NOTHING;
    ftruncateSync(file, whole.bytes);
    return new AlertRest(file, folder, whole, awakeMax);
  }

  /** The notes of all blocks with their places, in the order in which they were put. */
  *notes(): Generator<[at: number, note: RestNote]> {
    for (let at = 0; at < this.end;) {
      const { noteBytes, changesBytes } = this.header(at);
      yield [at, JSON.parse(this.read(at + HEADER_BYTES, noteBytes).toString()) as RestNote];
      at += HEADER_BYTES + noteBytes + changesBytes;
    }
  }

  /** Puts a stream's changes down behind the block of those before; answers where. Throws where the disk takes no more. */
  put(note: RestNote, changes: readonly AlertEntry[], before: number | null): number {
    if (this.isClosed) throw new Error('what rests was closed');
    const [noted, packed] = [Buffer.from(JSON.stringify(note)), deflateRawSync(JSON.stringify(changes), { level: 3 })];
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(noted.length, 0);
    header.writeUInt32LE(packed.length, 4);
    header.writeDoubleLE(before ?? NO_BLOCK, 8);
    const block = Buffer.concat([header, noted, packed]);
    for (let done = 0; done < block.length;) done += writeSync(this.file, block, done, undefined, this.end + done);
    const at = this.end;
    this.end += block.length;
    return at;
  }

  /** The changes of the block at this place and of all before it, in order. */
  changes(at: number): AlertEntry[] {
    const blocks: AlertEntry[][] = [];
    for (let next = at; next !== NO_BLOCK;) {
      const { noteBytes, changesBytes, before } = this.header(next);
      const packed = this.read(next + HEADER_BYTES + noteBytes, changesBytes);
      blocks.push(JSON.parse(inflateRawSync(packed).toString()) as AlertEntry[]);
      next = before;
    }
    return blocks.reverse().flat();
  }

  /** What lies here now is kept, and the next start reads the tape from this place on. */
  mark(from: number): Promise<void> {
    const { end: bytes, folder } = this;
    if (folder === null) return Promise.resolve();
    this.marking = this.marking.catch(() => undefined).then(() => writeMark(folder, { v: 1, bytes, from }));
    return this.marking;
  }

  /** Takes nothing more. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.marking.catch(() => undefined);
    closeSync(this.file);
  }

  private header(at: number): { noteBytes: number; changesBytes: number; before: number } {
    const header = this.read(at, HEADER_BYTES);
    return {
      noteBytes: header.readUInt32LE(0),
      changesBytes: header.readUInt32LE(4),
      before: header.readDoubleLE(8),
    };
  }

  private read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length;) {
      const read = readSync(this.file, bytes, done, length - done, at + done);
      if (read === 0) throw new Error(`${this.folder}: ends before byte ${at + length}; ${BEGIN_ANEW}`);
      done += read;
    }
    return bytes;
  }
}

const BEGIN_ANEW = 'remove the folder and start again: it is made anew from the alert log';

/** The mark, once the blocks before it are on the disk. */
const writeMark = async (folder: string, mark: Mark): Promise<void> => {
  const blocks = await open(join(folder, 'blocks'), 'r+');
  await blocks.datasync().finally(() => blocks.close());
  const next = join(folder, 'mark.next');
  const file = await open(next, 'w');
  await file
    .writeFile(JSON.stringify(mark))
    .then(() => file.datasync())
    .finally(() => file.close());
  await rename(next, join(folder, 'mark'));
};

/** Of another version, or none that can be read: as if nothing lay there. */
const markIn = (folder: string): Mark => {
  try {
    const mark = JSON.parse(readFileSync(join(folder, 'mark'), 'utf8')) as Mark;
    return mark.v === 1 ? mark : NOTHING;
  } catch {
    return NOTHING;
  }
};
