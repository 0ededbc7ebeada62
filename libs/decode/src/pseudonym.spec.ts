import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { viewerHex, type ViewerKey } from '#domain';
import fc from 'fast-check';
import { createPseudonymiser, type Pseudonymise } from './pseudonym.js';

const pseudonymOf = (pseudonymise: Pseudonymise, viewer_id: string): ViewerKey => {
  const bytes = Buffer.from(viewer_id);
  return pseudonymise(bytes, 0, bytes.length);
};
const expected = (key: string, viewer_id: string): string =>
  createHmac('sha256', key).update(viewer_id, 'utf8').digest('hex').slice(0, 16);

describe('the pseudonym of a viewer', () => {
  it('is the first 64 bits of HMAC-SHA-256 over the UTF-8 of the id (RFC 4231, case 2)', () => {
    expect(viewerHex(pseudonymOf(createPseudonymiser('Jefe'), 'what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e',
    );
    expect(viewerHex(pseudonymOf(createPseudonymiser('k'), '观众😀'))).toBe(expected('k', '观众😀'));
  });

  it('depends on the key', () => {
    expect(pseudonymOf(createPseudonymiser('a'), 'u')).not.toEqual(pseudonymOf(createPseudonymiser('b'), 'u'));
    expect(pseudonymOf(createPseudonymiser(Buffer.from('a')), 'u')).toEqual(pseudonymOf(createPseudonymiser('a'), 'u'));
  });

  it('is the same whatever the memory has kept or forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 80 }), fc.constantFrom(1, 4, 8), (asked, entries) => {
        const pseudonymise = createPseudonymiser('k', entries);
        for (const n of asked) expect(viewerHex(pseudonymOf(pseudonymise, `u${n}`))).toBe(expected('k', `u${n}`));
      }),
    );
  });
});
