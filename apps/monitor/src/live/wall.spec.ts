import { describe, expect, it } from '@jest/globals';
import type { DataState } from '#contract';
import type { Alert } from '#domain';
import { need, worstOf } from './wall.js';

describe('how much a room needs somebody', () => {
  const data = (quality: DataState['quality']): DataState => ({
    ...{ as_of: 0, log_lag_ms: 0, late: 0, too_late: 0, coverage: [], quality },
  });
  const calm = { online: 400, firing: [] as Pick<Alert, 'severity'>[], dropoff_ratio: 1, data: data('final') };

  it('is in order: a critical alert, several warnings, lost data, a word for information, viewers leaving faster than expected, calm', () => {
    const rooms = [
      { ...calm, firing: [{ severity: 'critical' as const }] },
      { ...calm, firing: [{ severity: 'warning' as const }, { severity: 'warning' as const }] },
      { ...calm, data: data('stale') },
      { ...calm, firing: [{ severity: 'info' as const }] },
      { ...calm, dropoff_ratio: 1.8 },
      calm,
    ];
    const needs = rooms.map(need);
    expect(needs).toEqual([...needs].sort((a, b) => b - a));
    expect(new Set(needs).size).toBe(6);
  });

  it('a tiny room is silent for seconds with nothing wrong: it does not come before rooms that are heard', () => {
    expect(need({ ...calm, online: 2, data: data('stale') })).toBe(need(calm));
  });

  it('names the worst alert, of equals the newest', () => {
    const alert = (alert_id: string, severity: Alert['severity'], detected_at: number) =>
      ({ alert_id, severity, detected_at, rule: 'dropoff_spike', started_at: 0, item_id: null }) as Alert;
    const firing = [alert('a', 'info', 9), alert('b', 'warning', 1), alert('c', 'warning', 2)];
    expect(worstOf(firing)?.alert_id).toBe('c');
    expect(worstOf([])).toBeNull();
  });
});
