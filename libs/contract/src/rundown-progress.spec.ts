import { describe, expect, it } from '@jest/globals';

import { rundownProgress } from './rundown-progress.js';
import type { RundownLine } from './script.js';

const line = (item_id: string, planned_seconds: number, planned_from_s: number | null = null): RundownLine => ({
  ...{ item_id, planned_seconds, planned_from_s, title: null, planned_gmv_minor: null, note: null },
});
const on = (item_id: string, from_s: number, to_s: number | null) => ({
  item_id,
  from: from_s * 1000,
  to: to_s === null ? null : to_s * 1000,
});

describe('a plan against what happened', () => {
  it('draws each line with its state: done, skipped, on, next, later', () => {
    const plan = [line('a', 60), line('b', 60), line('a', 60), line('c', 60), line('d', 60)];
    const { lines } = rundownProgress(plan, [on('a', 0, 80), on('a', 90, null)], 0, 120_000);
    expect(lines.map(({ state }) => state)).toEqual(['done', 'skipped', 'on', 'next', 'later']);
  });
  it('says how long a line ran over, and how long one that is on has left', () => {
    const { lines } = rundownProgress([line('a', 60), line('b', 60)], [on('a', 0, 80), on('b', 80, null)], 0, 100_000);
    expect(lines.map(({ over_s }) => over_s)).toEqual([20, -40]);
  });
  it('a line begins where it is planned, else where the one before ends', () => {
    const { lines } = rundownProgress([line('a', 60), line('b', 60), line('c', 60, 300), line('d', 60)], [], 0, 0);
    expect(lines.map(({ planned_from_s }) => planned_from_s)).toEqual([0, 60, 300, 360]);
  });
  it('the show is as far behind as the line that is on began late; with none on nothing is said', () => {
    const plan = [line('a', 60), line('b', 60)];
    const begun = 5_000_000;
    const late = { item_id: 'b', from: begun + 90_000, to: null };
    expect(rundownProgress(plan, [late], begun, begun + 100_000).behind_s).toBe(30);
    expect(rundownProgress(plan, [], begun, begun).behind_s).toBeNull();
  });
  it('before anything is on, the first line is next', () => {
    expect(rundownProgress([line('a', 60), line('b', 60)], [], 0, 0).lines.map(({ state }) => state)).toEqual(['next', 'later']); // prettier-ignore
  });
});
