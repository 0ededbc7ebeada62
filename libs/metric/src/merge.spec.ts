import type { Pane, WindowTotals } from '#domain';
import { emptyItemCounts, emptyPane, ITEM_COUNTS, PANE_COUNTS } from '#domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryStretch, arbitraryVisits, panesOfVisits } from '../../../test/kit/arbitrary-panes.js';
import { addGap, addPane, emptyTotals, mergeTotals, sumCounts } from './merge.js';

const LENGTH = 12;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Totals of `stretch[from … to)`, panes that were never stored added as gaps. */
const totalsOf = (stretch: readonly (Pane | undefined)[], from = 0, to = stretch.length): WindowTotals => {
  const totals = emptyTotals();
  for (let n = from; n < to; n++) {
    const pane = stretch[n];
    if (pane !== undefined) addPane(totals, pane);
    else
      addGap(
        totals,
        1,
        stretch.slice(0, n).findLast((stored) => stored !== undefined)!,
      );
  }
  return totals;
};

describe('merging panes over time', () => {
  it('has empty totals as its identity on either side', () => {
    fc.assert(
      fc.property(arbitraryStretch(LENGTH), (stretch) => {
        const totals = totalsOf(stretch);
        expect(mergeTotals(emptyTotals(), totals)).toEqual(totals);
        expect(mergeTotals(totals, emptyTotals())).toEqual(totals);
      }),
    );
  });

  it('gives the same session, bit for bit, however its panes are sliced and the slices are grouped', () => {
    fc.assert(
      fc.property(arbitraryStretch(LENGTH), fc.nat(LENGTH), fc.nat(LENGTH), (stretch, i, j) => {
        const [a, b] = [Math.min(i, j), Math.max(i, j)];
        const [first, second, third] = [totalsOf(stretch, 0, a), totalsOf(stretch, a, b), totalsOf(stretch, b)];
        const whole = totalsOf(stretch);
        expect(mergeTotals(mergeTotals(first, second), third)).toEqual(whole);
        expect(mergeTotals(first, mergeTotals(second, third))).toEqual(whole);
      }),
    );
  });

  it('leaves both merged totals as they were', () => {
    fc.assert(
      fc.property(arbitraryStretch(LENGTH), (stretch) => {
        const [a, b] = [totalsOf(stretch, 0, 6), totalsOf(stretch, 6)];
        const before = structuredClone([a, b]);
        addPane(mergeTotals(a, b), stretch[0]!);
        expect([a, b]).toEqual(before);
      }),
    );
  });

  it('keeps Σ at_risk = Σ (online(n−1) + enters), and what left is what came less who is still there', () => {
    fc.assert(
      fc.property(arbitraryVisits(LENGTH), (visits) => {
        const panes = panesOfVisits(visits, LENGTH);
        const totals = totalsOf(panes);
        const onlineBefore = sum(panes.slice(0, -1).map(({ online }) => online));
        expect(sum(totals.at_risk)).toBe(onlineBefore + totals.enters);
        expect(sum(totals.leaves_by_tenure)).toBe(totals.leaves);
        expect(totals.online_last).toBe(totals.enters - totals.leaves - totals.censored);
      }),
    );
  });
});

describe('every count the domain names', () => {
  const pane = emptyPane('s', 0);
  const item = emptyItemCounts();
  PANE_COUNTS.forEach((count, i) => (pane[count] = i + 1));
  ITEM_COUNTS.forEach((count, i) => (item[count] = i + 1));
  pane.by_item['tea'] = item;

  it('adds up, of the room and of the item', () => {
    const totals = emptyTotals();
    addPane(totals, pane);
    addPane(totals, pane);
    for (const count of PANE_COUNTS) expect([count, totals[count]]).toEqual([count, 2 * pane[count]]);
    for (const count of ITEM_COUNTS) expect([count, totals.by_item['tea']![count]]).toEqual([count, 2 * item[count]]);
  });

  it('leaves no trace when it is taken away again', () => {
    const totals = emptyTotals();
    sumCounts(totals, pane, 1);
    sumCounts(totals, pane, -1);
    expect(totals).toEqual(emptyTotals());
  });
});

describe('a gap', () => {
  it('counts its panes and carries on the online before it', () => {
    const totals = emptyTotals();
    addGap(totals, 7, { online: 3, quality: 'final' });
    expect(totals).toEqual({ ...emptyTotals(), panes: 7, online_last: 3, online_peak: 3 });
  });

  it('of a reported feed leaves presence unknown', () => {
    const totals = emptyTotals();
    addGap(totals, 1, { online: 0, quality: 'reported' });
    expect(totals.presence_unknown).toBe(true);
  });
});

describe('presence', () => {
  it('is unknown only where it is unknown in every pane', () => {
    const totals = emptyTotals();
    addPane(totals, { ...emptyPane('s', 0), quality: 'reported' });
    expect(totals.presence_unknown).toBe(true);
    addPane(totals, emptyPane('s', 1000));
    expect(totals.presence_unknown).toBe(false);
  });
});

describe('expected leaves', () => {
  it('are null where no pane has any, and leaves count beside them only where it has', () => {
    const totals = emptyTotals();
    addPane(totals, { ...emptyPane('s', 0), leaves: 5 });
    expect(totals).toMatchObject({ expected_leaves: null, leaves_where_expected: 0 });
    addPane(totals, { ...emptyPane('s', 1000), leaves: 2, expected_leaves: 1.5 });
    expect(totals).toMatchObject({ leaves: 7, expected_leaves: 1.5, leaves_where_expected: 2 });
  });
});
