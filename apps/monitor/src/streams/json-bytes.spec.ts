import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { jsonBytes } from './json-bytes.js';

describe('an answer as bytes', () => {
  it('is what JSON.stringify writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.anything()), async (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as object;
        expect((await jsonBytes(plain)).toString()).toBe(JSON.stringify(plain));
      }),
    );
    const long = {
      none: undefined,
      s: '多少钱',
      list: Array.from({ length: 1_201 }, (_, i) => ({ i, ключ: `"${i}"` })),
      after: null,
    };
    expect((await jsonBytes(long)).toString()).toBe(JSON.stringify(long));
  });
});
