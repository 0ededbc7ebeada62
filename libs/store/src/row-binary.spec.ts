import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RowBinaryWriter } from './row-binary.js';

const written = (write: (out: RowBinaryWriter) => void): Buffer => {
  const out = new RowBinaryWriter(1 << 17);
  out.beginRow();
  write(out);
  return Buffer.from(out.take());
};

describe('RowBinaryWriter', () => {
  it('writes every safe integer as a little-endian Int64', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(written((out) => out.int64(value)).readBigInt64LE()).toBe(BigInt(value));
      }),
    );
  });

  it('writes every string as its LEB128 length in bytes and UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const bytes = written((out) => out.string(text));
        const utf8 = Buffer.from(text);
        const headBytes = utf8.length < 128 ? 1 : 2;
        const length = headBytes === 1 ? bytes[0]! : (bytes[0]! & 127) | (bytes[1]! << 7);
        expect(length).toBe(utf8.length);
        expect(bytes.subarray(headBytes)).toEqual(utf8);
      }),
    );
  });

  it('keeps what is written while it grows, and begins anew once that is taken', () => {
    const out = new RowBinaryWriter(1 << 17);
    for (let row = 0; row < 100_000; row++) {
      out.beginRow();
      out.int64(row);
    }
    const taken = Buffer.from(out.take());
    out.beginRow();
    out.byte(255);
    expect(taken.length).toBe(800_000);
    expect(taken.readBigInt64LE(8 * 99_999)).toBe(99_999n);
    expect(out.length).toBe(1);
  });
});
