import { describe, expect, it } from '@jest/globals';
import type { PaidLine } from './credit.js';
import { itemLifts, marginalMinutes } from './worth.js';
import type { ShownSpan } from './worth.js';

const span = (presentation_id: string, item_id: string, from_s: number, to_s: number): ShownSpan => ({
  ...{ presentation_id, item_id, title: `the ${item_id}` },
  ...{ from: from_s * 1000, to: to_s * 1000, seconds: to_s - from_s },
});
let order = 0;
const paid = (item_id: string, at_s: number, amount_minor: number | null = 100): PaidLine => ({
  ...{ ts: at_s * 1000, order_id: `o${order++}`, item_id, quantity: 1, amount_minor },
});
const every = (item_id: string, from_s: number, to_s: number, step_s: number): PaidLine[] =>
  Array.from({ length: Math.ceil((to_s - from_s) / step_s) }, (_, i) => paid(item_id, from_s + i * step_s));

describe('the lift of an item', () => {
  it('is credited orders per minute on air less its other orders per other minute', () => {
    const shown = [span('p1', 'tea', 0, 300), span('p2', 'cup', 300, 600)];
    const lines = [...every('tea', 0, 300, 10), ...every('tea', 420, 600, 60)];
    const [cup, tea] = itemLifts(shown, lines, 600);
    expect(tea).toMatchObject({ item_id: 'tea', title: 'the tea', on_orders_per_min: 6, off_orders_per_min: 0.6 });
    expect(tea!.lift).toBeCloseTo(5.4);
    expect(tea!.low).toBeGreaterThan(0);
    expect(tea!.high).toBeGreaterThan(tea!.lift!);
    expect(cup).toMatchObject({ on_orders_per_min: 0, off_orders_per_min: 0, lift: 0 });
    expect(cup!.low).toBeLessThan(0);
  });

  it('is unknown where the item was always on', () => {
    const [tea] = itemLifts([span('p1', 'tea', 0, 600)], every('tea', 0, 600, 10), 600);
    expect(tea).toMatchObject({ on_orders_per_min: 6, off_orders_per_min: null, lift: null, low: null, high: null });
  });

  it('has a wider interval where orders come in rushes', () => {
    const shown = [span('p1', 'tea', 0, 600)];
    const even = every('tea', 0, 600, 10);
    const rushes = [...every('tea', 0, 60, 2), ...every('tea', 300, 360, 2)];
    const width = (lines: PaidLine[]): number => {
      const { low, high } = itemLifts(shown, lines, 1200)[0]!;
      return high! - low!;
    };
    expect(rushes).toHaveLength(even.length);
    expect(width(rushes)).toBeGreaterThan(1.5 * width(even));
  });
});

describe('a minute of a presentation', () => {
  it('earned what is credited within it, against a minute of the next item’s opening', () => {
    const shown = [span('p1', 'tea', 0, 150), span('p2', 'cup', 150, 400)];
    const lines = [paid('tea', 10), paid('tea', 20), paid('tea', 130), paid('cup', 151), paid('cup', 300, 900)];
    const minutes = marginalMinutes(shown, lines);
    expect(minutes.map(({ presentation_id, minute, gmv_minor }) => [presentation_id, minute, gmv_minor])).toEqual([
      ['p1', 0, 200],
      ['p1', 1, 0],
      ['p1', 2, 100],
      ['p2', 0, 100],
      ['p2', 1, 0],
      ['p2', 2, 900],
      ['p2', 3, 0],
      ['p2', 4, 0],
    ]);
    expect(minutes[0]).toMatchObject({ next_opening_gmv_minor_per_min: 50, difference: 150 });
    // Half a minute that earned 100 is a minute of 200.
    expect(minutes[2]!.difference).toBe(150);
    expect(minutes[0]!.low).toBeLessThan(150);
    expect(minutes[0]!.high).toBeGreaterThan(150);
    expect(minutes.at(-1)).toMatchObject({ next_opening_gmv_minor_per_min: null, difference: null, low: null });
  });

  it('is not compared where neither side sold anything', () => {
    const [first] = marginalMinutes([span('p1', 'tea', 0, 60), span('p2', 'cup', 60, 120)], []);
    expect(first).toMatchObject({ gmv_minor: 0, next_opening_gmv_minor_per_min: 0, difference: null, low: null });
  });
});
