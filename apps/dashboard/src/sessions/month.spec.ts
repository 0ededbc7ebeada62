import { describe, expect, it } from '@jest/globals';
import { dayOf, monthOf, monthsAfter, weeksOf } from './month.js';

describe('a month of the calendar', () => {
  it('is in weeks from Monday, with nothing where a week has another month’s days', () => {
    const weeks = weeksOf({ year: 2026, month: 10 }); // 1 November 2026 is a Sunday
    expect(weeks[0]).toEqual([null, null, null, null, null, null, '2026-11-01']);
    expect(weeks.at(-1)?.[0]).toBe('2026-11-30');
    expect(weeks.flat().filter((day) => day !== null)).toHaveLength(30);
  });
  it('goes over the turn of the year either way', () => {
    expect(monthsAfter({ year: 2026, month: 11 }, 1)).toEqual({ year: 2027, month: 0 });
    expect(monthsAfter({ year: 2026, month: 0 }, -1)).toEqual({ year: 2025, month: 11 });
  });
  it('holds each moment of its days', () => {
    const noon = new Date(2024, 1, 29, 12).getTime();
    expect(weeksOf(monthOf(noon)).flat()).toContain(dayOf(noon));
  });
});
