import { describe, expect, it } from '@jest/globals';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { playSession } from './dropoff-session.js';
import { recall, scoreSessions } from './dropoff-score.js';

/** Not among the seeds that the calibration was made with. */
const FIRST_SEED = 700_001;
const SESSIONS = 2;

/** Bounds for a few sessions only: what the detector is worth is measured by dropoff-report.ts, on many more. */
describe('dropoff_spike on simulated rooms of 600', () => {
  const scenarios = (effect: { ratio: number; seconds: number } | null) =>
    Array.from({ length: SESSIONS }, (_, i) => ({
      seed: FIRST_SEED + i,
      audience: 600,
      seconds: 1_800,
      effect,
      names_source: true,
    }));

  it('finds nearly all times in which three times as many leave for 45 s', () => {
    const score = scoreSessions(scenarios({ ratio: 3, seconds: 45 }), DEFAULT_CONTEXT);
    expect(score.effects).toBeGreaterThan(2);
    expect(recall(score)).toBeGreaterThan(0.85);
  });

  it('is nearly silent where nothing happens but bursts, giveaways, moods and a broken feed', () => {
    expect(scoreSessions(scenarios(null), DEFAULT_CONTEXT).false_alarms).toBeLessThanOrEqual(1);
  });

  it('expects, over a session, about as many leaves as there are', () => {
    const { moments } = playSession(scenarios(null)[0]!);
    const detector = createDetector(DEFAULT_CONTEXT);
    const state = detector.initial();
    for (const moment of moments) detector.step(state, moment);
    const judged = moments.filter(({ pane }) => pane.expected_leaves !== null);
    const observed = judged.reduce((sum, { pane }) => sum + pane.leaves, 0);
    const expected = judged.reduce((sum, { pane }) => sum + pane.expected_leaves!, 0);
    expect(observed / expected).toBeGreaterThan(0.9);
    expect(observed / expected).toBeLessThan(1.1);
  });
});
