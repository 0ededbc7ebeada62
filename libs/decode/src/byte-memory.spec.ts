import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createByteMemory } from './byte-memory.js';

const text = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);
/** The key among other bytes, as it lies in a body. */
const among = (key: string): [Buffer, number, number] => [Buffer.from(`<"${key}">`, 'latin1'), 2, 2 + key.length];

describe('what is remembered of bytes', () => {
  it.each([1, 4, 8, 256])('is what is made of them, whatever %i entries have kept or lost', (entries) => {
    const key = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
      fc.nat(30).map((n) => `viewer-${n}`),
      fc.nat(3).map((n) => 'a long one '.repeat(9) + n),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
        const memory = createByteMemory(entries, text);
        for (const each of keys) expect(memory.of(...among(each))).toBe(each);
      }),
    );
  });

  it('is made once for bytes that come back, and again only for those that lost their place', () => {
    const made: string[] = [];
    const memory = createByteMemory(4, (bytes, start, end) => {
      made.push(text(bytes, start, end));
      return { name: made.at(-1) };
    });
    const first = memory.of(...among('a'));
    for (const key of ['b', 'c', 'd', 'a']) memory.of(...among(key));
    expect(memory.of(...among('a'))).toBe(first);
    expect(made).toEqual(['a', 'b', 'c', 'd']);
    memory.of(...among('e'));
    expect(memory.of(...among('a'))).not.toBe(first);
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
  });

  it('never takes bytes for others that are longer, shorter or empty', () => {
    const memory = createByteMemory(1, text);
    for (const key of ['', 'a', 'aa', '', 'a', '\0', '\0\0']) expect(memory.of(...among(key))).toBe(key);
  });
});
