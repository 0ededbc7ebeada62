import { describe, expect, it } from '@jest/globals';
import { mapInSlices, SLICE } from './in-slices.js';

describe('a long list, mapped in slices', () => {
  it.each([0, 1, SLICE, SLICE + 1, 3 * SLICE])('comes out as `map` makes it (%i elements)', async (length) => {
    const list = Array.from({ length }, (_, n) => n);
    const one = (n: number, index: number): string => `${n} at ${index}`;
    expect(await mapInSlices(list, one)).toEqual(list.map(one));
  });

  it('lets other work have its turn in between', async () => {
    const turns: number[] = [];
    setImmediate(() => turns.push(-1));
    await mapInSlices(
      Array.from({ length: SLICE + 1 }, (_, n) => n),
      (n) => turns.push(n),
    );
    expect(turns.indexOf(-1)).toBe(SLICE);
  });
});
