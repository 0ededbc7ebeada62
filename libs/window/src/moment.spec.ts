import { describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME, type LiveEvent, type Moment } from '#domain';
import { step, type WindowState } from './index.js';
import { danmaku, ended, enter, order, presented, started, T0 } from './timeline.spec-kit.js';

/** The moments of a session, by second. */
const momentsOf = (events: readonly LiveEvent[]): Map<number, Moment> => {
  const records = events.map((body, position) => ({ input: 'journal', position, append_ts: body.ts, body }));
  const context = { settings: DEFAULT_EVENT_TIME, rates: {} };
  const { streams } = step(new Map() as WindowState, { records }, context);
  return new Map(streams.flatMap(({ moments }) => moments.map((each) => [(each.pane.ts - T0) / 1000, each])));
};
const withStock = (item_id: string, s: number, stock: number, id?: string): LiveEvent =>
  ({ ...presented(item_id, s, id), stock }) as LiveEvent;

describe('a moment', () => {
  it('knows what the feed last said is left of the item that is on, as of the end of its pane', () => {
    const moments = momentsOf([
      enter('a', 0),
      withStock('A', 1.2, 50, 'c1'),
      withStock('A', 4.9, 40, 'c2'),
      presented('A', 6, 'c3'),
      withStock('B', 8, 7, 'c4'),
      presented('C', 10, 'c5'),
      ended(13),
      danmaku('a', 20),
    ]);
    const left = [1, 3, 4, 7, 8, 9, 11].map((s) => moments.get(s)?.stock?.units);
    expect(left).toEqual([50, 50, 40, 40, 7, 7, undefined]);
    expect(moments.get(4)?.stock?.ts).toBe(T0 + 4_900);
  });

  it('knows the plan and when the session began, and nothing where nobody planned', () => {
    const planned = { ...started(0), planned_gmv_minor: 900 } as LiveEvent;
    expect(momentsOf([planned, danmaku('a', 2), ended(5), danmaku('a', 9)]).get(2)?.plan).toEqual({
      gmv_minor: 900,
      from: T0,
    });
    expect(momentsOf([started(0), danmaku('a', 2), ended(5), danmaku('a', 9)]).get(2)?.plan).toBeUndefined();
  });

  it('tells of lines that were paid late: where they count, and what was counted', () => {
    const line = order('order_paid', 'a', 'o1', 2, { item_id: 'A', quantity: 3, amount_minor: 900 });
    const moments = momentsOf([enter('a', 0), danmaku('a', 20), line, danmaku('a', 40)]);
    const told = [...moments.values()].flatMap(({ late_paid = [] }) => late_paid);
    expect(told).toEqual([{ ts: T0 + 2_000, item_id: 'A', of_order: true, units: 3, gmv_minor: 900 }]);
  });
});
