import { createWordView, hashOf, sameBytes } from './words.js';

/** Remembers what was made of bytes that come back a million times; what it gives for equal bytes is equal. */
export interface ByteMemory<Made> {
  /** What `make` gives, or gave, for `bytes[start, end)`. */
  of(bytes: Buffer, start: number, end: number): Made;
}

/** Entries that share a place; of a full place the one that came first goes. */
const WAYS = 4;
/** Longer keys are not remembered. The id of a viewer has up to 80 bytes on the platforms we know. */
const KEY_BYTES_MAX = 96;

/**
 * A bounded memory of about `entries` (a power of two), each {@link KEY_BYTES_MAX} bytes. The bytes lie flat and are
 * compared in full: a string or a `Map` would cost more than scanning the whole record. What lost its place is made again.
 */
export const createByteMemory = <Made>(
  entries: number,
  make: (bytes: Buffer, start: number, end: number) => Made,
): ByteMemory<Made> => {
  const places = Math.max(1, entries / WAYS);
  const made = new Array<Made | undefined>(places * WAYS).fill(undefined);
  const lengths = new Uint8Array(places * WAYS);
  const keys = new Uint8Array(places * WAYS * KEY_BYTES_MAX);
  const keyWords = new DataView(keys.buffer);
  const nextWay = new Uint8Array(places);
  const wordsOf = createWordView();

  return {
    of(bytes, start, end) {
      const length = end - start;
      if (length > KEY_BYTES_MAX) return make(bytes, start, end);
      const words = wordsOf(bytes);
      const place = hashOf(words, start, end) & (places - 1);
      const first = place * WAYS;
      for (let entry = first; entry < first + WAYS; entry++) {
        if (lengths[entry] !== length || !sameBytes(words, start, keyWords, entry * KEY_BYTES_MAX, length)) continue;
        const known = made[entry];
        if (known !== undefined) return known;
      }
      const value = make(bytes, start, end);
      const entry = first + nextWay[place]!;
      nextWay[place] = (nextWay[place]! + 1) % WAYS;
      made[entry] = value;
      lengths[entry] = length;
      keys.set(bytes.subarray(start, end), entry * KEY_BYTES_MAX);
      return value;
    },
  };
};
