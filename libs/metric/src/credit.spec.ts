import { CREDIT_MS } from '#domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { creditPresentations, lift } from './credit.js';
import type { PaidLine } from './credit.js';

const on = (presentation_id: string, item_id: string, from: number, to: number | null, withdrawn = false) => ({
  presentation_id,
  item_id,
  from,
  to,
  withdrawn,
});
const paid = (ts: number, item_id = 'tea', amount_minor: number | null = 100): PaidLine => ({
  ts,
  order_id: `o${ts}`,
  item_id,
  quantity: 2,
  amount_minor,
});
const creditedOrders = (presentations: Parameters<typeof creditPresentations>[0], ...lines: PaidLine[]) =>
  Object.fromEntries(
    [...creditPresentations(presentations, lines)].map(([id, { credited_orders }]) => [id, credited_orders]),
  );

describe('credit of a presentation', () => {
  //        10 s        20 s                    80 s
  //  tea    [────on─────)──────── 60 s ─────────)
  const tea = on('tea1', 'tea', 10_000, 20_000);

  it('starts with its first pane', () => {
    expect(creditedOrders([tea], paid(9_999), paid(10_000))).toEqual({ tea1: 1 });
  });

  it('ends 60 s after its last pane, that moment excluded', () => {
    expect(creditedOrders([tea], paid(20_000 + CREDIT_MS - 1), paid(20_000 + CREDIT_MS))).toEqual({ tea1: 1 });
  });

  it('ends where the item is on again, which takes over', () => {
    const again = on('tea2', 'tea', 30_000, 40_000);
    expect(creditedOrders([again, tea], paid(29_999), paid(30_000), paid(99_999))).toEqual({ tea1: 1, tea2: 2 });
  });

  it('is of its own item alone, while another item is on too', () => {
    const cup = on('cup1', 'cup', 20_000, 50_000);
    expect(creditedOrders([tea, cup], paid(25_000, 'tea'), paid(25_000, 'cup'))).toEqual({ tea1: 1, cup1: 1 });
  });

  it('goes on without end while it is on', () => {
    expect(creditedOrders([on('tea1', 'tea', 10_000, null)], paid(9_000_000))).toEqual({ tea1: 1 });
  });

  it('has nothing for a presentation that was withdrawn, and its orders go to the one before', () => {
    expect(creditedOrders([tea, on('gone', 'tea', 15_000, 15_000, true)], paid(16_000))).toEqual({ tea1: 1 });
  });

  it('counts orders and units without a rate, and no money', () => {
    expect(creditPresentations([tea], [paid(11_000), paid(12_000, 'tea', null)]).get('tea1')).toEqual({
      credited_orders: 2,
      credited_units: 4,
      credited_gmv_minor: 100,
      other_items_orders: 0,
    });
  });

  it('leaves orders of other items apart: each order once, and only those paid in its panes', () => {
    const twoLines = [paid(12_000, 'cup'), { ...paid(12_000, 'pot'), order_id: 'o12000' }];
    const credits = creditPresentations([tea], [...twoLines, paid(9_999, 'cup'), paid(20_000, 'cup')]);
    expect(credits.get('tea1')).toMatchObject({ credited_orders: 0, other_items_orders: 1 });
  });

  it('of every line goes to at most one presentation, in whatever order lines come', () => {
    const lines = fc.array(
      fc.record({ ts: fc.nat(200_000), item: fc.constantFrom('tea', 'cup') }).map(({ ts, item }) => paid(ts, item)),
    );
    const cuts = fc
      .uniqueArray(fc.nat(100), { maxLength: 8 })
      .map((seconds) =>
        seconds
          .sort((a, b) => a - b)
          .map((s, i) => on(`p${i}`, i % 3 === 0 ? 'cup' : 'tea', s * 1000, (seconds[i + 1] ?? 100) * 1000)),
      );
    fc.assert(
      fc.property(cuts, lines, (presentations, drawn) => {
        const credits = creditPresentations(presentations, drawn);
        expect(creditPresentations(presentations, [...drawn].reverse())).toEqual(credits);
        const total = [...credits.values()].reduce((orders, { credited_orders }) => orders + credited_orders, 0);
        expect(total).toBeLessThanOrEqual(drawn.length);
      }),
    );
  });
});

describe('lift', () => {
  it('is credited orders a minute less the other orders of the item in each other minute', () => {
    const figures = { credited_orders: 6, seconds: 120, item_orders_paid: 10, session_seconds: 600 };
    expect(lift(figures)).toBe(3 - 0.5);
  });

  it('is null where there is no other minute to compare with', () => {
    expect(lift({ credited_orders: 6, seconds: 60, item_orders_paid: 6, session_seconds: 60 })).toBeNull();
  });
});
