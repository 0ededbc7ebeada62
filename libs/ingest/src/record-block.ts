/**
 * Records that a producer sent at once, as the log holds them ("record batch", version 2; Kafka's protocol guide, "Record
 * Batch"): still in the bytes in which they came. Of what kafkajs asks a message it answers for all of its records.
 */
export interface RecordBlock {
  /** The place of its last record, though that may have been compacted away. */
  readonly offset: string;
  /** It holds nothing to read: it marks the end of a transaction, or was part of one that was aborted. */
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  /** Its records, not compressed any more, from `from` on. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly count: number;
  readonly first_offset: number;
  readonly first_timestamp: number;
  /** When the broker appended it, ms; `null` where producers stamp their records. */
  readonly append_ts: number | null;
}

/** Makes the bytes of compressed records plain; `codec` is the number in a block's attributes. */
export type Decompress = (codec: number, bytes: Buffer) => Promise<Buffer>;

/** A block begins with its first offset and its length, which counts what follows. */
const LENGTH_AT = 8;
const LENGTH_END = 12;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const COUNT_AT = 57;
const RECORDS_AT = 61;
const MAGIC = 2;
const CODEC_MASK = 0x07;
const STAMPED_BY_BROKER = 0x08;
const IN_TRANSACTION = 0x10;
const IS_CONTROL = 0x20;

/** Reads the heads of the blocks in `bytes`; the last may be cut off, and is then left out: the broker sends it again. */
export const readBlocks = async (bytes: Buffer, decompress: Decompress): Promise<RecordBlock[]> => {
  const blocks: RecordBlock[] = [];
  for (let at = 0; at + RECORDS_AT <= bytes.length;) {
    const end = at + LENGTH_END + bytes.readInt32BE(at + LENGTH_AT);
    const magic = bytes[at + MAGIC_AT];
    if (magic !== MAGIC)
      throw new Error(`records in message format ${magic}, from before Kafka 0.11; copy them to a new topic`);
    if (end > bytes.length) break;
    blocks.push(await readBlock(bytes.subarray(at, end), decompress));
    at = end;
  }
  return blocks;
};

const readBlock = async (bytes: Buffer, decompress: Decompress): Promise<RecordBlock> => {
  const attributes = bytes.readInt16BE(ATTRIBUTES_AT);
  const codec = attributes & CODEC_MASK;
  const first_offset = readInt64(bytes, 0);
  return {
    offset: String(first_offset + bytes.readInt32BE(LAST_OFFSET_DELTA_AT)),
    isControlRecord: (attributes & IS_CONTROL) !== 0,
    batchContext: {
      producerId: bytes.readBigInt64BE(PRODUCER_ID_AT).toString(),
      inTransaction: (attributes & IN_TRANSACTION) !== 0,
    },
    bytes: codec === 0 ? bytes : await decompress(codec, bytes.subarray(RECORDS_AT)),
    from: codec === 0 ? RECORDS_AT : 0,
    count: bytes.readInt32BE(COUNT_AT),
    first_offset,
    first_timestamp: readInt64(bytes, FIRST_TIMESTAMP_AT),
    append_ts: (attributes & STAMPED_BY_BROKER) === 0 ? null : readInt64(bytes, MAX_TIMESTAMP_AT),
  };
};

/** A transaction that came to nothing, by its producer and where it began. */
export interface Aborted {
  readonly producerId: string;
  readonly firstOffset: number;
}

/**
 * The blocks, with those of transactions that were aborted as nothing to read; they keep their places. A producer has one
 * transaction at a time, which its marker ends.
 */
export const withoutAborted = (blocks: readonly RecordBlock[], aborted: readonly Aborted[]): readonly RecordBlock[] => {
  if (aborted.length === 0) return blocks;
  const ahead = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<string>();
  return blocks.map((block) => {
    const { producerId, inTransaction } = block.batchContext;
    while (ahead.length > 0 && ahead[0]!.firstOffset <= Number(block.offset)) open.add(ahead.shift()!.producerId);
    if (block.isControlRecord) open.delete(producerId);
    return inTransaction && open.has(producerId) ? { ...block, isControlRecord: true } : block;
  });
};

/** Whole numbers below 2^53, as offsets and times are. */
const readInt64 = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);

/**
 * Goes through the records of some blocks, one after the other, without making an object of any: what it says holds until
 * it goes on. Of each record it reads where it stands, when it was written, and where its key and its value lie in `bytes`.
 */
export class RecordCursor {
  bytes: Buffer = Buffer.alloc(0);
  offset = -1;
  timestamp = -1;
  /** `[keyStart, keyEnd)`; without a key `keyEnd` is −1. */
  keyStart = 0;
  keyEnd = -1;
  /** `[valueStart, valueEnd)`, of no length where there is no value. */
  valueStart = 0;
  valueEnd = 0;
  /** Records not read yet. */
  left: number;
  private nextBlock = 0;
  private block: RecordBlock | null = null;
  private leftInBlock = 0;
  private at = 0;

  constructor(private readonly blocks: readonly RecordBlock[]) {
    this.left = blocks.reduce((sum, { count }) => sum + count, 0);
  }

  /** The place up to which everything has been read, the place of the last record included. */
  get readTo(): string {
    return this.block !== null && this.leftInBlock === 0 ? this.block.offset : String(this.offset);
  }

  /** Goes to the next record; answers false when there is none. */
  next(): boolean {
    while (this.leftInBlock === 0) {
      const block = this.blocks[this.nextBlock++];
      if (block === undefined) return false;
      this.block = block;
      this.bytes = block.bytes;
      this.at = block.from;
      this.leftInBlock = block.count;
    }
    this.leftInBlock--;
    this.left--;
    this.readRecord(this.block!);
    return true;
  }

  private readRecord({ first_offset, first_timestamp, append_ts, bytes }: RecordBlock): void {
    const length = this.varint();
    const end = this.at + length;
    if (length < 0 || end > bytes.length)
      throw new Error(`a record of ${length} bytes at ${this.at} of ${bytes.length}`);
    this.at++; // attributes of a record, of which there are none
    const timestampDelta = this.varlong();
    this.timestamp = append_ts ?? first_timestamp + timestampDelta;
    this.offset = first_offset + this.varint();
    const keyLength = this.varint();
    this.keyStart = this.at;
    this.keyEnd = keyLength < 0 ? -1 : this.at + keyLength;
    if (keyLength > 0) this.at += keyLength;
    const valueLength = this.varint();
    this.valueStart = this.at;
    this.valueEnd = this.at + Math.max(0, valueLength);
    this.at = end; // past its headers
  }

  /** A zigzag number of at most 32 bits. */
  private varint(): number {
    const { bytes } = this;
    let { at } = this;
    let byte = bytes[at++]!;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
    }
    this.at = at;
    return (value >>> 1) ^ -(value & 1);
  }

  /** A zigzag number of which the bits beyond 53 are none that matter: between two times. */
  private varlong(): number {
    let value = 0;
    let byte = 0x80;
    for (let unit = 1; byte >= 0x80; unit *= 0x80) {
      byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * unit;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
