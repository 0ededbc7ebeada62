import { describe, expect, it } from '@jest/globals';
import type { UsualAnswer } from '#contract';
import { usualCourse } from './usual-course.js';

const usual: UsualAnswer = {
  step_ms: 60_000,
  sessions: ['a', 'b'],
  points: [
    { s: 0, online: [10, 20, 30], gmv_paid_minor: [0, 0, 60] },
    { s: 60, online: [20, 40, 50], gmv_paid_minor: null },
  ],
  data: { as_of: 0, log_lag_ms: 0, late: 0, too_late: 0, coverage: ['view'], quality: 'final' },
};

describe('the usual course', () => {
  it('stands at the middle of each minute as it is told, and moves evenly between', () => {
    const { usual_online_low, usual_online_high } = usualCourse(usual, 1_000_000, [1030, 1060, 1090]);
    expect(usual_online_low).toEqual([10, 15, 20]);
    expect(usual_online_high).toEqual([30, 40, 50]);
  });
  it('is unknown where too few sessions reach, and where there are none', () => {
    expect(usualCourse(usual, 0, [200]).usual_online_low).toEqual([null]);
    expect(usualCourse(null, 0, [30]).usual_gmv_high).toEqual([null]);
  });
  it('says nothing of a figure that no two sessions have', () => {
    expect(usualCourse(usual, 0, [100]).usual_gmv_high).toEqual([null]);
  });
});
