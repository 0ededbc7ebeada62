import type { Session } from './dropoff-session.js';

/** A detector that one would write in ten minutes, as a yardstick; it fires when its figure passes a threshold. */
export interface SimpleDetector {
  name: string;
  /** Ascending. */
  thresholds: readonly number[];
  /** Seconds from the first pane to each alert. */
  detections: (session: Session, threshold: number) => number[];
}

const WARM_UP_S = 180;
/** After an alert, quiet for as long as ours is at least: 20 s to resolve and 60 s of cool-down. */
const QUIET_S = 80;
const SHORT_S = 10;
const USUAL_HALF_LIFE_S = 300;

/** Fires where `figure` of the last 10 s passes the threshold, given the usual mean and variance of that figure. */
const simple = (
  session: Session,
  value: (leaves: number, present: number) => number,
  figure: (value: number, mean: number, variance: number) => number,
  threshold: number,
): number[] => {
  const detections: number[] = [];
  const gain = 1 - 2 ** (-1 / USUAL_HALF_LIFE_S);
  let mean: number | null = null;
  let variance = 0;
  let quietUntil = WARM_UP_S;
  session.moments.forEach((_, s) => {
    if (s < SHORT_S) return;
    const last = session.moments.slice(s - SHORT_S + 1, s + 1).map(({ pane }) => pane);
    const leaves = last.reduce((sum, pane) => sum + pane.leaves, 0);
    const present = last.reduce((sum, pane) => sum + pane.online + pane.leaves, 0);
    const now = value(leaves, Math.max(1, present));
    if (mean !== null && s >= quietUntil && figure(now, mean, variance) >= threshold) {
      detections.push(s + 1);
      quietUntil = s + QUIET_S;
    }
    mean ??= now;
    variance += ((now - mean) ** 2 - variance) * gain;
    mean += (now - mean) * gain;
  });
  return detections;
};

export const SIMPLE_DETECTORS: readonly SimpleDetector[] = [
  {
    name: 'z-score of leaves in 10 s',
    thresholds: [3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12],
    detections: (session, threshold) =>
      simple(
        session,
        (leaves) => leaves,
        (now, mean, variance) => (now - mean) / Math.sqrt(Math.max(variance, mean, 1)),
        threshold,
      ),
  },
  {
    name: 'leaves per viewer of 10 s against the usual',
    thresholds: [1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.5, 4, 5, 6, 8],
    detections: (session, threshold) =>
      simple(
        session,
        (leaves, present) => leaves / present,
        (now, mean) => now / mean,
        threshold,
      ),
  },
];
