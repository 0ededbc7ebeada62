/** The key of a page's last row, opaque to whoever carries it: a time (ms) and an id. */
export const encodeCursor = (time: number, id: string): string =>
  Buffer.from(JSON.stringify([time, id])).toString('base64url');

/** Reads back what {@link encodeCursor} wrote; anything else is the beginning. */
export const decodeCursor = (cursor: string | null): [time: number | null, id: string] => {
  if (cursor === null) return [null, ''];
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && Number.isSafeInteger(key[0]) && typeof key[1] === 'string') return [key[0], key[1]];
  } catch {
    // Not one of ours.
  }
  return [null, ''];
};
