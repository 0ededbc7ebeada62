import { mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** One entry of a frame log. */
export interface Frame {
  /** Number of the frame's first record: never smaller than that of the frame before. */
  position: number;
  payload: Uint8Array;
}

export interface FrameLogSettings {
  /** fdatasync before an append is answered. Off only where losing the last moments to a power cut is acceptable. */
  fsync: boolean;
  segmentBytesMax: number;
  /** Told of each group that was written: seconds it took, and bytes on disk now. */
  wrote?: (seconds: number, bytes_kept: number) => void;
}

/** `length u32, crc32 u32, position f64`, little-endian; the crc covers position and payload. */
const HEADER_BYTES = 16;
/** After a failure it is tried so often whether it can be written again, with so much. */
const TRY_AGAIN_MS = 1_000;
const TRIAL_BYTES = 64 << 10;
const SUFFIX = '.log';
/** Read at once: a frame is small, and a way to the disk and back for each would take longest of all. */
const CHUNK_BYTES = 1 << 20;

/**
 * An append-only file of frames in segments, with group commit: whatever is handed over while one write is being
 * synced goes into the next, so many appends share one fdatasync. A frame is either whole or, torn by a crash at the
 * very end, as if it had never been: it was not acknowledged.
 */
export class FrameLog {
  private segment!: FileHandle;
  private segmentBytes = 0;
  /** Of all segments. */
  private keptBytes = 0;
  private waiting: {
    bytes: Uint8Array[];
    size: number;
    position: number;
    done: () => void;
    failed: (e: Error) => void;
  }[] = [];
  private writing: Promise<void> | null = null;
  private waitingBytesNow = 0;

  private constructor(
    private readonly directory: string,
    private readonly settings: FrameLogSettings,
  ) {}

  /** Opens or makes the log in `directory`; cuts off a torn frame at its end. A frame broken elsewhere is an error that names file and place. */
  static async open(directory: string, settings: FrameLogSettings): Promise<FrameLog> {
    await mkdir(directory, { recursive: true });
    const log = new FrameLog(directory, settings);
    const segments = await log.segments();
    for (const { file } of segments) log.keptBytes += (await stat(join(directory, file))).size;
    const last = segments.at(-1);
    if (last === undefined) await log.startSegment(0);
    else await log.continueSegment(last.file);
    return log;
  }

  private trial: NodeJS.Timeout | undefined;

  /** What the last write failed with; `null` while writing works. */
  failure: Error | null = null;

  /** Bytes handed over and not yet durable: what back-pressure looks at. */
  get waitingBytes(): number {
    return this.waitingBytesNow;
  }

  /** Appends one frame; answers when it is durable. Frames become durable, and are answered, in the order of the calls. */
  append(position: number, payload: Uint8Array): Promise<void> {
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    header.setUint32(0, payload.byteLength, true);
    header.setFloat64(8, position, true);
    const headerBytes = new Uint8Array(header.buffer);
    header.setUint32(4, checksumOf(headerBytes, payload), true);
    const size = HEADER_BYTES + payload.byteLength;
    this.waitingBytesNow += size;
    return new Promise((done, failed) => {
      this.waiting.push({ bytes: [headerBytes, payload], size, position, done, failed });
      this.writing ??= this.writeAll();
    });
  }

  /** Every frame whose records may reach `position` or beyond, in order. Reads what was durable when it was called. */
  async *read(position = 0): AsyncGenerator<Frame> {
    const segments = await this.segments();
    const from = Math.max(
      0,
      segments.findLastIndex((each) => each.position <= position),
    );
    for (const [at, { file }] of segments.slice(from).entries()) {
      yield* readSegment(join(this.directory, file), from + at === segments.length - 1);
    }
  }

  /** Deletes segments all of whose frames lie below `position`. */
  async prune(position: number): Promise<void> {
    const segments = await this.segments();
    for (const [at, { file }] of segments.entries()) {
      const next = segments[at + 1];
      if (next === undefined || next.position > position) return;
      const path = join(this.directory, file);
      const { size } = await stat(path);
      await unlink(path);
      this.keptBytes -= size;
    }
  }

  /** Waits for what was handed over, then lets go of the file. */
  async close(): Promise<void> {
    clearTimeout(this.trial);
    await this.writing;
    await this.segment.close();
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.writeGroup(group);
        this.failure = null;
        for (const { done } of group) done();
      } catch (error) {
        await this.segment.truncate(this.segmentBytes).catch(() => undefined);
        this.failure = new Error(
          `${this.directory}: could not be written (${(error as Error).message}); free space or check the disk`,
          {
            cause: error,
          },
        );
        for (const { failed } of group) failed(this.failure);
        this.tryLater();
      } finally {
        for (const { size } of group) this.waitingBytesNow -= size;
      }
    }
    this.writing = null;
  }

  /** Whoever asks whether it can be written waits for no append: a door that is closed for it would never see one. */
  private tryLater(): void {
    this.trial ??= setTimeout(() => {
      this.trial = undefined;
      if (this.failure === null) return;
      if (this.writing !== null) this.tryLater();
      else this.writing = this.tryNow().then(() => this.writeAll());
    }, TRY_AGAIN_MS);
  }

  /** Beside the segments, in which nothing but frames may ever stand. */
  private async tryNow(): Promise<void> {
    const path = join(this.directory, 'trial');
    try {
      const file = await open(path, 'w');
      await file
        .write(Buffer.alloc(TRIAL_BYTES))
        .then(() => file.datasync())
        .finally(() => file.close());
      this.failure = null;
    } catch {
      this.tryLater();
    } finally {
      await unlink(path).catch(() => undefined);
    }
  }

  private async writeGroup(group: readonly { bytes: Uint8Array[]; size: number; position: number }[]): Promise<void> {
    if (this.segmentBytes >= this.settings.segmentBytesMax) {
      await this.segment.close();
      await this.startSegment(group[0]!.position);
    }
    const began = performance.now();
    const bytes = Buffer.concat(group.flatMap((each) => each.bytes));
    let written = 0;
    while (written < bytes.length) {
      written += (await this.segment.write(bytes, written, bytes.length - written, this.segmentBytes + written))
        .bytesWritten;
    }
    if (this.settings.fsync) await this.segment.datasync();
    this.segmentBytes += bytes.length;
    this.keptBytes += bytes.length;
    this.settings.wrote?.((performance.now() - began) / 1000, this.keptBytes);
  }

  private async startSegment(position: number): Promise<void> {
    this.segment = await open(join(this.directory, `${String(position).padStart(16, '0')}${SUFFIX}`), 'w+');
    this.segmentBytes = 0;
    if (!this.settings.fsync) return;
    const directory = await open(this.directory, 'r');
    await directory.sync().finally(() => directory.close());
  }

  private async continueSegment(file: string): Promise<void> {
    const path = join(this.directory, file);
    let end = 0;
    for await (const { payload } of readSegment(path, true)) end += HEADER_BYTES + payload.byteLength;
    this.segment = await open(path, 'r+');
    await this.segment.truncate(end);
    this.segmentBytes = end;
  }

  private async segments(): Promise<{ file: string; position: number }[]> {
    return (await readdir(this.directory))
      .filter((file) => file.endsWith(SUFFIX))
      .sort()
      .map((file) => ({ file, position: Number(file.slice(0, -SUFFIX.length)) }));
  }
}

/** Frames of one segment; a torn end is passed over only in the last one. */
async function* readSegment(path: string, last: boolean): AsyncGenerator<Frame> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = inChunks(file, size);
    for (let at = 0; at < size;) {
      const frame = await readFrame(read, at);
      if (frame === null) {
        if (last) return;
        throw new Error(
          `${path}: broken frame at byte ${at}; restore the file from a copy, or move it away to go on without it`,
        );
      }
      yield frame;
      at += HEADER_BYTES + frame.payload.byteLength;
    }
  } finally {
    await file.close();
  }
}

/** Gives bytes of a file, where they are before its end, from a piece of it that is read at once; until the next are asked for. */
type ReadBytes = (at: number, length: number) => Promise<Buffer> | Buffer | null;

const inChunks = (file: FileHandle, size: number): ReadBytes => {
  let chunk = Buffer.alloc(0);
  let from = 0;
  const readOn = async (at: number, length: number): Promise<Buffer> => {
    chunk = Buffer.allocUnsafe(Math.min(size - at, Math.max(length, CHUNK_BYTES)));
    from = at;
    await file.read(chunk, 0, chunk.length, at);
    return chunk.subarray(0, length);
  };
  return (at, length) => {
    if (at + length > size) return null;
    const isHere = at >= from && at + length <= from + chunk.length;
    return isHere ? chunk.subarray(at - from, at - from + length) : readOn(at, length);
  };
};

const readFrame = async (read: ReadBytes, at: number): Promise<Frame | null> => {
  const header = await read(at, HEADER_BYTES);
  if (header === null) return null;
  const bytes = await read(at + HEADER_BYTES, header.readUInt32LE(0));
  if (bytes === null) return null;
  // A copy: whoever keeps a frame is not to keep all that was read with it.
  const payload = Buffer.from(bytes);
  if (checksumOf(header, payload) !== header.readUInt32LE(4)) return null;
  return { position: header.readDoubleLE(8), payload };
};

/** Over position and payload. An empty one adds nothing; asked to go on over no bytes, zlib may begin anew. */
const checksumOf = (header: Uint8Array, payload: Uint8Array): number => {
  const ofPosition = crc32(header.subarray(8));
  return payload.byteLength === 0 ? ofPosition : crc32(payload, ofPosition);
};
