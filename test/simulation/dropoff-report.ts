/**
 * Question: how good is `dropoff_spike`, by size of room and of effect, on sessions it was not calibrated on?
 * Method: an hour each, on rooms played straight into panes, and on wire events of the other simulator through decode
 * and window. Simple detectors stand beside it, their thresholds chosen so that they raise as many false alarms on these
 * very sessions, which favours them. Run: npm run eval:alerts -- [first seed] [hours by pane] [hours by wire]
 */
import { DEFAULT_CONTEXT } from '#detect';
import { delayS, detectionsIn, falseAlarmsPerHour, recall, scoreSessions, shown, type Score } from './dropoff-score.js';
import { playSession, type Scenario, type Session } from './dropoff-session.js';
import { SIMPLE_DETECTORS, type SimpleDetector } from './dropoff-simple.js';
import { playWireSession } from './dropoff-wire-session.js';

const firstSeed = Number(process.argv[2] ?? 900_000);
const hoursByPane = Number(process.argv[3] ?? 40);
const hoursByWire = Number(process.argv[4] ?? 6);
const EFFECTS = [
  { ratio: 1.5, seconds: 45 },
  { ratio: 2, seconds: 20 },
  { ratio: 2, seconds: 45 },
  { ratio: 2, seconds: 90 },
  { ratio: 3, seconds: 45 },
];
/** What the simple detectors are compared on. */
const COMPARED = { ratio: 2, seconds: 45 };

interface Rooms {
  name: string;
  play: (scenario: Scenario) => Session;
  hours: number;
  audience: number;
  names_source: boolean;
}

const scenarios = ({ hours, audience, names_source }: Rooms, effect: Scenario['effect']): Scenario[] =>
  Array.from({ length: hours }, (_, i) => ({
    seed: firstSeed + i,
    audience,
    seconds: 3_600,
    effect,
    names_source,
    audience_kind: 'brisk',
  }));

const ours = (session: Session): number[] => detectionsIn(session, DEFAULT_CONTEXT);

const report = (rooms: Rooms): void => {
  const { name, play, hours, audience, names_source } = rooms;
  console.log(`\n${name}, ${audience} viewers, ${names_source ? 'sources named' : 'no source named'}, ${hours} h`);
  const quiet = scoreSessions(scenarios(rooms, null), play, ours);
  console.log(`  false alarms an hour ${shown(falseAlarmsPerHour(quiet))}`);
  for (const effect of EFFECTS) {
    const score = scoreSessions(scenarios(rooms, effect), play, ours);
    console.log(`  x${effect.ratio} for ${effect.seconds} s: ${found(score)}`);
  }
};

const found = (score: Score): string =>
  `recall ${shown(recall(score))} of ${score.effects}, delay p50 ${delayS(score, 0.5)} s, p90 ${delayS(score, 0.9)} s, ` +
  `other alarms an hour ${shown(falseAlarmsPerHour(score))}`;

/** The smallest threshold at which a simple detector raises no more false alarms than ours does. */
const compare = (rooms: Rooms): void => {
  const quiet = scenarios(rooms, null).map(rooms.play);
  const alarms = quiet.reduce((sum, session) => sum + ours(session).length, 0);
  for (const { name, thresholds, detections } of SIMPLE_DETECTORS) {
    const raised = (threshold: number) => quiet.reduce((sum, each) => sum + detections(each, threshold).length, 0);
    const equal = thresholds.find((threshold) => raised(threshold) <= alarms);
    if (equal === undefined) console.log(`  ${name}: more false alarms at every threshold`);
    else console.log(`  ${name} at ${equal}: ${found(scoreSimple(rooms, detections, equal))}`);
  }
};

const scoreSimple = (rooms: Rooms, detections: SimpleDetector['detections'], threshold: number): Score =>
  scoreSessions(scenarios(rooms, COMPARED), rooms.play, (session) => detections(session, threshold));

for (const names_source of [true, false]) {
  for (const audience of [270, 1_200, 20_000]) {
    const hours = audience > 5_000 ? Math.ceil(hoursByPane / 8) : hoursByPane;
    const rooms = { name: 'by pane', play: playSession, hours, audience, names_source };
    report(rooms);
    if (audience < 5_000) compare(rooms);
  }
  for (const audience of [270, 1_200]) {
    report({ name: 'by wire', play: playWireSession, hours: hoursByWire, audience, names_source });
  }
}
