/**
 * The bytes of a buffer four at a time: comparing and hashing words costs a third of doing it byte by byte, and a view
 * made for each record would eat the gain. The view of the last buffer asked for is kept.
 */
export const createWordView = (): ((bytes: Uint8Array) => DataView) => {
  let last: Uint8Array | null = null;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (bytes) => {
    if (bytes !== last) {
      last = bytes;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return view;
  };
};

/** Are the `length` bytes of `a` from `atA` on those of `b` from `atB` on? Both must reach that far. */
export const sameBytes = (a: DataView, atA: number, b: DataView, atB: number, length: number): boolean => {
  let at = 0;
  for (; at + 4 <= length; at += 4) if (a.getInt32(atA + at) !== b.getInt32(atB + at)) return false;
  for (; at < length; at++) if (a.getUint8(atA + at) !== b.getUint8(atB + at)) return false;
  return true;
};

/** A hash of the bytes `[start, end)`, 32 bits. */
export const hashOf = (view: DataView, start: number, end: number): number => {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = mixed(hash ^ view.getInt32(at));
  for (; at < end; at++) hash = mixed(hash ^ view.getUint8(at));
  return hash ^ (hash >>> 15);
};

/** Every bit of a word must reach the low bits: ids differ in any of their letters. */
const mixed = (hash: number): number => {
  const spread = Math.imul(hash, 0x9e3779b1);
  return spread ^ (spread >>> 15);
};
