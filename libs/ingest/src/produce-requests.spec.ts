import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { requestsOf } from './produce-requests.js';

const recordsOf = (sizes: readonly number[]) =>
  sizes.map((size, i) => ({ key: `room-${i}`, value: Buffer.alloc(size) }));
const bytesOf = (run: readonly { value: Buffer }[]): number => run.reduce((sum, { value }) => sum + value.length, 0);

describe('what is produced', () => {
  it('is cut into runs below the mebibyte that a broker takes, all of it and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 30 }), (sizes) => {
        const records = recordsOf(sizes);
        const runs = [...requestsOf(records)];
        expect(runs.flat()).toEqual(records);
        for (const run of runs) expect(bytesOf(run)).toBeLessThan(1 << 20);
      }),
    );
  });

  it('goes alone where it is too large by itself', () => {
    expect([...requestsOf(recordsOf([10, 2 << 20, 10]))].map((run) => run.length)).toEqual([1, 1, 1]);
  });

  it('makes no request of nothing', () => {
    expect([...requestsOf([])]).toEqual([]);
  });
});
