import { describe, expect, it } from '@jest/globals';
import { pageOf, wholeListQuery } from './whole-list.js';
import type { RowKey } from './whole-list.js';

const ROWS = ['a', 'b', 'c', 'd', 'e'];
const keyOf = (row: string): RowKey => [7, row];

describe('a list of one session', () => {
  it('is whole where no limit is asked for', () => {
    expect(pageOf(ROWS, { limit: null, cursor: null }, keyOf)).toEqual({ rows: ROWS, cursor: null });
  });

  it.each([1, 2, 3, 5, 1000])('in pages of %i gives every row once, in order', (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: ReturnType<typeof pageOf<string>> = pageOf(ROWS, { limit, cursor }, keyOf);
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      seen.push(...page.rows);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(ROWS);
  });

  it('goes on after the last row that was shown, where rows came before it and it is gone itself', () => {
    const { cursor } = pageOf(ROWS, { limit: 3, cursor: null }, keyOf);
    for (const rows of [
      ['a', 'aa', 'b', 'bb', 'c', 'd', 'e'],
      ['a', 'b', 'd', 'e'],
    ])
      expect(pageOf(rows, { limit: 3, cursor }, keyOf)).toEqual({ rows: ['d', 'e'], cursor: null });
  });

  it.each(['', 'zzz', ...['-1', '"a"', '[]', '[-1]', '[null]'].map((key) => Buffer.from(key).toString('base64url'))])(
    'takes no cursor that it did not give: %j',
    (cursor) => {
      expect(wholeListQuery.cursor.read(cursor)).toBeUndefined();
    },
  );
});
