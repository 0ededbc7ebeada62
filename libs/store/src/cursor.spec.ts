import { describe, expect, it } from '@jest/globals';
import { decodeCursor, encodeCursor } from './cursor.js';

describe('a cursor', () => {
  it('reads back as it was written', () => {
    expect(decodeCursor(encodeCursor(1_700_000_000_000, 'room:"1"'))).toEqual([1_700_000_000_000, 'room:"1"']);
  });

  it('that is not one of ours is the beginning', () => {
    for (const cursor of [null, '', 'x', encodeCursor(Number.NaN, 'a'), Buffer.from('[1]').toString('base64url')])
      expect(decodeCursor(cursor)).toEqual([null, '']);
  });
});
