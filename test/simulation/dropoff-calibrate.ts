/**
 * Question: which score must be passed, by size of room, for a stated number of false alarms per stream-hour?
 * Method: streams without effect, an hour each, half of them with sources named; the smallest score from which on the
 * goal is kept. Run: npm run calibrate:alerts -- [first seed] [stream-hours] [goal per hour]
 * and copy the scores it chooses to `thresholds` of a new version in libs/detect/src/calibration.ts.
 */
import { DEFAULT_CONTEXT } from '#detect';
import { detectionsIn, falseAlarmsPerHour, shown } from './dropoff-score.js';
import { playSession } from './dropoff-session.js';

const firstSeed = Number(process.argv[2] ?? 1);
const hours = Number(process.argv[3] ?? 100);
const goalPerHour = Number(process.argv[4] ?? 0.3);
const SCORES = [6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 11, 12, 14];

for (const audience of [270, 1_200, 20_000]) {
  const contexts = SCORES.map((score) => {
    const context = structuredClone(DEFAULT_CONTEXT);
    context.calibration.thresholds = [{ audience, score }];
    return context;
  });
  const alarms = SCORES.map(() => 0);
  const played = audience > 5_000 ? Math.ceil(hours / 5) : hours;
  for (let i = 0; i < played; i++) {
    const session = playSession({
      seed: firstSeed + i,
      audience,
      seconds: 3_600,
      effect: null,
      names_source: i % 2 === 0,
    });
    contexts.forEach((context, n) => (alarms[n]! += detectionsIn(session, context).length));
  }
  const rates = alarms.map((false_alarms) => falseAlarmsPerHour({ false_alarms, hours: played }));
  rates.forEach((rate, n) =>
    console.log(`${audience} viewers, score ${SCORES[n]}: ${shown(rate)} false alarms an hour`),
  );
  const tooMany = rates.findLastIndex(({ value }) => value > goalPerHour);
  console.log(`${audience} viewers: score ${SCORES[tooMany + 1] ?? `above ${SCORES.at(-1)}`} (${played} h)`);
}
