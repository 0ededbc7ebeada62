import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inChunks } from './snapshot-bytes.js';

describe('a snapshot in chunks', () => {
  it('is the same bytes again, each chunk but the last of full length', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 16 }), (given, chunkBytes) => {
        const whole = Buffer.concat(given);
        const chunks = [
          ...inChunks(
            given.map((piece) => Buffer.from(piece)),
            chunkBytes,
          ),
        ];
        expect(Buffer.concat(chunks).equals(whole)).toBe(true);
        for (const chunk of chunks.slice(0, -1)) expect(chunk.length).toBe(chunkBytes);
        if (whole.length > 0) expect(chunks.at(-1)!.length).toBeGreaterThan(0);
        expect(chunks.length).toBe(Math.ceil(whole.length / chunkBytes));
      }),
    );
  });
});
