import { LIVE_WINDOWS_S, PANE_MS } from '#domain';
import type { Pane, WindowName, WindowTotals } from '#domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deserialize, serialize } from 'node:v8';
import { arbitraryPane } from '../../../test/kit/arbitrary-panes.js';
import { advanceTo, emptyLiveWindows, liveTotals, putPane } from './live-windows.js';
import type { LiveWindows } from './live-windows.js';
import { addGap, addPane, emptyTotals } from './merge.js';

type Step = { kind: 'next' | 'correct' | 'quiet'; seconds: number; pane: Pane };

/** Mostly a step of a second, at times a leap beyond a window. */
const seconds = fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, fc.nat(80), fc.nat(400));
const arbitrarySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ kind: fc.constantFrom('next', 'next', 'next', 'correct', 'quiet'), seconds, pane: arbitraryPane(0) }),
  { maxLength: 30 },
);

/** All rows so far, newest of each pane, and where the watermark is. */
interface History {
  rows: Map<number, Pane>;
  end: number;
}

const START = 1_000_000_000;

const take = (live: LiveWindows, history: History, { kind, seconds: s, pane }: Step): void => {
  const isFirst = history.rows.size === 0;
  if (kind === 'quiet') {
    if (isFirst) return;
    history.end += s * PANE_MS;
    return advanceTo(live, history.end);
  }
  const ts = kind === 'next' || isFirst ? history.end + s * PANE_MS : history.end - (s + 1) * PANE_MS;
  const row = { ...pane, ts };
  history.rows.set(ts, row);
  history.end = Math.max(history.end, ts + PANE_MS);
  putPane(live, row);
};

const fromNothing = ({ rows, end }: History, name: WindowName): WindowTotals => {
  const totals = emptyTotals();
  const first = Math.min(...rows.keys());
  let before: Pane | undefined;
  for (const ts of [...rows.keys()].sort((a, b) => a - b))
    if (ts < end - LIVE_WINDOWS_S[name] * PANE_MS) before = rows.get(ts);
  for (let ts = Math.max(first, end - LIVE_WINDOWS_S[name] * PANE_MS); ts < end; ts += PANE_MS) {
    const pane = rows.get(ts);
    if (pane === undefined) addGap(totals, 1, before!);
    else addPane(totals, pane);
    before = pane ?? before;
  }
  return totals;
};

const expectEqual = (live: LiveWindows, history: History): void => {
  if (history.rows.size === 0) return;
  const totals = liveTotals(live);
  for (const name of Object.keys(LIVE_WINDOWS_S) as WindowName[])
    expect({ name, ...totals[name] }).toEqual({ name, ...fromNothing(history, name) });
};

describe('live windows', () => {
  it('equal adding up their panes from nothing, through gaps, leaps and corrections', () => {
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const [live, history] = [emptyLiveWindows(), { rows: new Map<number, Pane>(), end: START }];
        for (const step of steps) {
          take(live, history, step);
          expectEqual(live, history);
        }
      }),
    );
  });

  it('go on the same from a snapshot', () => {
    fc.assert(
      fc.property(arbitrarySteps, arbitrarySteps, (before, after) => {
        const [live, history] = [emptyLiveWindows(), { rows: new Map<number, Pane>(), end: START }];
        for (const step of before) take(live, history, step);
        const restored = deserialize(serialize(live)) as LiveWindows;
        for (const step of after) take(restored, history, step);
        expectEqual(restored, history);
      }),
    );
  });

  it('keep no pane that has left the longest window', () => {
    const live = emptyLiveWindows();
    const [pane] = fc.sample(arbitraryPane(START), { numRuns: 1, seed: 1 });
    for (let n = 0; n < 400; n++) putPane(live, { ...pane!, ts: START + n * PANE_MS });
    expect(live.panes).toHaveLength(300);
  });

  it('of a young stream count only the panes since its first', () => {
    const live = emptyLiveWindows();
    const [pane] = fc.sample(arbitraryPane(START), { numRuns: 1, seed: 1 });
    putPane(live, pane!);
    advanceTo(live, START + 20 * PANE_MS);
    const totals = liveTotals(live);
    expect([totals['10s'].panes, totals['60s'].panes, totals['300s'].panes]).toEqual([10, 20, 20]);
  });

  it('never move back', () => {
    const live = emptyLiveWindows();
    const [pane] = fc.sample(arbitraryPane(START), { numRuns: 1, seed: 1 });
    putPane(live, pane!);
    const before = structuredClone(live);
    advanceTo(live, START - 5 * PANE_MS);
    expect(live).toEqual(before);
  });
});
