import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineBatch } from './batch.js';

describe('a batch of lines', () => {
  it('is full at its number of lines, and at its bytes with the line ends counted', () => {
    const batch = new LineBatch({ lines_max: 2, bytes_max: 10 });
    batch.add(Buffer.from('abcd'));
    expect(batch.fits(4)).toBe(true);
    expect(batch.fits(5)).toBe(false);
    batch.add(Buffer.from('e'));
    expect(batch.fits(0)).toBe(false);
  });

  it('takes a line that is too long for any batch alone', () => {
    const batch = new LineBatch({ lines_max: 2, bytes_max: 10 });
    expect(batch.fits(1_000)).toBe(true);
    batch.add(Buffer.alloc(1_000));
    expect(batch.fits(1)).toBe(false);
  });

  it('cuts any lines into bodies within the bounds that hold the same lines in the same order', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{0,12}$/)), (lines) => {
        const bounds = { lines_max: 5, bytes_max: 20 };
        const batch = new LineBatch(bounds);
        const bodies: string[] = [];
        for (const line of lines.map((text) => Buffer.from(text))) {
          if (!batch.fits(line.length)) bodies.push(batch.take().toString());
          batch.add(line);
        }
        bodies.push(batch.take().toString());
        for (const body of bodies) {
          expect(body.length).toBeLessThanOrEqual(bounds.bytes_max);
          expect(body.split('\n').length - 1).toBeLessThanOrEqual(bounds.lines_max);
        }
        expect(bodies.join('')).toBe(lines.map((line) => `${line}\n`).join(''));
      }),
      { seed: 20_260_103 },
    );
  });
});
