import { createDetector, type DetectContext } from '#detect';
import type { AlertDecision } from '#domain';
import { playSession, secondsIn, type Label, type Scenario } from './dropoff-session.js';

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

/** Alerts fired in a session: detection in seconds from its first pane. */
export const firedAt = (scenario: Scenario, context: DetectContext): { labels: Label[]; fired: AlertDecision[] } => {
  const { moments, labels } = playSession(scenario);
  const detector = createDetector(context);
  const state = detector.initial();
  const fired = moments.flatMap((moment) => detector.step(state, moment)).filter(({ status }) => status === 'firing');
  return { labels, fired };
};

export const scoreSessions = (scenarios: readonly Scenario[], context: DetectContext): Score => {
  const score: Score = { hours: 0, effects: 0, found: 0, delays_s: [], false_alarms: 0 };
  for (const scenario of scenarios) {
    const { labels, fired } = firedAt(scenario, context);
    const detections_s = fired.map(({ detected_at }) => secondsIn(detected_at));
    const belongs = (at_s: number, label: Label) => at_s > label.from_s && at_s <= label.to_s + GRACE_S;
    score.hours += scenario.seconds / 3600;
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

export const recall = ({ found, effects }: Score): number => found / effects;

export const medianDelayS = ({ delays_s }: Score): number | null => delays_s[Math.floor(delays_s.length / 2)] ?? null;

/** Poisson rate per hour with its 95 % interval, by the Wilson-Hilferty approximation of the exact one. */
export const ratePerHour = (events: number, hours: number): { rate: number; low: number; high: number } => {
  const chi = (n: number, z: number) => (n === 0 ? 0 : n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3);
  return { rate: events / hours, low: chi(events, -1.96) / hours, high: chi(events + 1, 1.96) / hours };
};
