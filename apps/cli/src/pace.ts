/** When what arrives at `origin_ts` (ms of the session) is sent, and how many times faster than life it goes on. */
export interface Pace {
  /** Wall clock, ms. */
  origin_wall: number;
  origin_ts: number;
  speed: number;
}

/** Sending waits for whole multiples of this, so that a quiet room makes a few requests a second, not one an event. */
const SLICE_MS = 250;

/** Wall clock (ms) at which what arrives at `arrivalTs` is sent: never before its time, at most a slice after it. */
export const dueAt = ({ origin_wall, origin_ts, speed }: Pace, arrivalTs: number): number =>
  speed === Infinity ? -Infinity : Math.ceil((origin_wall + (arrivalTs - origin_ts) / speed) / SLICE_MS) * SLICE_MS;

/**
 * The latest start of a session sent from `now` on at `speed` that never runs ahead of the clock,
 * which a monitor would refuse as coming from the future.
 */
export const latestStart = (now: number, durationS: number, speed: number): number =>
  speed <= 1 ? now : Math.floor(now - durationS * 1000 * (1 - 1 / speed));
