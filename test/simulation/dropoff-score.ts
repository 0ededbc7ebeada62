import { createDetector, type DetectContext } from '#detect';
import type { Label, Session } from './dropoff-session.js';

/** An alert this long after an effect ended still belongs to it. */
const GRACE_S = 10;

/** How the detector did on some sessions. */
export interface Score {
  hours: number;
  effects: number;
  found: number;
  /** Seconds from the start of each effect found to its alert, ascending. */
  delays_s: number[];
  false_alarms: number;
}

/** Seconds from the first pane to each alert that the detector fires in a session. */
export const detectionsIn = ({ start_ts, moments }: Session, context: DetectContext): number[] => {
  const detector = createDetector(context);
  const state = detector.initial();
  return moments
    .flatMap((moment) => detector.step(state, moment))
    .filter(({ rule, status }) => rule === 'dropoff_spike' && status === 'firing')
    .map(({ detected_at }) => (detected_at - start_ts) / 1000);
};

/** Holds what `detect` finds in each session against its labels. */
export const scoreSessions = (sessions: readonly Session[], detect: (session: Session) => number[]): Score => {
  const score: Score = { hours: 0, effects: 0, found: 0, delays_s: [], false_alarms: 0 };
  for (const session of sessions) {
    const { labels, moments } = session;
    const detections_s = detect(session);
    const belongs = (at_s: number, label: Label) => at_s > label.from_s && at_s <= label.to_s + GRACE_S;
    score.hours += moments.length / 3600;
    score.effects += labels.length;
    score.false_alarms += detections_s.filter((at_s) => !labels.some((label) => belongs(at_s, label))).length;
    for (const label of labels) {
      const first = detections_s.find((at_s) => belongs(at_s, label));
      if (first === undefined) continue;
      score.found++;
      score.delays_s.push(first - label.from_s);
    }
  }
  score.delays_s.sort((a, b) => a - b);
  return score;
};

/** Two scores of the same detector, as one. */
export const addScores = (a: Score, b: Score): Score => ({
  hours: a.hours + b.hours,
  effects: a.effects + b.effects,
  found: a.found + b.found,
  delays_s: [...a.delays_s, ...b.delays_s].sort((x, y) => x - y),
  false_alarms: a.false_alarms + b.false_alarms,
});

/** Delay in seconds below which the share `p` of the effects found lies; `null` where none was found. */
export const delayS = ({ delays_s }: Score, p: number): number | null =>
  delays_s[Math.min(delays_s.length - 1, Math.floor(p * delays_s.length))] ?? null;

/** Share of effects found with its 95 % interval (Wilson). */
export const recall = ({ found, effects }: Pick<Score, 'found' | 'effects'>): Estimate => {
  const share = found / effects;
  const z2 = Z_95 ** 2;
  const centre = (share + z2 / (2 * effects)) / (1 + z2 / effects);
  const half = (Z_95 / (1 + z2 / effects)) * Math.sqrt((share * (1 - share)) / effects + z2 / (4 * effects ** 2));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
};

/** Share of the alerts that belong to an effect, with its 95 % interval (Wilson). */
export const precision = ({ found, false_alarms }: Score): Estimate => recall({ found, effects: found + false_alarms });

/** False alarms per stream-hour with their 95 % interval (Poisson, by the Wilson-Hilferty approximation of the exact one). */
export const falseAlarmsPerHour = ({ false_alarms, hours }: Pick<Score, 'false_alarms' | 'hours'>): Estimate => {
  const chi = (n: number, z: number) => (n === 0 ? 0 : n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3);
  return {
    value: false_alarms / hours,
    low: chi(false_alarms, -Z_95) / hours,
    high: chi(false_alarms + 1, Z_95) / hours,
  };
};

/** A figure and its 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** Normal quantile of a 95 % interval. */
const Z_95 = 1.96;

/** For people: `0.25 (0.07-0.64)`. */
export const shown = ({ value, low, high }: Estimate): string =>
  Number.isNaN(value) ? '-' : `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
