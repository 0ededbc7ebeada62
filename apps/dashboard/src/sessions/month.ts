const two = (value: number): string => String(value).padStart(2, '0');

/** A month of the viewer's calendar; `month` from 0. */
export interface Month {
  readonly year: number;
  readonly month: number;
}

export const monthOf = (ts: number): Month => {
  const date = new Date(ts);
  return { year: date.getFullYear(), month: date.getMonth() };
};

export const monthsAfter = ({ year, month }: Month, by: number): Month => {
  const count = year * 12 + month + by;
  return { year: Math.floor(count / 12), month: count - 12 * Math.floor(count / 12) };
};

/** The viewer's day of a moment in ms: `2026-11-27`. */
export const dayOf = (ts: number): string => {
  const date = new Date(ts);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** The days of a month in weeks from Monday to Sunday; `null` where the week has another month's. */
export const weeksOf = ({ year, month }: Month): (string | null)[][] => {
  const length = new Date(year, month + 1, 0).getDate();
  const before = (new Date(year, month, 1).getDay() + 6) % 7;
  const weeks = Math.ceil((before + length) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (__, weekday) => {
      const day = week * 7 + weekday - before + 1;
      return day < 1 || day > length ? null : `${year}-${two(month + 1)}-${two(day)}`;
    }),
  );
};
