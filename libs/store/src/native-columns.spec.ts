import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NativeBlock } from './native-block.js';
import { Int64Column, ListColumn, NullableColumn, TextColumn, WordColumn, type Column } from './native-columns.js';

const bytesOf = <Value>(column: Column<Value>, values: readonly Value[]): Buffer => {
  values.forEach((value, row) => column.set(row, value));
  return Buffer.concat(column.bytes(values.length));
};

const text = fc.string({ unit: 'binary', maxLength: 300 });

describe('a column', () => {
  it('writes every safe integer as a little-endian Int64', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (values) => {
        const bytes = bytesOf(new Int64Column('Int64'), values);
        expect(values.map((_, row) => bytes.readBigInt64LE(8 * row))).toEqual(values.map(BigInt));
        expect(bytes.length).toBe(8 * values.length);
      }),
    );
  });

  it('writes every text as its LEB128 length in bytes and UTF-8', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const bytes = bytesOf(new TextColumn(), texts);
        let at = 0;
        for (const each of texts) {
          const utf8 = Buffer.from(each);
          const headBytes = utf8.length < 128 ? 1 : 2;
          expect(headBytes === 1 ? bytes[at] : (bytes[at]! & 127) | (bytes[at + 1]! << 7)).toBe(utf8.length);
          at += headBytes;
          expect(bytes.subarray(at, at + utf8.length)).toEqual(utf8);
          at += utf8.length;
        }
        expect(at).toBe(bytes.length);
      }),
    );
  });

  it('holds the default in rows that are left out', () => {
    const texts = new TextColumn();
    texts.set(2, 'a');
    expect(Buffer.concat(texts.bytes(4))).toEqual(Buffer.from([0, 0, 1, 97, 0]));
    const numbers = new NullableColumn(new Int64Column('Int64'));
    numbers.set(0, null);
    numbers.set(1, 0);
    expect(Buffer.concat(numbers.bytes(3)).subarray(0, 3)).toEqual(Buffer.from([1, 0, 1]));
    const lists = new ListColumn(new Int64Column('Int64'));
    lists.set(1, [7, 8]);
    expect(Buffer.concat(lists.bytes(3)).readBigUInt64LE(0)).toBe(0n);
    expect(Buffer.concat(lists.bytes(3)).readBigUInt64LE(16)).toBe(2n);
  });
});

describe('a block', () => {
  interface Row {
    word: string;
    text: string | null;
    amounts: readonly number[];
  }
  const newBlock = (): NativeBlock<Row> => {
    const columns = {
      word: new WordColumn(),
      text: new NullableColumn(new TextColumn()),
      amounts: new ListColumn(new Int64Column('Int64')),
    };
    return new NativeBlock('t', columns, (at, row) => {
      columns.word.set(at, row.word);
      columns.text.set(at, row.text);
      columns.amounts.set(at, row.amounts);
    });
  };
  const row: fc.Arbitrary<Row> = fc.record({
    word: fc.constantFrom('', 'a', 'b', '字'),
    text: fc.option(text),
    amounts: fc.array(fc.maxSafeInteger(), { maxLength: 3 }),
  });

  it('begins anew once it is taken, and what was taken stays as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 100 })), (blocks) => {
        const written = (rows: readonly Row[], into = newBlock()) => {
          for (const each of rows) into.write(each);
          return into.take();
        };
        const reused = newBlock();
        const taken = blocks.map((rows) => written(rows, reused));
        expect(taken).toEqual(blocks.map((rows) => written(rows)));
      }),
    );
  });

  it('leaves out columns that no row has set', () => {
    const block = newBlock();
    block.write({ word: 'a', text: null, amounts: [] });
    expect(block.take().columns).toEqual([['word', 'LowCardinality(String)']]);
  });
});
