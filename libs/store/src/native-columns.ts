/**
 * One column of a block in ClickHouse's Native format: its values one after another. Rows are set in order; one that is
 * left out holds the type's default: 0, '', null.
 */
export interface Column<Value> {
  /** As ClickHouse calls it. */
  readonly type: string;
  /** No row was set. */
  readonly isUntouched: boolean;
  set(row: number, value: Value): void;
  /** The values of so many rows, which are the column's own: to be copied before it is cleared. */
  bytes(rows: number): Uint8Array[];
  /** The column begins anew, in the same memory: what is given back and asked for again with each block costs more than all else. */
  clear(): void;
}

const TWO_32 = 4294967296;
const FIRST_LENGTH = 64;

type Elements = Uint8Array | Int32Array | Float64Array;

/** What columns of numbers share beside the way to write one: elements that grow and are 0 where nothing was written. */
abstract class NumberColumn<Of extends Elements> implements Column<number> {
  isUntouched = true;
  protected elements: Of;

  protected constructor(
    readonly type: string,
    private readonly perRow: number,
    private readonly make: (length: number) => Of,
  ) {
    this.elements = make(FIRST_LENGTH);
  }

  abstract set(row: number, value: number): void;

  bytes(rows: number): Uint8Array[] {
    const length = rows * this.perRow;
    if (length > this.elements.length) this.grow(length);
    return [new Uint8Array(this.elements.buffer, 0, length * this.elements.BYTES_PER_ELEMENT)];
  }

  clear(): void {
    if (!this.isUntouched) this.elements.fill(0);
    this.isUntouched = true;
  }

  /** To at least so many elements. */
  protected grow(length: number): void {
    const short = this.elements;
    this.elements = this.make(Math.max(length, 2 * short.length));
    this.elements.set(short);
  }
}

/** Integers of one byte. */
export class ByteColumn extends NumberColumn<Uint8Array> {
  constructor(type: 'Int8' | 'UInt8' | 'Bool') {
    super(type, 1, (length) => new Uint8Array(length));
  }

  set(row: number, value: number): void {
    if (row >= this.elements.length) this.grow(row + 1);
    this.elements[row] = value;
    this.isUntouched = false;
  }
}

/** Integers of four bytes. */
export class UInt32Column extends NumberColumn<Int32Array> {
  constructor() {
    super('UInt32', 1, (length) => new Int32Array(length));
  }

  set(row: number, value: number): void {
    if (row >= this.elements.length) this.grow(row + 1);
    this.elements[row] = value;
    this.isUntouched = false;
  }
}

/** Safe integers in eight bytes. */
export class Int64Column extends NumberColumn<Int32Array> {
  constructor(type: 'Int64' | 'UInt64') {
    super(type, 2, (length) => new Int32Array(length));
  }

  set(row: number, value: number): void {
    const high = Math.floor(value / TWO_32);
    this.setHalves(row, value - high * TWO_32, high);
  }

  setHalves(row: number, low: number, high: number): void {
    const at = 2 * row;
    if (at >= this.elements.length) this.grow(at + 2);
    this.elements[at] = low;
    this.elements[at + 1] = high;
    this.isUntouched = false;
  }
}

export class Float64Column extends NumberColumn<Float64Array> {
  constructor() {
    super('Float64', 1, (length) => new Float64Array(length));
  }

  set(row: number, value: number): void {
    if (row >= this.elements.length) this.grow(row + 1);
    this.elements[row] = value;
    this.isUntouched = false;
  }
}

/** Values that may be absent: before them, which are. */
export class NullableColumn<Value> implements Column<Value | null | undefined> {
  readonly type: string;
  private readonly known = new ByteColumn('UInt8');

  constructor(private readonly values: Column<Value>) {
    this.type = `Nullable(${values.type})`;
  }

  get isUntouched(): boolean {
    return this.known.isUntouched;
  }

  set(row: number, value: Value | null | undefined): void {
    if (value === null || value === undefined) return;
    this.values.set(row, value);
    this.known.set(row, 1);
  }

  bytes(rows: number): Uint8Array[] {
    const [known] = this.known.bytes(rows) as [Uint8Array];
    const isNull = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) isNull[row] = 1 - known[row]!;
    return [isNull, ...this.values.bytes(rows)];
  }

  clear(): void {
    this.known.clear();
    this.values.clear();
  }
}

/** Texts, each as its length in LEB128 and its UTF-8. */
export class TextColumn implements Column<string> {
  readonly type = 'String';
  isUntouched = true;
  private utf8 = Buffer.alloc(FIRST_LENGTH);
  private at = 0;
  private row = 0;

  /** Ids and most other texts are short and ASCII; a loop over them is faster than a call into the runtime. */
  set(row: number, text: string): void {
    const { length } = text;
    this.skipTo(row, 5 + 3 * length);
    this.row++;
    this.isUntouched = false;
    const { utf8, at: start } = this;
    if (length < 128) {
      utf8[start] = length;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 128) break;
        utf8[start + 1 + i] = code;
      }
      if (i === length) {
        this.at = start + 1 + length;
        return;
      }
    }
    for (const byte of leb128(Buffer.byteLength(text))) utf8[this.at++] = byte;
    this.at += utf8.write(text, this.at);
  }

  bytes(rows: number): Uint8Array[] {
    this.skipTo(rows, 0);
    return [this.utf8.subarray(0, this.at)];
  }

  clear(): void {
    this.utf8.fill(0, 0, this.at);
    this.at = this.row = 0;
    this.isUntouched = true;
  }

  /** Rows left out are empty texts, one byte each, 0; behind them so much room is made. */
  private skipTo(row: number, room: number): void {
    this.at += row - this.row;
    this.row = row;
    if (this.at + room <= this.utf8.length) return;
    const short = this.utf8;
    this.utf8 = Buffer.alloc(Math.max(this.at + room, 2 * short.length));
    short.copy(this.utf8);
  }
}

/** A length, 0 or more, in as few bytes as it takes. */
export const leb128 = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
};

/** How words are written: the version, and that they stand in the block themselves, their places UInt32. */
const VERSION = 1n;
const WORDS_IN_BLOCK = 2n | (1n << 9n) | (1n << 10n);

/** Texts of which there are few: each is written once, and each row says which it has. No row may be left out. */
export class WordColumn implements Column<string> {
  readonly type = 'LowCardinality(String)';
  private readonly words = new TextColumn();
  private readonly placeOfRow = new UInt32Column();
  private readonly places = new Map<string, number>();

  get isUntouched(): boolean {
    return this.placeOfRow.isUntouched;
  }

  set(row: number, word: string): void {
    let place = this.places.get(word);
    if (place === undefined) {
      place = this.places.size;
      this.places.set(word, place);
      this.words.set(place, word);
    }
    this.placeOfRow.set(row, place);
  }

  bytes(rows: number): Uint8Array[] {
    const count = this.places.size;
    return [
      ...[uint64s(VERSION, WORDS_IN_BLOCK, BigInt(count)), ...this.words.bytes(count)],
      ...[uint64s(BigInt(rows)), ...this.placeOfRow.bytes(rows)],
    ];
  }

  clear(): void {
    this.words.clear();
    this.placeOfRow.clear();
    this.places.clear();
  }
}

const uint64s = (...values: bigint[]): Uint8Array => new Uint8Array(BigUint64Array.from(values).buffer);

/** Lists of values: where each ends, then the values of all. */
export class ListColumn<Value> implements Column<readonly Value[]> {
  readonly type: string;
  private readonly ends = new Int64Column('UInt64');
  private row = 0;
  private count = 0;

  constructor(private readonly values: Column<Value>) {
    this.type = `Array(${values.type})`;
  }

  get isUntouched(): boolean {
    return this.count === 0;
  }

  set(row: number, values: readonly Value[]): void {
    this.skipTo(row);
    for (let i = 0; i < values.length; i++) this.values.set(this.count++, values[i]!);
    this.skipTo(row + 1);
  }

  bytes(rows: number): Uint8Array[] {
    this.skipTo(rows);
    return [...this.ends.bytes(rows), ...this.values.bytes(this.count)];
  }

  clear(): void {
    this.ends.clear();
    this.values.clear();
    this.row = this.count = 0;
  }

  private skipTo(row: number): void {
    for (; this.row < row; this.row++) this.ends.set(this.row, this.count);
  }
}

/** A name and an amount. */
class PairColumn implements Column<readonly [name: string, amount: number]> {
  readonly type = 'Tuple(String, Int64)';
  private readonly names = new TextColumn();
  private readonly amounts = new Int64Column('Int64');

  get isUntouched(): boolean {
    return this.names.isUntouched;
  }

  set(row: number, [name, amount]: readonly [string, number]): void {
    this.names.set(row, name);
    this.amounts.set(row, amount);
  }

  bytes(rows: number): Uint8Array[] {
    return [...this.names.bytes(rows), ...this.amounts.bytes(rows)];
  }

  clear(): void {
    this.names.clear();
    this.amounts.clear();
  }
}

/** Amounts by name. */
export class AmountsColumn implements Column<Readonly<Record<string, number>>> {
  readonly type = 'Map(String, Int64)';
  private readonly pairs = new ListColumn(new PairColumn());

  get isUntouched(): boolean {
    return this.pairs.isUntouched;
  }

  set(row: number, amounts: Readonly<Record<string, number>>): void {
    this.pairs.set(row, Object.entries(amounts));
  }

  bytes(rows: number): Uint8Array[] {
    return this.pairs.bytes(rows);
  }

  clear(): void {
    this.pairs.clear();
  }
}
