import { describe, expect, it } from '@jest/globals';
import type { WindowTotals } from '#domain';
import { beforeAfter } from './before-after.js';
import type { Change } from './before-after.js';
import { emptyTotals } from './merge.js';

const seconds = (count: number, changes: Partial<WindowTotals>): WindowTotals[] =>
  Array.from({ length: count }, () => ({ ...emptyTotals(), panes: 1, viewer_ms: 100_000, ...changes }));
const of = (changes: Change[], metric: Change['metric']): Change => changes.find((each) => each.metric === metric)!;

describe('before and after', () => {
  it('are rates over what exists of each side, and their change lies in its interval', () => {
    const changes = beforeAfter(
      seconds(120, { orders_paid: 1, gmv_paid_minor: 100, danmaku: 2, expected_leaves: 4, leaves_where_expected: 8 }),
      seconds(60, { orders_paid: 2, gmv_paid_minor: 50, danmaku: 2, expected_leaves: 4, leaves_where_expected: 4 }),
    );
    expect(of(changes, 'orders_per_min')).toMatchObject({ before: 60, after: 120, change: 60 });
    expect(of(changes, 'gmv_per_min')).toMatchObject({ before: 6000, after: 3000, change: -3000 });
    expect(of(changes, 'dropoff_ratio')).toMatchObject({ before: 2, after: 1, change: -1 });
    expect(of(changes, 'danmaku_density').change).toBeCloseTo(0);
    for (const { change, low, high } of changes) {
      expect(low).toBeLessThan(change!);
      expect(high).toBeGreaterThan(change!);
    }
    expect(of(changes, 'orders_per_min').low).toBeGreaterThan(0);
  });

  it('are unknown where a side has nothing, and then no change is', () => {
    const changes = beforeAfter(seconds(120, { orders_paid: 1 }), []);
    expect(of(changes, 'orders_per_min')).toEqual({
      ...{ metric: 'orders_per_min', before: 60, after: null },
      ...{ change: null, low: null, high: null },
    });
    expect(of(changes, 'dropoff_ratio')).toMatchObject({ before: null, after: null, change: null });
  });

  it('money has no interval where neither side sold anything: nothing is known of how large an order is', () => {
    const changes = beforeAfter(seconds(120, {}), seconds(120, {}));
    expect(of(changes, 'gmv_per_min')).toMatchObject({ before: 0, after: 0, change: null, low: null, high: null });
  });
});
