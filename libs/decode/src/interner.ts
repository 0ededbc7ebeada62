/**
 * Gives one string for equal ASCII bytes: ids of streams and items, types and other words come back a million times.
 * Bounded: a table of the last string seen per slot; a string that lost its slot is simply made again.
 */
export interface Interner {
  /** The string of `bytes[start, end)`, all of them below 0x80. */
  intern(bytes: Buffer, start: number, end: number): string;
}

const SLOTS = 4096;

export const createInterner = (): Interner => {
  const slots = new Array<string>(SLOTS).fill('');

  return {
    intern(bytes, start, end) {
      let hash = end - start;
      for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
      const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
      const known = slots[slot]!;
      if (equals(known, bytes, start, end)) return known;
      const made = bytes.toString('latin1', start, end);
      slots[slot] = made;
      return made;
    },
  };
};

const equals = (text: string, bytes: Buffer, start: number, end: number): boolean => {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
};
