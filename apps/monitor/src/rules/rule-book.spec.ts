import { setImmediate as giveWay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Register, type TakeEntry, type Tape } from '#push';
import { RuleBook } from './rule-book.js';

/** A tape that, as real ones do, takes an entry some time after it was given. */
const slowTape = (): Tape => {
  let take: TakeEntry;
  return {
    open: async (given) => {
      take = given;
    },
    append: async (_, bytes) => {
      await giveWay();
      return take(bytes, 0);
    },
  };
};

describe('the book of rules', () => {
  it('keeps what two people set of one rule at the same time', async () => {
    const book = new RuleBook(await Register.open(slowTape(), { now: () => 1 }));
    await Promise.all([
      book.set('viewer_surge', null, { min_excess: 5 }, 'a'),
      book.set('viewer_surge', null, { severity: 'critical' }, 'b'),
    ]);
    expect(book.standing('viewer_surge', null).settings).toMatchObject({ min_excess: 5, severity: 'critical' });
  });
});
