import { describe, expect, it } from '@jest/globals';
import type { PresentationRow } from '#contract';
import { IN_TIME, inOrder, pressed } from './ledger-columns.js';

const row = (from: number, dropoff_ratio: number | null): PresentationRow =>
  ({ presentation_id: `p${from}`, from, dropoff_ratio }) as unknown as PresentationRow;
const froms = (rows: readonly PresentationRow[]) => rows.map(({ from }) => from);

describe('the ledger', () => {
  it('orders by a figure, large ones first, and turns round when pressed again; what is not known is last either way', () => {
    const rows = [row(1, 0.9), row(2, null), row(3, 1.4), row(4, 0.9)];
    const first = pressed(IN_TIME, 'dropoff_ratio');
    expect(froms(inOrder(rows, first))).toEqual([3, 1, 4, 2]);
    expect(froms(inOrder(rows, pressed(first, 'dropoff_ratio')))).toEqual([1, 4, 3, 2]);
  });

  it('begins as it happened, and comes back to that by a press on the time', () => {
    const rows = [row(3, 1), row(1, 2), row(2, 3)];
    expect(froms(inOrder(rows, IN_TIME))).toEqual([1, 2, 3]);
    expect(pressed({ by: 'seconds', descending: true }, 'from')).toEqual(IN_TIME);
  });
});
