import { describe, expect, it } from '@jest/globals';
import { SLICE } from './in-slices.js';
import { fillSteps, overlap, panesIn, paneRange, quietTotals } from './steps.js';

const stream = { first_pane: 2_000, last_pane: 9_000, spans: [{ from: 2_000, to: null }] };

describe('panesIn', () => {
  it('counts panes from the first to the last final one, whatever is asked beyond', () => {
    expect(panesIn(stream, { from: 0, to: 60_000 })).toBe(8);
    expect(panesIn(stream, { from: 3_000, to: 5_000 })).toBe(2);
    expect(panesIn(stream, { from: 10_000, to: 20_000 })).toBe(0);
  });

  it('counts none between two spans', () => {
    const spans = [
      { from: 2_000, to: 4_000 },
      { from: 8_000, to: null },
    ];
    expect(panesIn({ ...stream, spans }, { from: 0, to: 60_000 })).toBe(4);
  });

  it('counts none before the first pane is final', () => {
    expect(paneRange({ ...stream, last_pane: null })).toBeNull();
    expect(panesIn({ ...stream, last_pane: null }, { from: 0, to: 60_000 })).toBe(0);
  });
});

describe('overlap', () => {
  it('of ranges that only touch is nothing', () => {
    expect(overlap({ from: 0, to: 5 }, { from: 5, to: 9 })).toBeNull();
    expect(overlap({ from: 0, to: 6 }, { from: 5, to: 9 })).toEqual({ from: 5, to: 6 });
  });
});

describe('fillSteps', () => {
  it('aligns steps to multiples of the step since the epoch and carries online into quiet ones', async () => {
    const totals = { ...quietTotals(0, 7), online_last: 7, enters: 7 };
    const stored = new Map([[6_000, { totals, quality: 'inferred' as const }]]);
    const steps = await fillSteps(stream, { from: 2_000, to: 10_000 }, 3_000, stored, 4);
    expect(steps.map(({ ts, totals: of, quality }) => [ts, of.panes, of.enters, of.online_last, quality])).toEqual([
      [0, 1, 0, 4, 'final'],
      [3_000, 3, 0, 4, 'final'],
      [6_000, 3, 7, 7, 'inferred'],
      [9_000, 1, 0, 7, 'final'],
    ]);
  });

  it('lets other work have its turn in a long range', async () => {
    const turns: string[] = [];
    setImmediate(() => turns.push('other work'));
    const steps = await fillSteps(stream, { from: 0, to: 2 * SLICE * 1_000 }, 1_000, new Map(), null);
    turns.push('filled');
    expect(steps).toHaveLength(2 * SLICE);
    expect(turns).toEqual(['other work', 'filled']);
  });
});
