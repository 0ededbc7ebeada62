/**
 * The ids of one stream that may still be seen again, with the `ts` they were first seen with, in generations by event
 * time. An id counts as seen while its event would not be too late by now; what comes again later is too late anyway.
 *
 * Ids are kept as their bytes, side by side, and found by a hash that only says where to look: no two ids are ever taken
 * for one another. So a million of them are four plain arrays, and nothing that a collector of garbage must walk.
 */
export interface DuplicateMemory {
  /** Oldest first; each covers `[start, start + GENERATION_MS)` of event time. */
  generations: Generation[];
}

interface Generation {
  start: number;
  /** Ids held. */
  size: number;
  /** Open addressing, two numbers a place: the hash, and the id's number + 1 (0: empty). */
  places: Int32Array;
  /** By number: `ts`, and where the id's bytes end; they begin where those of the one before end. */
  ts: Float64Array;
  ends: Int32Array;
  bytes: Uint8Array;
}

/** Longer than memory reaches by default, so that an id is looked up in two generations, seldom three. */
const GENERATION_MS = 64_000;
/** A generation that holds so many is full, and another of the same time begins: to grow one further would take too long at once. */
const IDS_MAX = 1 << 17;
const FIRST_IDS = 16;
const FIRST_BYTES = 512;

export const emptyDuplicateMemory = (): DuplicateMemory => ({ generations: [] });

/** Was this id seen with a `ts` at or after `rememberedFrom`? If not, it is from now on. Ids have one byte a character. */
export const seenBefore = (memory: DuplicateMemory, event_id: string, ts: number, rememberedFrom: number): boolean => {
  const hash = hashOf(event_id);
  for (const generation of memory.generations) if (holds(generation, event_id, hash, rememberedFrom)) return true;
  add(generationOf(memory, ts), event_id, hash, ts);
  return false;
};

/** Forgets generations that lie wholly below `ts`. */
export const forgetBelow = (memory: DuplicateMemory, ts: number): void => {
  while (memory.generations.length > 0 && memory.generations[0]!.start + GENERATION_MS <= ts)
    memory.generations.shift();
};

/** FNV-1a over the characters, its halves mixed, since the lower bits say where to look. */
const hashOf = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
};

const holds = (generation: Generation, id: string, hash: number, from: number): boolean => {
  const { places, ts } = generation;
  const mask = places.length / 2 - 1;
  for (let at = hash & mask; ; at = (at + 1) & mask) {
    const n = places[2 * at + 1]! - 1;
    if (n < 0) return false;
    if (places[2 * at] === hash && ts[n]! >= from && isId(generation, n, id)) return true;
  }
};

const isId = ({ ends, bytes }: Generation, n: number, id: string): boolean => {
  const begin = n === 0 ? 0 : ends[n - 1]!;
  if (ends[n]! - begin !== id.length) return false;
  for (let i = 0; i < id.length; i++) if (bytes[begin + i] !== id.charCodeAt(i)) return false;
  return true;
};

const add = (generation: Generation, id: string, hash: number, ts: number): void => {
  const n = generation.size++;
  const begin = n === 0 ? 0 : generation.ends[n - 1]!;
  const end = begin + id.length;
  if (n === generation.ts.length) growIds(generation);
  while (end > generation.bytes.length)
    generation.bytes = copied(new Uint8Array(generation.bytes.length * 2), generation.bytes);
  const { bytes } = generation;
  for (let i = 0; i < id.length; i++) bytes[begin + i] = id.charCodeAt(i);
  generation.ts[n] = ts;
  generation.ends[n] = end;
  place(generation.places, hash, n);
};

/** Half of the places are empty at least. */
const growIds = (generation: Generation): void => {
  const { ts, ends, places } = generation;
  generation.ts = copied(new Float64Array(ts.length * 2), ts);
  generation.ends = copied(new Int32Array(ends.length * 2), ends);
  generation.places = new Int32Array(places.length * 2);
  for (let at = 0; at < places.length; at += 2)
    if (places[at + 1] !== 0) place(generation.places, places[at]!, places[at + 1]! - 1);
};

const place = (places: Int32Array, hash: number, n: number): void => {
  const mask = places.length / 2 - 1;
  let at = hash & mask;
  while (places[2 * at + 1] !== 0) at = (at + 1) & mask;
  places[2 * at] = hash;
  places[2 * at + 1] = n + 1;
};

const copied = <T extends Uint8Array | Int32Array | Float64Array>(larger: T, from: T): T => {
  larger.set(from);
  return larger;
};

const generationOf = (memory: DuplicateMemory, ts: number): Generation => {
  const start = Math.floor(ts / GENERATION_MS) * GENERATION_MS;
  const { generations } = memory;
  let at = generations.length;
  while (at > 0 && generations[at - 1]!.start > start) at--;
  const before = generations[at - 1];
  if (before?.start === start && before.size < IDS_MAX) return before;
  const generation = emptyGeneration(start);
  generations.splice(at, 0, generation);
  return generation;
};

const emptyGeneration = (start: number): Generation => ({
  start,
  size: 0,
  places: new Int32Array(4 * FIRST_IDS),
  ts: new Float64Array(FIRST_IDS),
  ends: new Int32Array(FIRST_IDS),
  bytes: new Uint8Array(FIRST_BYTES),
});
