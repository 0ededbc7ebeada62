import { emptyPane } from '#domain';
import type { Pane } from '#domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryPane, arbitraryVisits, panesOfVisits } from '../../../test/kit/arbitrary-panes.js';
import { toExpectedGrid } from './merge.js';
import { mergeShards } from './shards.js';

const LENGTH = 10;
const shard = arbitraryPane(0);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe('shards of one pane', () => {
  it('have the empty pane as identity', () => {
    fc.assert(
      fc.property(shard, (drawn) => {
        const pane: Pane = {
          ...drawn,
          expected_leaves: drawn.expected_leaves === null ? null : toExpectedGrid(drawn.expected_leaves),
        };
        expect(mergeShards(pane, emptyPane('s', 0))).toEqual(pane);
        expect(mergeShards(emptyPane('s', 0), pane)).toEqual(pane);
      }),
    );
  });

  it('add up in any order and any grouping', () => {
    fc.assert(
      fc.property(shard, shard, shard, (a, b, c) => {
        expect(mergeShards(a, b)).toEqual(mergeShards(b, a));
        expect(mergeShards(mergeShards(a, b), c)).toEqual(mergeShards(a, mergeShards(b, c)));
      }),
    );
  });

  it('of a stream cut by viewer add up to the panes of the uncut stream', () => {
    fc.assert(
      fc.property(arbitraryVisits(LENGTH), fc.nat(30), (visits, cut) => {
        const left = panesOfVisits(visits.slice(0, cut), LENGTH);
        const right = panesOfVisits(visits.slice(cut), LENGTH);
        expect(left.map((pane, n) => mergeShards(pane, right[n]!))).toEqual(panesOfVisits(visits, LENGTH));
      }),
    );
  });

  it('keep the identities: online goes on, at risk is who was there and who came, parts add up to the whole', () => {
    fc.assert(
      fc.property(arbitraryVisits(LENGTH), fc.nat(30), (visits, cut) => {
        const right = panesOfVisits(visits.slice(cut), LENGTH);
        const panes = panesOfVisits(visits.slice(0, cut), LENGTH).map((pane, n) => mergeShards(pane, right[n]!));
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

  it('grow in revision when either grows', () => {
    const pane = { ...emptyPane('s', 0), revision: 5 };
    const newer = { ...pane, revision: 6 };
    expect(mergeShards(pane, newer).revision).toBeGreaterThan(mergeShards(pane, pane).revision);
    expect(mergeShards(newer, pane).revision).toBeGreaterThan(mergeShards(pane, pane).revision);
  });
});
