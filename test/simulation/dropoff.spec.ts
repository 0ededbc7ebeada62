import { describe, expect, it } from '@jest/globals';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { playSession, type Session } from './dropoff-session.js';
import { playFaults } from './words-session.js';
import { detectionsIn, recall, scoreSessions } from './dropoff-score.js';

/** Not among the seeds that the calibration was made with. */
const FIRST_SEED = 700_001;
const SESSIONS = 1;

const detect = (session: Session): number[] => detectionsIn(session, DEFAULT_CONTEXT);

/** Bounds for a few sessions only: what the detector is worth is measured by dropoff-report.ts, on many more. */
describe('dropoff_spike on simulated rooms of 400', () => {
  const scenarios = (effect: { ratio: number; seconds: number } | null, names_source = true) =>
    Array.from({ length: SESSIONS }, (_, i) => ({
      seed: FIRST_SEED + i,
      audience: 400,
      seconds: 1_800,
      effect,
      names_source,
      audience_kind: 'brisk' as const,
    }));

  it('finds nearly all times in which three times as many leave for 45 s', () => {
    const score = scoreSessions(scenarios({ ratio: 3, seconds: 45 }).map(playSession), detect);
    expect(score.effects).toBeGreaterThan(1);
    expect(recall(score).value).toBeGreaterThan(0.85);
  });

  it('is nearly silent where nothing happens but bursts, giveaways, moods and a broken feed', () => {
    expect(scoreSessions(scenarios(null).map(playSession), detect).false_alarms).toBeLessThanOrEqual(1);
  });

  it('is nearly silent in bursts of arrivals that name no source', () => {
    expect(scoreSessions(scenarios(null, false).map(playSession), detect).false_alarms).toBeLessThanOrEqual(1);
  });

  it('is silent while a view feed is lost or stalls, and when it delivers all that it held', () => {
    const { fired, labels } = playFaults(FIRST_SEED, 1_200, [
      ['view_stalled', 30],
      ['view_lost', 40],
      ['view_stalled', 60],
    ]);
    expect(labels).toHaveLength(3);
    expect(fired.filter(({ rule }) => rule === 'dropoff_spike')).toEqual([]);
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
