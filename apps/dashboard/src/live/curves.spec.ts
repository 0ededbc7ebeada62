import { describe, expect, it } from '@jest/globals';
import { curvesOf, everySecond, readPoint, rowAt, stepFor } from './curves.js';

const point = (second: number, parts: Record<string, number | null> = {}) =>
  readPoint({ ts: second * 1000, online: 6, enters: 0, leaves: 0, viewer_seconds: 6, ...parts });

describe('curves', () => {
  it('a second without a pane reads as counts 0 with online carried on', () => {
    const filled = everySecond([point(1, { enters: 4 }), point(3)]);
    expect(filled.map(({ ts, online, enters }) => [ts, online, enters])).toEqual([[1000, 6, 4], [2000, 6, 0], [3000, 6, 0]]); // prettier-ignore
  });
  it('a first message after a quiet while is one in ten seconds, not sixty a minute; who was there is unknown', () => {
    const { x, danmaku, joins } = curvesOf(everySecond([point(30, { danmaku: 1 })], 500), 1000);
    expect([x[0], x.length, danmaku.at(-1), joins.at(-1)]).toEqual([1, 30, 6, null]);
    expect(everySecond([], 500)).toEqual([]);
  });
  it('leaves are per minute over the last ten seconds, whatever the step', () => {
    const seconds = Array.from({ length: 20 }, (_, s) => point(s, { leaves: 2 }));
    expect(curvesOf(seconds, 1000).leaves).toEqual(seconds.map(() => 120));
    expect(curvesOf([point(0, { leaves: 120 })], 60_000).leaves).toEqual([120]);
  });
  it('a rate is unknown while any of its seconds is, and known again after', () => {
    const seconds = Array.from({ length: 13 }, (_, s) => point(s, { leaves: s === 1 ? null : 1 }));
    expect(curvesOf(seconds, 1000).leaves.map((value) => value === null)).toEqual(
      seconds.map((_, s) => s >= 1 && s <= 10),
    );
  });
  it('the drop-off ratio is of twenty whole seconds, and unknown where less than one leave is due', () => {
    const seconds = Array.from({ length: 21 }, (_, s) => point(s, { leaves: 3, expected_leaves: 2 }));
    expect(curvesOf(seconds, 1000).dropoff_ratio.slice(18)).toEqual([null, 1.5, 1.5]);
    const quiet = seconds.map((one) => ({ ...one, expected_leaves: 0.01 }));
    expect(curvesOf(quiet, 1000).dropoff_ratio.at(-1)).toBeNull();
  });
  it('chance alone keeps the ratio within two deviations of a count so large', () => {
    const curves = curvesOf([point(0, { leaves: 90, expected_leaves: 100 })], 60_000);
    expect(curves.chance_high[0]).toBeCloseTo(1.196);
    expect(curves.chance_low[0]).toBeCloseTo(0.804);
  });
  it('danmaku density is messages per thousand viewer-minutes, unknown where nobody watched', () => {
    expect(curvesOf([point(0, { danmaku: 3, viewer_seconds: 60 })], 10_000).danmaku_density).toEqual([3000]);
    expect(curvesOf([point(0, { danmaku: 3, viewer_seconds: 0 })], 10_000).danmaku_density).toEqual([null]);
  });
  it('the crosshair stands on the last row at or before it', () => {
    const curves = curvesOf([point(1), point(2), point(5)], 1000);
    expect([rowAt(curves, 4999), rowAt(curves, 5000), rowAt(curves, 0), rowAt(curves, null)]).toEqual([1, 2, 0, 2]);
  });
  it('the step grows with the stretch', () => {
    expect([stepFor(0, 600_000), stepFor(0, 3_600_000), stepFor(0, 30 * 86_400_000)]).toEqual([1000, 5000, 3_600_000]);
  });
});
