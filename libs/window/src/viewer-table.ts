import type { ViewerKey } from '#domain';

/**
 * Everything remembered of a stream's viewers: one record each, found by the 64-bit key.
 *
 * Records lie in columns cut into chunks, so a record keeps its number (`slot`) for life and growing never copies
 * more than one small chunk. The index is extendible hashing: a directory of open-addressing segments that double
 * up to {@link SEGMENT_MAX} entries and then split by one more bit of the key, so no insert ever rehashes the whole
 * (a million present viewers grow without a pause). Plain data: the whole table survives a structured clone.
 */
export interface ViewerTable {
  chunks: ViewerColumns[];
  /** Slots handed out so far, free ones included. */
  slots: number;
  freeHead: number;
  size: number;
  /** `directory[first depth bits of the key]` */
  directory: Segment[];
  depth: number;
}

/** One chunk of records. A pane column holds a pane index, 0 for never. */
export interface ViewerColumns {
  hi: Int32Array;
  lo: Int32Array;
  flags: Uint8Array;
  source: Uint8Array;
  /** Begin of the current or last visit, ms. */
  from: Float64Array;
  /** Last sign of life while present, end of the last visit once gone, ms of effective time. */
  sign: Float64Array;
  /** `ts` of the last presence event applied: what a late one must be newer than. */
  lastTs: Float64Array;
  /** Next slot in the same bucket of the timing wheel, −1 at its end; next free slot where the record is free. */
  next: Int32Array;
  leftPane: Uint32Array;
  enterPane: Uint32Array;
  interactPane: Uint32Array;
  exposePane: Uint32Array;
  clickPane: Uint32Array;
  orderPane: Uint32Array;
  paidPane: Uint32Array;
}

interface Segment {
  depth: number;
  used: number;
  /** slot + 1; 0 is empty. Linear probing; the length is a power of two. */
  entries: Int32Array;
}

const CHUNK_BITS = 12;
export const CHUNK = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK - 1;
const FIRST_CHUNK = 16;
const FIRST_SEGMENT = 16;
const SEGMENT_MAX = 4096;
const LOAD = 0.7;

export const emptyViewerTable = (): ViewerTable => ({
  chunks: [columns(FIRST_CHUNK)],
  slots: 0,
  freeHead: -1,
  size: 0,
  directory: [{ depth: 0, used: 0, entries: new Int32Array(FIRST_SEGMENT) }],
  depth: 0,
});

/** The chunk of a slot; the record lies at `slot & CHUNK_MASK` of each column. */
export const chunkOf = (table: ViewerTable, slot: number): ViewerColumns => table.chunks[slot >>> CHUNK_BITS]!;

/** Slot of the viewer's record, or −1. */
export const findViewer = (table: ViewerTable, key: ViewerKey): number => {
  const { entries } = segmentOf(table, key.hi);
  const mask = entries.length - 1;
  for (let at = key.lo & mask; ; at = (at + 1) & mask) {
    const slot = entries[at]! - 1;
    if (slot < 0) return -1;
    const chunk = chunkOf(table, slot);
    const row = slot & CHUNK_MASK;
    if (chunk.lo[row] === key.lo && chunk.hi[row] === key.hi) return slot;
  }
};

/** Slot of the viewer's record, made empty where there was none. */
export const findOrAddViewer = (table: ViewerTable, key: ViewerKey): number => {
  const found = findViewer(table, key);
  if (found >= 0) return found;
  const slot = takeSlot(table);
  const chunk = chunkOf(table, slot);
  const row = slot & CHUNK_MASK;
  clearRow(chunk, row);
  chunk.hi[row] = key.hi;
  chunk.lo[row] = key.lo;
  const segment = segmentWithRoom(table, key.hi);
  insert(segment.entries, key.lo, slot);
  segment.used++;
  table.size++;
  return slot;
};

/** Forgets a record; its slot may be handed out again. */
export const removeViewer = (table: ViewerTable, slot: number): void => {
  const chunk = chunkOf(table, slot);
  const row = slot & CHUNK_MASK;
  const segment = segmentOf(table, chunk.hi[row]!);
  removeEntry(table, segment.entries, chunk.lo[row]!, slot);
  segment.used--;
  table.size--;
  chunk.next[row] = table.freeHead;
  table.freeHead = slot;
};

export const keyOf = (table: ViewerTable, slot: number): ViewerKey => {
  const chunk = chunkOf(table, slot);
  const row = slot & CHUNK_MASK;
  return { hi: chunk.hi[row]!, lo: chunk.lo[row]! };
};

const segmentOf = (table: ViewerTable, hi: number): Segment =>
  table.directory[table.depth === 0 ? 0 : hi >>> (32 - table.depth)]!;

const segmentWithRoom = (table: ViewerTable, hi: number): Segment => {
  for (;;) {
    const segment = segmentOf(table, hi);
    if (segment.used + 1 <= segment.entries.length * LOAD) return segment;
    if (segment.entries.length < SEGMENT_MAX)
      segment.entries = rehash(table, segment.entries, segment.entries.length * 2);
    else split(table, hi);
  }
};

const rehash = (table: ViewerTable, old: Int32Array, length: number): Int32Array => {
  const entries = new Int32Array(length);
  for (const entry of old) if (entry !== 0) insert(entries, loOf(table, entry - 1), entry - 1);
  return entries;
};

/** Splits the full segment of `hi` in two by its next bit; doubles the directory when the segment already used all of its bits. */
const split = (table: ViewerTable, hi: number): void => {
  const full = segmentOf(table, hi);
  if (full.depth === table.depth) {
    table.directory = table.directory.flatMap((segment) => [segment, segment]);
    table.depth++;
  }
  const bit = 1 << (31 - full.depth);
  const halves = [0, 1].map(() => ({ depth: full.depth + 1, used: 0, entries: new Int32Array(SEGMENT_MAX) }));
  for (const entry of full.entries) {
    if (entry === 0) continue;
    const half = halves[(hiOf(table, entry - 1) & bit) === 0 ? 0 : 1]!;
    insert(half.entries, loOf(table, entry - 1), entry - 1);
    half.used++;
  }
  const span = 1 << (table.depth - full.depth);
  const first = table.directory.indexOf(full);
  for (let i = 0; i < span; i++) table.directory[first + i] = halves[i < span / 2 ? 0 : 1]!;
};

const insert = (entries: Int32Array, lo: number, slot: number): void => {
  const mask = entries.length - 1;
  let at = lo & mask;
  while (entries[at] !== 0) at = (at + 1) & mask;
  entries[at] = slot + 1;
};

/** Removes by shifting back, so that probing never needs tombstones. */
const removeEntry = (table: ViewerTable, entries: Int32Array, lo: number, slot: number): void => {
  const mask = entries.length - 1;
  let hole = lo & mask;
  while (entries[hole] !== slot + 1) hole = (hole + 1) & mask;
  for (let at = (hole + 1) & mask; entries[at] !== 0; at = (at + 1) & mask) {
    const home = loOf(table, entries[at]! - 1) & mask;
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      entries[hole] = entries[at]!;
      hole = at;
    }
  }
  entries[hole] = 0;
};

const takeSlot = (table: ViewerTable): number => {
  if (table.freeHead >= 0) {
    const slot = table.freeHead;
    table.freeHead = chunkOf(table, slot).next[slot & CHUNK_MASK]!;
    return slot;
  }
  const slot = table.slots++;
  const row = slot & CHUNK_MASK;
  const at = slot >>> CHUNK_BITS;
  const chunk = table.chunks[at];
  if (chunk === undefined) table.chunks.push(columns(CHUNK));
  else if (row >= chunk.hi.length) table.chunks[at] = grown(chunk, chunk.hi.length * 2);
  return slot;
};

const columns = (length: number): ViewerColumns => ({
  hi: new Int32Array(length),
  lo: new Int32Array(length),
  flags: new Uint8Array(length),
  source: new Uint8Array(length),
  from: new Float64Array(length),
  sign: new Float64Array(length),
  lastTs: new Float64Array(length),
  next: new Int32Array(length),
  leftPane: new Uint32Array(length),
  enterPane: new Uint32Array(length),
  interactPane: new Uint32Array(length),
  exposePane: new Uint32Array(length),
  clickPane: new Uint32Array(length),
  orderPane: new Uint32Array(length),
  paidPane: new Uint32Array(length),
});

const grown = (chunk: ViewerColumns, length: number): ViewerColumns => {
  const larger = columns(length);
  for (const name of Object.keys(chunk) as (keyof ViewerColumns)[]) larger[name].set(chunk[name]);
  return larger;
};

const clearRow = (chunk: ViewerColumns, row: number): void => {
  for (const name in chunk) chunk[name as keyof ViewerColumns][row] = 0;
  chunk.lastTs[row] = -Infinity;
  chunk.next[row] = -1;
};

const hiOf = (table: ViewerTable, slot: number): number => chunkOf(table, slot).hi[slot & CHUNK_MASK]!;
const loOf = (table: ViewerTable, slot: number): number => chunkOf(table, slot).lo[slot & CHUNK_MASK]!;
