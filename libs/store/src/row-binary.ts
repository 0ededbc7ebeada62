const TWO_32 = 4294967296;
/** More than any row of ours takes; a row begins with at least this much room. */
const ROW_BYTES_MAX = 65_536;

/**
 * Writes ClickHouse's RowBinary into a buffer that grows: little-endian numbers, strings as a LEB128 length and UTF-8.
 * Chosen for the raw events because encoding and parsing it cost a fraction of JSON (docs/adr/0005-store.md).
 */
export class RowBinaryWriter {
  private bytes: Buffer;
  private view: DataView;
  private at = 0;

  constructor(private capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
    this.view = viewOf(this.bytes);
  }

  get length(): number {
    return this.at;
  }

  /** To be called before each row. */
  beginRow(): void {
    if (this.at + ROW_BYTES_MAX <= this.capacity) return;
    const full = this.bytes;
    this.capacity *= 2;
    this.bytes = Buffer.allocUnsafe(this.capacity);
    full.copy(this.bytes, 0, 0, this.at);
    this.view = viewOf(this.bytes);
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  int32(value: number): void {
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }

  /** A safe integer. */
  int64(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.int32((value - high * TWO_32) | 0);
    this.int32(high);
  }

  nullableInt64(value: number | undefined): void {
    this.byte(value === undefined ? 1 : 0);
    if (value !== undefined) this.int64(value);
  }

  /** Ids and most other strings are short and ASCII; a loop over them is faster than a call into the runtime. */
  string(text: string): void {
    const start = this.at;
    const length = text.length;
    if (length < 128) {
      const bytes = this.bytes;
      bytes[start] = length;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 128) break;
        bytes[start + 1 + i] = code;
      }
      if (i === length) {
        this.at = start + 1 + length;
        return;
      }
    }
    this.length32(Buffer.byteLength(text));
    this.at += this.bytes.write(text, this.at);
  }

  /** Bytes prepared once, such as a run of empty columns. */
  raw(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) this.bytes[this.at + i] = bytes[i]!;
    this.at += bytes.length;
  }

  /** What was written so far; the writer begins anew in other memory. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.at);
    this.bytes = Buffer.allocUnsafe(this.capacity);
    this.view = viewOf(this.bytes);
    this.at = 0;
    return taken;
  }

  private length32(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
