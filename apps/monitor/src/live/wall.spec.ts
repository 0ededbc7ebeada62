import { describe, expect, it } from '@jest/globals';
import type { DataState } from '#contract';
import { need } from './wall.js';

describe('how much a room needs somebody', () => {
  const data = (quality: DataState['quality']): DataState => ({
    ...{ as_of: 0, log_lag_ms: 0, late: 0, too_late: 0, coverage: [], quality },
  });
  const calm = { online: 400, alerts_firing: 0, dropoff_ratio: 1, data: data('final') };

  it('is in order: a firing alert, lost data, viewers leaving faster than expected, calm', () => {
    const rooms = [
      { ...calm, alerts_firing: 1 },
      { ...calm, data: data('stale') },
      { ...calm, dropoff_ratio: 1.8 },
      calm,
    ];
    const needs = rooms.map(need);
    expect(needs).toEqual([...needs].sort((a, b) => b - a));
    expect(new Set(needs).size).toBe(4);
  });

  it('a tiny room is silent for seconds with nothing wrong: it does not come before rooms that are heard', () => {
    expect(need({ ...calm, online: 2, data: data('stale') })).toBe(need(calm));
  });
});
