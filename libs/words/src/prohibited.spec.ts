import { describe, expect, it } from '@jest/globals';
import { canonical } from './canonical.js';
import { findProhibited } from './prohibited.js';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** What is meant, word by word: each letter as often as it is listed or more often, with anything but letters in between. */
const asListed = (word: string): RegExp => {
  const runs = word.match(/(\p{L}|\p{N})\1*/gu)!.map((run) => `(?:${run[0]!}[^\\p{L}\\p{N}]*){${run.length},}`);
  const before = /^[a-z0-9]/.test(word) ? '(?<![a-z0-9])' : '';
  const after = /[a-z0-9]$/.test(word) ? '(?![a-z0-9])' : '';
  return new RegExp(before + runs.join('') + after, 'u');
};

const random = (seed: number): ((below: number) => number) => {
  let state = seed * 2 + 1;
  return (below) => Math.floor(((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * below);
};

describe('listed words', () => {
  it('are found where they stand letter by letter, whatever the list and the text', () => {
    const below = random(SEED);
    const some = (letters: string, most: number): string =>
      Array.from({ length: 1 + below(most) }, () => letters[below(letters.length)]).join('');
    for (let round = 0; round < 2_000; round++) {
      const list = [...new Set(Array.from({ length: 3 }, () => some('加微vx1', 4)))];
      const text = canonical(some('加微vx1 .-', 12));
      const wanted = list.filter((word) => asListed(canonical(word)).test(text));
      expect({ seed: SEED, text, list, found: findProhibited(list)(text) }).toEqual({
        ...{ seed: SEED, text, list },
        found: wanted,
      });
    }
  });

  it('may be signs of two halves', () => {
    expect(findProhibited(['𠮷祥'])('买 𠮷𠮷 - 祥 吧')).toEqual(['𠮷祥']);
  });
});
