import type { ViewerKey } from '#domain';

/**
 * Everything remembered of a stream's viewers: one record each, found by the 64-bit key.
 *
 * Records lie side by side in chunks, so a record keeps its number (`slot`) for life, growing never copies more than one
 * small chunk, and looking at one viewer touches two lines of memory. The index is extendible hashing: a directory of
 * open-addressing segments that double up to {@link SEGMENT_MAX} entries and then split by one more bit of the key, so
 * no insert ever rehashes the whole (a million present viewers grow without a pause). Plain data: the whole table
 * survives a structured clone.
 */
export interface ViewerTable {
  chunks: ViewerChunk[];
  /** Slots handed out so far, free ones included. */
  slots: number;
  /** Slot + 1 of the first free record, 0 where there is none. */
  freeHead: number;
  size: number;
  /** `directory[first depth bits of the key]` */
  directory: Segment[];
  depth: number;
}

/** Records of {@link CHUNK} slots: {@link WORDS} words and {@link TIMES} times each, ms. */
export interface ViewerChunk {
  words: Uint32Array;
  times: Float64Array;
}

/** The words of a record. A pane word holds the index of the last pane in which the viewer did it, 0 for never. */
export const HI = 0;
export const LO = 1;
export const FLAGS = 2;
export const SOURCE = 3;
/** Slot + 1 of the next one in the same bucket of the timing wheel, 0 at its end; of the next free one where the record is free. */
export const NEXT = 4;
export const GONE_PANE = 5;
export const ENTER_PANE = 6;
export const INTERACT_PANE = 7;
export const EXPOSE_PANE = 8;
export const CLICK_PANE = 9;
export const ORDER_PANE = 10;
export const PAID_PANE = 11;
const WORDS = 12;

/** Begin of the current or last visit. */
export const FROM = 0;
/** Last sign of life while present, end of the last visit once gone, in effective time. */
export const SIGN = 1;
/** `ts` of the last presence event applied: what a late one must be newer than. */
export const LAST_TS = 2;
const TIMES = 3;

interface Segment {
  depth: number;
  used: number;
  /** slot + 1; 0 is empty. Linear probing; the length is a power of two. */
  entries: Int32Array;
}

const CHUNK_BITS = 12;
export const CHUNK = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK - 1;
const FIRST_CHUNK = 16;
const FIRST_SEGMENT = 16;
const SEGMENT_MAX = 4096;
const LOAD = 0.7;

export const emptyViewerTable = (): ViewerTable => ({
  chunks: [emptyChunk(FIRST_CHUNK)],
  slots: 0,
  freeHead: 0,
  size: 0,
  directory: [{ depth: 0, used: 0, entries: new Int32Array(FIRST_SEGMENT) }],
  depth: 0,
});

/** The chunk of a slot; its record begins at {@link wordsAt} and {@link timesAt}. */
export const chunkOf = (table: ViewerTable, slot: number): ViewerChunk => table.chunks[slot >>> CHUNK_BITS]!;
export const wordsAt = (slot: number): number => (slot & CHUNK_MASK) * WORDS;
export const timesAt = (slot: number): number => (slot & CHUNK_MASK) * TIMES;

/** Slot of the viewer's record, or −1. */
export const findViewer = (table: ViewerTable, hi: number, lo: number): number => {
  const { entries } = segmentOf(table, hi);
  const mask = entries.length - 1;
  for (let at = lo & mask; ; at = (at + 1) & mask) {
    const slot = entries[at]! - 1;
    if (slot < 0) return -1;
    const { words } = chunkOf(table, slot);
    const word = wordsAt(slot);
    if ((words[word + LO]! | 0) === lo && (words[word + HI]! | 0) === hi) return slot;
  }
};

/** Slot of the viewer's record, made empty where there was none. */
export const findOrAddViewer = (table: ViewerTable, hi: number, lo: number): number => {
  const found = findViewer(table, hi, lo);
  return found >= 0 ? found : addViewer(table, hi, lo);
};

/** Makes an empty record for a viewer who has none; answers its slot. */
export const addViewer = (table: ViewerTable, hi: number, lo: number): number => {
  const slot = takeSlot(table);
  const { words, times } = chunkOf(table, slot);
  const word = wordsAt(slot);
  words.fill(0, word, word + WORDS);
  words[word + HI] = hi;
  words[word + LO] = lo;
  const time = timesAt(slot);
  times[time + FROM] = 0;
  times[time + SIGN] = 0;
  times[time + LAST_TS] = -Infinity;
  const segment = segmentWithRoom(table, hi);
  insert(segment.entries, lo, slot);
  segment.used++;
  table.size++;
  return slot;
};

/** Forgets a record; its slot may be handed out again. */
export const removeViewer = (table: ViewerTable, slot: number): void => {
  const { words } = chunkOf(table, slot);
  const word = wordsAt(slot);
  const segment = segmentOf(table, words[word + HI]!);
  removeEntry(table, segment.entries, words[word + LO]!, slot);
  segment.used--;
  table.size--;
  words[word + NEXT] = table.freeHead;
  table.freeHead = slot + 1;
};

/** Gives a viewer's record another key, under which none is known; the record keeps its slot. `false`: there is none. */
export const renameViewer = (table: ViewerTable, { hi, lo }: ViewerKey, other: ViewerKey): boolean => {
  const slot = findViewer(table, hi, lo);
  if (slot < 0) return false;
  const before = segmentOf(table, hi);
  removeEntry(table, before.entries, lo, slot);
  before.used--;
  const { words } = chunkOf(table, slot);
  const word = wordsAt(slot);
  words[word + HI] = other.hi;
  words[word + LO] = other.lo;
  const after = segmentWithRoom(table, other.hi);
  insert(after.entries, other.lo, slot);
  after.used++;
  return true;
};

export const keyOf = (table: ViewerTable, slot: number): ViewerKey => {
  const { words } = chunkOf(table, slot);
  const word = wordsAt(slot);
  return { hi: words[word + HI]! | 0, lo: words[word + LO]! | 0 };
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
  if (table.freeHead > 0) {
    const slot = table.freeHead - 1;
    table.freeHead = chunkOf(table, slot).words[wordsAt(slot) + NEXT]!;
    return slot;
  }
  const slot = table.slots++;
  const at = slot >>> CHUNK_BITS;
  const chunk = table.chunks[at];
  if (chunk === undefined) table.chunks.push(emptyChunk(CHUNK));
  else if (wordsAt(slot) >= chunk.words.length) table.chunks[at] = grown(chunk, (slot & CHUNK_MASK) * 2);
  return slot;
};

const emptyChunk = (length: number): ViewerChunk => ({
  words: new Uint32Array(length * WORDS),
  times: new Float64Array(length * TIMES),
});

const grown = ({ words, times }: ViewerChunk, length: number): ViewerChunk => {
  const larger = emptyChunk(length);
  larger.words.set(words);
  larger.times.set(times);
  return larger;
};

const hiOf = (table: ViewerTable, slot: number): number => chunkOf(table, slot).words[wordsAt(slot) + HI]!;
const loOf = (table: ViewerTable, slot: number): number => chunkOf(table, slot).words[wordsAt(slot) + LO]!;
