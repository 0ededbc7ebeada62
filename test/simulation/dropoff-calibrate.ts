/**
 * Question: which score must be passed, by size of room, for a stated number of false alarms per stream-hour?
 * Method: streams without effect whose feed names sources; the smallest score on the grid that keeps the goal is printed, with its figures.
 * Run: npx tsc -p test/simulation/tsconfig.json && node dist/test/simulation/dropoff-calibrate.js [first seed] [sessions] [goal per hour]
 * and copy what it prints to `thresholds` of a new version in libs/detect/src/calibration.ts.
 */
import { DEFAULT_CONTEXT } from '#detect';
import { ratePerHour, scoreSessions } from './dropoff-score.js';

const firstSeed = Number(process.argv[2] ?? 1);
const sessions = Number(process.argv[3] ?? 40);
const goalPerHour = Number(process.argv[4] ?? 0.3);
const SESSION_S = 3600;
const SCORES = [6, 7, 7.5, 8, 8.5, 9, 9.5, 10, 11, 12, 14, 16, 20];

for (const audience of [270, 1_200, 20_000]) {
  for (const score of SCORES) {
    const context = structuredClone(DEFAULT_CONTEXT);
    context.calibration.thresholds = [{ audience, score }];
    const { false_alarms, hours } = scoreSessions(
      Array.from({ length: audience > 5_000 ? Math.ceil(sessions / 8) : sessions }, (_, i) => ({
        seed: firstSeed + i,
        audience,
        seconds: SESSION_S,
        effect: null,
        names_source: true,
      })),
      context,
    );
    const { rate, low, high } = ratePerHour(false_alarms, hours);
    const kept = rate <= goalPerHour;
    console.log(JSON.stringify({ audience, score, hours, false_alarms_per_hour: rate, interval: [low, high], kept }));
    if (kept) break;
  }
}
