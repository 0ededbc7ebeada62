import { UNKNOWN } from '#say';

const two = (value: number): string => String(value).padStart(2, '0');

/** Time of day of an event time in ms, in the viewer's zone: `21:14:07`. */
export const timeOfDay = (ts: number): string => {
  const date = new Date(ts);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

/** Day and time of day: `2026-11-23 21:14`. */
export const dayAndTime = (ts: number): string => {
  const date = new Date(ts);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
};

/** A stretch of time in ms as a clock: `4:07`, from an hour on `1:04:07`. Below zero reads as zero. */
export const stopwatch = (ms: number | null): string => {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};
