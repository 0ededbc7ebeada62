/**
 * Gives one string for equal ASCII bytes: ids of streams and items, types and other words come back a million times.
 * Bounded: a table of the last string seen per slot; a string that lost its slot is simply made again.
 */
export interface Interner {
  /** The string of `bytes[start, end)`, all of them below 0x80. */
  intern(bytes: Buffer, start: number, end: number): string;
}

const SLOTS = 4096;

interface Slot {
  readonly bytes: Uint8Array;
  readonly text: string;
}

export const createInterner = (): Interner => {
  const empty: Slot = { bytes: new Uint8Array(0), text: '' };
  const slots = new Array<Slot>(SLOTS).fill(empty);

  return {
    intern(bytes, start, end) {
      const slot = slotOf(bytes, start, end);
      const known = slots[slot]!;
      if (equals(known.bytes, bytes, start, end)) return known.text;
      const text = bytes.toString('latin1', start, end);
      slots[slot] = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), text };
      return text;
    },
  };
};

/** By the length and the last bytes: names that differ mostly differ there. */
const HASHED_BYTES = 8;
const slotOf = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = end - start;
  for (let at = Math.max(start, end - HASHED_BYTES); at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
};

const equals = (known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean => {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
};
