import { describe, expect, it } from '@jest/globals';
import { pageOf, wholeListQuery } from './whole-list.js';

const ROWS = ['a', 'b', 'c', 'd', 'e'];

describe('a list of one session', () => {
  it('is whole where no limit is asked for', () => {
    expect(pageOf(ROWS, { limit: null, cursor: null })).toEqual({ rows: ROWS, cursor: null });
  });

  it.each([1, 2, 3, 5, 1000])('in pages of %i gives every row once, in order', (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: ReturnType<typeof pageOf<string>> = pageOf(ROWS, { limit, cursor });
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      seen.push(...page.rows);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(ROWS);
  });

  it.each(['', 'zzz', Buffer.from('-1').toString('base64url'), Buffer.from('"a"').toString('base64url')])(
    'takes no cursor that it did not give: %j',
    (cursor) => {
      expect(wholeListQuery.cursor.read(cursor)).toBeUndefined();
    },
  );
});
