import { describe, expect, it } from '@jest/globals';
import type { AlertDecision } from '#domain';
import { endLife, QUIET, stepLife, type Condition, type Life } from './life.js';
import { monitorAlert } from './monitor-alert.js';

const TIMING = { for_s: 2, resolve_after_s: 3, cool_down_s: 4 };
const raise = () =>
  monitorAlert('data_stale', 'room', null, 'info', { started_at: 0, detected_at: 0 }, { key: 'k', values: {} }, {});

/** `H` holds, `-` between, `.` below half; one a second. Answers `second:status` of what was decided. */
const live = (row: string): string[] => {
  const conditions: Record<string, Condition> = { H: 'holds', '-': 'between', '.': 'below_half' };
  let life: Life = QUIET;
  return [...row].flatMap((mark, s) => {
    const decided: AlertDecision[] = [];
    life = stepLife(life, s * 1000, conditions[mark]!, TIMING, raise, decided);
    return decided.map(({ status }) => `${s}:${status}`);
  });
};

describe('the life of an alert', () => {
  it('is pending until the condition has held long enough', () => expect(live('HH.HHH')).toEqual(['5:firing']));
  it('fires once, however long the condition holds', () => expect(live('HHHHHHHH')).toEqual(['2:firing']));
  it('resolves after staying below half, and not before', () =>
    expect(live('HHH..-....')).toEqual(['2:firing', '9:resolved']));
  it('stays quiet through its cool-down', () =>
    expect(live('HHH....HHHHHHHHH')).toEqual(['2:firing', '6:resolved', '12:firing']));
  it('is resolved by the end, and only when it fires', () => {
    const decided: AlertDecision[] = [];
    expect(endLife({ phase: 'firing', alert: raise(), calm_since: null }, 9_000, decided)).toBe(QUIET);
    expect(endLife({ phase: 'pending', since: 0 }, 9_000, decided)).toBe(QUIET);
    expect(decided).toMatchObject([{ status: 'resolved', resolved_at: 9_000 }]);
  });
  it('is resolved no sooner than it fired: its pane may end after the stream does', () => {
    const decided: AlertDecision[] = [];
    const alert = { ...raise(), detected_at: 9_000, updated_at: 9_000 };
    endLife({ phase: 'firing', alert, calm_since: null }, 8_400, decided);
    expect(decided).toMatchObject([{ status: 'resolved', resolved_at: 9_000, updated_at: 9_000 }]);
  });
});
