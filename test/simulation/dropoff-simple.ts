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
/** After a feed that was broken is back, what it held arrives at once. */
const FEED_GRACE_S = 40;
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
  {
    name: 'pooled CUSUM of leaves per viewer',
    thresholds: [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 80, 120],
    detections: (session, threshold) => cusum(session, pooledExpectation(session), threshold),
  },
];

/**
 * The bound: a likelihood-ratio test that knows what nobody outside can know, the true expectation of those who are
 * really there, in this very mood. `null` where a session does not tell it.
 */
export const BOUND: SimpleDetector = {
  name: 'bound: a likelihood-ratio test that knows the true expectation',
  thresholds: Array.from({ length: 60 }, (_, i) => 2 + i / 4),
  detections: (session, threshold) =>
    session.true_expectation === null ? [] : cusum(session, session.true_expectation, threshold),
};

/** Leaves per viewer as they are usual (half-life 5 min), times the viewers present: who they are does not count. */
const pooledExpectation = ({ moments }: Session): Float64Array => {
  const gain = 1 - 2 ** (-1 / USUAL_HALF_LIFE_S);
  const expectation = new Float64Array(moments.length);
  let usual: number | null = null;
  moments.forEach(({ pane }, s) => {
    const present = Math.max(1, pane.online + pane.leaves);
    usual ??= pane.leaves / present;
    expectation[s] = Math.max(usual * present, 0.01);
    usual += (pane.leaves / present - usual) * gain;
  });
  return expectation;
};

/** A Poisson CUSUM for 1.75 times as many leaves as expected; it starts again after an alert, and where the feed breaks. */
const cusum = ({ moments }: Session, expectation: Float64Array, threshold: number): number[] => {
  const detections: number[] = [];
  let score = 0;
  let quietUntil = WARM_UP_S;
  moments.forEach(({ pane }, s) => {
    if (pane.enters + pane.leaves === 0 && expectation[s]! > 1) quietUntil = Math.max(quietUntil, s + FEED_GRACE_S);
    score = s < quietUntil ? 0 : Math.max(0, score + pane.leaves * Math.log(1.75) - expectation[s]! * 0.75);
    if (score < threshold) return;
    detections.push(s + 1);
    score = 0;
    quietUntil = s + QUIET_S;
  });
  return detections;
};
