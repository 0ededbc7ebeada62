/**
 * Question: how good is `dropoff_spike`, by size of room and of effect, on sessions it was not tuned on?
 * Run: npx tsc -p test/simulation/tsconfig.json && node dist/test/simulation/dropoff-report.js [first seed] [sessions]
 */
import { DEFAULT_CONTEXT } from '#detect';
import { medianDelayS, ratePerHour, recall, scoreSessions } from './dropoff-score.js';
import type { Scenario } from './dropoff-session.js';

const firstSeed = Number(process.argv[2] ?? 900_000);
const sessions = Number(process.argv[3] ?? 40);
const SESSION_S = 3600;
const EFFECTS = [
  { ratio: 1.5, seconds: 45 },
  { ratio: 2, seconds: 20 },
  { ratio: 2, seconds: 45 },
  { ratio: 2, seconds: 90 },
  { ratio: 3, seconds: 45 },
];

/** Large rooms cost more to play: fewer of them. */
const sessionsFor = (audience: number): number => (audience > 5_000 ? Math.ceil(sessions / 8) : sessions);

for (const names_source of [true, false]) {
  for (const audience of [270, 1_200, 20_000]) {
    const play = (effect: Scenario['effect']) =>
      scoreSessions(
        Array.from({ length: sessionsFor(audience) }, (_, i) => ({
          seed: firstSeed + i,
          audience,
          seconds: SESSION_S,
          effect,
          names_source,
        })),
        DEFAULT_CONTEXT,
      );
    const quiet = play(null);
    const { rate, low, high } = ratePerHour(quiet.false_alarms, quiet.hours);
    console.log(
      JSON.stringify({
        names_source,
        audience,
        hours: quiet.hours,
        false_alarms_per_hour: [rate, low, high].map((x) => +x.toFixed(2)),
      }),
    );
    for (const effect of EFFECTS) {
      const score = play(effect);
      console.log(
        JSON.stringify({
          names_source,
          audience,
          effect: `x${effect.ratio} ${effect.seconds} s`,
          effects: score.effects,
          recall: +recall(score).toFixed(3),
          median_delay_s: medianDelayS(score),
          other_alarms_per_hour: +(score.false_alarms / score.hours).toFixed(2),
        }),
      );
    }
  }
}
