import { emptyPane, PANE_COUNTS, type Pane } from '#domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryPane, arbitraryVisits, panesOfVisits } from '../../../test/kit/arbitrary-panes.js';
import { addShare, inCurrency } from './add-share.js';
import { copyOf } from './correct.js';

const LENGTH = 10;
const shard = arbitraryPane(0);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** What shares of a pane make of it: the revision, the quality and what is expected are not theirs. */
const ofShares = (pane: Pane): Pane => ({ ...pane, revision: 0, quality: 'final', expected_leaves: null });
const sumOf = (...shares: readonly Pane[]): Pane => {
  const pane = emptyPane('s', 0);
  for (const share of shares) addShare(pane, copyOf(share), 1);
  return pane;
};

describe('shares of one pane', () => {
  it('have the empty pane as identity', () => {
    fc.assert(
      fc.property(shard, (pane) => {
        expect(sumOf(pane, emptyPane('s', 0))).toEqual(ofShares(pane));
        expect(sumOf(emptyPane('s', 0), pane)).toEqual(ofShares(pane));
      }),
    );
  });

  it('add up in any order and any grouping', () => {
    fc.assert(
      fc.property(shard, shard, shard, (a, b, c) => {
        expect(sumOf(a, b)).toEqual(sumOf(b, a));
        expect(sumOf(sumOf(a, b), c)).toEqual(sumOf(a, sumOf(b, c)));
      }),
    );
  });

  it('of a stream cut by viewer add up to the panes of the uncut stream', () => {
    fc.assert(
      fc.property(arbitraryVisits(LENGTH), fc.nat(30), (visits, cut) => {
        const left = panesOfVisits(visits.slice(0, cut), LENGTH);
        const right = panesOfVisits(visits.slice(cut), LENGTH);
        const whole = panesOfVisits(visits, LENGTH);
        expect(left.map((pane, n) => ({ ...sumOf(pane, right[n]!), ts: pane.ts }))).toEqual(whole);
      }),
    );
  });

  it('keep the identities: online goes on, at risk is who was there and who came, parts add up to the whole', () => {
    fc.assert(
      fc.property(arbitraryVisits(LENGTH), fc.nat(30), (visits, cut) => {
        const right = panesOfVisits(visits.slice(cut), LENGTH);
        const panes = panesOfVisits(visits.slice(0, cut), LENGTH).map((pane, n) => sumOf(pane, right[n]!));
        panes.forEach((pane, n) => {
          const before = panes[n - 1]?.online ?? 0;
          const parts = Object.values(pane.by_source);
          expect(pane.online).toBe(before + pane.enters - pane.leaves - pane.censored);
          expect(sum(pane.at_risk)).toBe(before + pane.enters);
          expect(sum(pane.leaves_by_tenure)).toBe(pane.leaves);
          for (const count of ['enters', 'leaves', 'online'] as const)
            expect(sum(parts.map((part) => part[count]))).toBe(pane[count]);
          for (const byTenure of ['at_risk', 'leaves_by_tenure'] as const)
            expect(pane[byTenure].map((_, band) => sum(parts.map((part) => part[byTenure][band]!)))).toEqual(
              pane[byTenure],
            );
        });
      }),
    );
  });

  it('leave no count behind when they are taken away again', () => {
    fc.assert(
      fc.property(shard, shard, (a, b) => {
        const pane = sumOf(a, b);
        addShare(pane, b, -1);
        for (const count of PANE_COUNTS) expect(pane[count]).toBe(a[count]);
        expect(pane.at_risk).toEqual(a.at_risk);
      }),
    );
  });
});

describe('a share whose money is counted in another currency', () => {
  const paid = { ...emptyPane('s', 0), gmv_paid_minor: 200, orders_paid: 1 };

  it('is converted', () => {
    expect(inCurrency(paid, 'USD', 'CNY', { 'USD/CNY': '7.125' })).toMatchObject({
      gmv_paid_minor: 1425,
      other_money: {},
    });
  });

  it('is kept apart where there is no rate, and never added up', () => {
    expect(inCurrency(paid, 'USD', 'CNY', {})).toMatchObject({
      ...{ gmv_paid_minor: 0, orders_paid: 1, other_money: { USD: 200 } },
    });
  });
});
