import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonical } from './canonical.js';
import { findProhibited } from './prohibited.js';

/** What is meant, word by word: each letter as often as it is listed or more often, with anything but letters in between. */
const asListed = (word: string): RegExp => {
  const letters = word.replace(/[^\p{L}\p{N}]/gu, '');
  const runs = letters.match(/(.)\1*/gu)!.map((run) => `(?:${run[0]!}[^\\p{L}\\p{N}]*){${run.length},}`);
  const before = /^[a-z0-9]/.test(letters) ? '(?<![a-z0-9])' : '';
  const after = /[a-z0-9]$/.test(letters) ? '(?![a-z0-9])' : '';
  return new RegExp(before + runs.join('') + after, 'u');
};

const some = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'加微vx1 .-'), maxLength });
const aWord = some(5).filter((word) => /[\p{L}\p{N}]/u.test(word));

describe('listed words', () => {
  it('are found where they stand letter by letter, whatever the list and the text', () => {
    fc.assert(
      fc.property(fc.uniqueArray(aWord, { maxLength: 4 }), some(14).map(canonical), (list, text) => {
        const wanted = list.filter((word) => asListed(canonical(word)).test(text));
        expect(findProhibited(list)(text)).toEqual(wanted);
      }),
      { numRuns: 3_000 },
    );
  });

  it('may be signs of two halves', () => {
    expect(findProhibited(['𠮷祥'])('买 𠮷𠮷 - 祥 吧')).toEqual(['𠮷祥']);
  });
});
