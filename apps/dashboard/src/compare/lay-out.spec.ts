import { describe, expect, it } from '@jest/globals';
import { layOut } from './lay-out.js';

const point = (s: number, online: number, gmv_paid_minor = 0) => ({
  ...{ s, online, gmv_paid_minor, leaves: 6, expected_leaves: 4 },
});

describe('curves side by side', () => {
  it('stand on one clock from each one’s start, and end where they end', () => {
    const { x, online } = layOut([[point(0, 5), point(60, 6)], [point(0, 9)]]);
    expect(x).toEqual([0, 60]);
    expect(online).toEqual([[5, 6], [9, null]]); // prettier-ignore
  });
  it('money adds up from the start', () => {
    expect(layOut([[point(0, 1, 10), point(60, 1, 5), point(120, 1, 0)]]).gmv_so_far).toEqual([[10, 15, 15]]);
  });
  it('the ratio is unknown where less than one leave was due', () => {
    const quiet = { ...point(60, 1), expected_leaves: 0.5 };
    expect(layOut([[point(0, 1), quiet]]).ratio).toEqual([[1.5, null]]);
  });
});
