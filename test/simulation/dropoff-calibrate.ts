/**
 * Question: which score must be passed, by size of room, for a stated number of false alarms per stream-hour?
 * Method: streams without effect, an hour each, three of four with a brisk audience; the smallest score from which on
 * the goal is kept, for each kind of feed. Run: npm run calibrate:alerts -- [first seed] [stream-hours] [goal per hour]
 * and copy the scores it chooses to `thresholds` of a new version in libs/detect/src/calibration.ts.
 */
import { DEFAULT_CONTEXT, type ViewFeed } from '#detect';
import { asInferred } from './dropoff-inferred.js';
import { detectionsIn, falseAlarmsPerHour, shown } from './dropoff-score.js';
import { playSession } from './dropoff-session.js';

const firstSeed = Number(process.argv[2] ?? 1);
const hours = Number(process.argv[3] ?? 100);
const goalPerHour = Number(process.argv[4] ?? 0.3);
const SCORES = [2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8];

for (const feed of ['named', 'unnamed', 'inferred'] as const)
  for (const audience of [270, 1_200, 20_000]) calibrate(audience, feed);

function calibrate(audience: number, feed: ViewFeed): void {
  const contexts = SCORES.map((score) => {
    const context = structuredClone(DEFAULT_CONTEXT);
    context.calibration.thresholds = {
      named: [{ audience, score }],
      unnamed: [{ audience, score }],
      inferred: [{ audience, score }],
    };
    return context;
  });
  const alarms = SCORES.map(() => 0);
  const hoursPlayed = audience > 5_000 ? Math.ceil(hours / 5) : hours;
  for (let i = 0; i < hoursPlayed; i++) {
    const audience_kind = i % 4 === 0 ? 'patient' : 'brisk';
    const scenario = {
      seed: firstSeed + i,
      audience,
      seconds: 3_600,
      effect: null,
      names_source: feed !== 'unnamed',
      audience_kind,
    } as const;
    const played = playSession(scenario);
    const session = feed === 'inferred' ? asInferred(played) : played;
    contexts.forEach((context, n) => (alarms[n]! += detectionsIn(session, context).length));
  }
  const rooms = `${audience} viewers, ${feed}`;
  const rates = alarms.map((false_alarms) => falseAlarmsPerHour({ false_alarms, hours: hoursPlayed }));
  rates.forEach((rate, n) => console.log(`${rooms}, score ${SCORES[n]}: ${shown(rate)} false alarms an hour`));
  const tooMany = rates.findLastIndex(({ value }) => value > goalPerHour);
  console.log(`${rooms}: score ${SCORES[tooMany + 1] ?? `above ${SCORES.at(-1)}`} (${hoursPlayed} h)`);
}
