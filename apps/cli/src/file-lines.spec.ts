import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LINE_BYTES_MAX, linesOf } from './file-lines.js';

const read = async (chunks: Buffer[]): Promise<string[]> => {
  const lines: string[] = [];
  const stream = async function* () {
    yield* chunks;
  };
  for await (const line of linesOf(stream())) lines.push(line.toString('latin1'));
  return lines;
};

describe('lines of a file', () => {
  it('are the same however the bytes are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 8 })), fc.nat(7), async (parts, size) => {
        const bytes = Buffer.concat(parts.map((part) => Buffer.from(part.map((byte) => (byte < 64 ? 0x0a : byte)))));
        const cut: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size + 1) cut.push(bytes.subarray(at, at + size + 1));
        expect(await read(cut)).toEqual(await read([bytes]));
        expect((await read([bytes])).join('\n')).toBe(bytes.toString('latin1').replace(/\n$/, ''));
      }),
      { seed: 20_260_104, numRuns: 60 },
    );
  });

  it('lose LF or CRLF at their end, and the last one needs none', async () => {
    expect(await read([Buffer.from('a\r\nb\n\nc')])).toEqual(['a', 'b', '', 'c']);
  });

  it('are cut where they are longer than any record may be', async () => {
    const long = Buffer.alloc(LINE_BYTES_MAX * 3, 'x');
    const lines = await read([long, long, Buffer.from('\nnext\n')]);
    expect(lines.map(({ length }) => length)).toEqual([LINE_BYTES_MAX, 4]);
  });
});
