import { describe, expect, it } from '@jest/globals';
import { assignByNumber } from './co-partitioned.js';

describe('the assignment of partitions', () => {
  it('gives partitions of the same number to the same member, whatever the topic and the order of members', () => {
    const topics = { view: [0, 1, 2, 3], order: [3, 2, 1, 0] };
    const assigned = assignByNumber(['b', 'a'], topics);
    expect(assigned).toEqual(
      new Map([
        ['a', { view: [0, 2], order: [2, 0] }],
        ['b', { view: [1, 3], order: [3, 1] }],
      ]),
    );
    expect(assignByNumber(['a', 'b'], topics)).toEqual(assigned);
  });

  it('leaves a member without partitions where there are fewer of them', () => {
    expect(assignByNumber(['a', 'b'], { view: [0] }).get('b')).toEqual({});
  });
});
