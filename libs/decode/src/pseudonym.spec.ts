import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { viewerHex } from '#domain';
import fc from 'fast-check';
import { createPseudonymiser } from './pseudonym.js';

const expected = (key: string, viewer_id: string): string =>
  createHmac('sha256', key).update(viewer_id, 'utf8').digest('hex').slice(0, 16);

describe('the pseudonym of a viewer', () => {
  it('is the first 64 bits of HMAC-SHA-256 over the UTF-8 of the id (RFC 4231, case 2)', () => {
    expect(viewerHex(createPseudonymiser('Jefe')('what do ya want for nothing?'))).toBe('5bdcc146bf60754e');
    expect(viewerHex(createPseudonymiser('k')('观众😀'))).toBe(expected('k', '观众😀'));
  });

  it('depends on the key', () => {
    expect(createPseudonymiser('a')('u')).not.toEqual(createPseudonymiser('b')('u'));
    expect(createPseudonymiser(Buffer.from('a'))('u')).toEqual(createPseudonymiser('a')('u'));
  });

  it('is the same whatever the memory has kept or forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 80 }), fc.integer({ min: 1, max: 5 }), (asked, entries) => {
        const pseudonymise = createPseudonymiser('k', entries);
        for (const n of asked) expect(viewerHex(pseudonymise(`u${n}`))).toBe(expected('k', `u${n}`));
      }),
    );
  });

  it('is remembered for whoever comes back within a generation, forgotten after two', () => {
    const pseudonymise = createPseudonymiser('k', 2);
    const first = pseudonymise('a');
    pseudonymise('b');
    pseudonymise('c');
    expect(pseudonymise('a')).toBe(first);
    for (const other of ['d', 'e', 'f', 'g']) pseudonymise(other);
    expect(pseudonymise('a')).not.toBe(first);
  });
});
