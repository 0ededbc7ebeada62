import { describe, expect, it } from '@jest/globals';
import { neighbour } from './tile-steps.js';

/** Five tiles in rows of three. */
const places = [0, 1, 2, 3, 4].map((i) => ({ left: (i % 3) * 100, top: Math.floor(i / 3) * 50 }));

describe('an arrow on the wall', () => {
  it('goes along the reading order and stays within it', () => {
    expect([neighbour(places, 2, 1, 0), neighbour(places, 4, 1, 0), neighbour(places, 0, -1, 0)]).toEqual([3, 4, 0]);
  });
  it('goes to the nearest tile of the next row', () => {
    expect([neighbour(places, 1, 0, 1), neighbour(places, 2, 0, 1), neighbour(places, 4, 0, -1)]).toEqual([4, 4, 1]);
  });
  it('stays where no row follows, and begins with the first', () => {
    expect([neighbour(places, 4, 0, 1), neighbour(places, -1, 0, 1)]).toEqual([4, 0]);
  });
});
