import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyDuplicateMemory, forgetBelow, seenBefore } from './duplicates.js';

describe('ids seen before', () => {
  it('are those that a Map of the last ts of each would know, and none is taken for another', () => {
    // Few ids, so that they come again; of every length, so that one is the beginning of another.
    const id = fc.oneof(fc.stringMatching(/^[ab]{1,4}$/), fc.stringMatching(/^[\w:.-]{1,64}$/));
    const seen = fc.record({ id, after: fc.integer({ min: -70_000, max: 20_000 }) });
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 300 }), (events) => {
        const memory = emptyDuplicateMemory();
        const model = new Map<string, number>();
        let newest = 1_760_000_000_000;
        for (const { id, after } of events) {
          const ts = newest + after;
          newest = Math.max(newest, ts);
          const from = newest - 62_000;
          expect(seenBefore(memory, id, ts, from)).toBe((model.get(id) ?? -Infinity) >= from);
          if (!((model.get(id) ?? -Infinity) >= from)) model.set(id, ts);
          forgetBelow(memory, from);
        }
      }),
    );
  });

  it('stay known while their memory grows, and are forgotten with their generation', () => {
    const memory = emptyDuplicateMemory();
    const ids = Array.from({ length: 5_000 }, (_, n) => `event-${n}`);
    expect(ids.filter((id) => seenBefore(memory, id, 1000, 0))).toEqual([]);
    expect(ids.filter((id) => seenBefore(memory, id, 1000, 0))).toHaveLength(5_000);
    forgetBelow(memory, 500_000);
    expect(memory.generations).toEqual([]);
    expect(ids.filter((id) => seenBefore(memory, id, 1000, 0))).toEqual([]);
  });
});
