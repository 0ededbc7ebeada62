import { describe, expect, it } from '@jest/globals';
import { jsonLines } from './json-lines.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}
const rowsOf = async (text: string, size: number): Promise<unknown[]> => {
  const rows: unknown[] = [];
  for await (const some of jsonLines(pieces(Buffer.from(text), size))) rows.push(...some);
  return rows;
};

describe('rows of a stream', () => {
  it('are whole wherever it is cut, within a letter too, with or without a last line end', async () => {
    const rows = [{ text: '多少钱' }, { text: 'a\nb' }, { text: '' }];
    const text = rows.map((row) => JSON.stringify(row)).join('\n');
    for (let size = 1; size <= text.length * 3; size++) {
      expect(await rowsOf(text, size)).toEqual(rows);
      expect(await rowsOf(`${text}\n`, size)).toEqual(rows);
    }
  });

  it('of nothing are none', async () => {
    expect(await rowsOf('', 1)).toEqual([]);
  });
});
