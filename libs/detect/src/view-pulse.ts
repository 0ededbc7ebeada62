import type { Pane } from '#domain';

/** Usual entering and leaving is learned with a half-life of a minute. */
const GAIN = 1 - 2 ** (-1 / 60);
/** So many signs must have been missed: by chance that happens once in e^12 such silences. */
const MISSED_SIGNS = 12;

/**
 * Does the view feed still speak? Nobody entering or leaving where many would have means that it broke; the time-outs
 * that follow, and what comes in at once when it is back, are no fault of the content. Plain data.
 */
export interface ViewPulse {
  signs_per_s: number;
  /** Signs that the present silence should have brought. */
  missed: number;
  /** End of the last broken pane, ms; `null`: it never broke. */
  broken_until: number | null;
}

export const emptyPulse = (): ViewPulse => ({ signs_per_s: 0, missed: 0, broken_until: null });

/** Feels the pulse in one pane. Time-outs are our own conclusion, not a sign from the feed. */
export const stepPulse = (pulse: ViewPulse, pane: Pane): void => {
  const signs = pane.enters + pane.leaves - pane.timeouts;
  if (signs > 0) {
    pulse.missed = 0;
    pulse.signs_per_s += (signs - pulse.signs_per_s) * GAIN;
    return;
  }
  pulse.missed += pulse.signs_per_s;
  if (pulse.missed >= MISSED_SIGNS) pulse.broken_until = pane.ts + 1000;
};

/** Is the feed broken in the pane at `ts`, or back for less than `graceS` seconds? */
export const isBroken = (pulse: ViewPulse, ts: number, graceS: number): boolean =>
  pulse.broken_until !== null && ts - pulse.broken_until < graceS * 1000;
