/** Bounds of one request, within those of the monitor (50,000 events, 10 MiB). */
export interface BatchBounds {
  readonly lines_max: number;
  readonly bytes_max: number;
}

export const BATCH_BOUNDS: BatchBounds = { lines_max: 10_000, bytes_max: 8 * 1024 * 1024 };

/** Lines on their way into one request. A line longer than the bounds travels alone: the monitor will say what is wrong with it. */
export class LineBatch {
  #lines: Buffer[] = [];
  #bytes = 0;

  constructor(readonly bounds: BatchBounds) {}

  get size(): number {
    return this.#lines.length;
  }

  /** Whether one more line of this many bytes stays within the bounds. */
  fits(bytes: number): boolean {
    return this.size === 0 || (this.size < this.bounds.lines_max && this.#bytes + bytes + 1 <= this.bounds.bytes_max);
  }

  add(line: Buffer): void {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
  }

  /** The batch as an NDJSON body; the next one begins empty. */
  take(): Buffer {
    const body = Buffer.concat(
      this.#lines.flatMap((line) => [line, NEWLINE]),
      this.#bytes,
    );
    this.#lines = [];
    this.#bytes = 0;
    return body;
  }
}

const NEWLINE = Buffer.from('\n');
