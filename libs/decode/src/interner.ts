/**
 * Gives one string for equal ASCII bytes: ids of streams and items, types and other words come back a million times.
 * Bounded: a table of the last string seen per slot; a string that lost its slot is simply made again.
 */
export interface Interner {
  /** The string of `bytes[start, end)`, all of them below 0x80. */
  intern(bytes: Buffer, start: number, end: number): string;
}

const SLOTS = 4096;
/** Longer strings are not remembered. */
const BYTES_MAX = 64;

export const createInterner = (): Interner => {
  const texts = new Array<string>(SLOTS).fill('');
  /** The bytes of each text, flat: comparing them with bytes is twice as fast as with a string. */
  const known = new Uint8Array(SLOTS * BYTES_MAX);

  return {
    intern(bytes, start, end) {
      const length = end - start;
      if (length > BYTES_MAX) return bytes.toString('latin1', start, end);
      const slot = slotOf(bytes, start, end);
      const place = slot * BYTES_MAX;
      let at = texts[slot]!.length === length ? 0 : length + 1;
      while (at < length && known[place + at] === bytes[start + at]) at++;
      if (at === length) return texts[slot]!;

      const text = bytes.toString('latin1', start, end);
      texts[slot] = text;
      for (let n = 0; n < length; n++) known[place + n] = bytes[start + n]!;
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
