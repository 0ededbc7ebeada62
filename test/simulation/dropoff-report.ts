/**
 * Question: how good is `dropoff_spike`, by kind of feed, size of room and of effect, on sessions it was not calibrated on?
 * Method: an hour each, on rooms played straight into panes (`brisk`: viewers stay for a minute; `patient`: for more than
 * four), and on wire events of the other simulator through decode and window, in disorder and with duplicates. Beside it
 * three simple detectors, and a bound that knows what nobody can; their thresholds are chosen so that they raise as many
 * false alarms on these very sessions, which favours them. Run: npm run eval:dropoff -- [first seed] [hours by pane] [hours by wire] [only rooms with this in their title]
 */
import { DEFAULT_CONTEXT, type ViewFeed } from '#detect';
import { asInferred } from './dropoff-inferred.js';
import {
  addScores,
  delayS,
  detectionsIn,
  falseAlarmsPerHour,
  precision,
  recall,
  scoreSessions,
  shown,
  type Score,
} from './dropoff-score.js';
import { playSession, type AudienceKind, type Scenario, type Session } from './dropoff-session.js';
import { BOUND, SIMPLE_DETECTORS } from './dropoff-simple.js';
import { playWireSession } from './dropoff-wire-session.js';

const firstSeed = Number(process.argv[2] ?? 900_000);
const hoursByPane = Number(process.argv[3] ?? 24);
const hoursByWire = Number(process.argv[4] ?? 4);
const only = process.argv[5] ?? '';
const EFFECTS = [
  { ratio: 1.2, seconds: 45 },
  { ratio: 1.5, seconds: 45 },
  { ratio: 2, seconds: 20 },
  { ratio: 2, seconds: 45 },
  { ratio: 2, seconds: 90 },
  { ratio: 3, seconds: 45 },
];

interface Rooms {
  how: 'by pane' | 'by wire';
  hours: number;
  audience: number;
  audience_kind: AudienceKind;
  feed: ViewFeed;
}

const playRooms = function* (
  { how, hours, audience, audience_kind, feed }: Rooms,
  effect: Scenario['effect'],
): Generator<Session> {
  for (let i = 0; i < hours; i++) {
    const scenario = { seed: firstSeed + i, audience, seconds: 3_600, effect, audience_kind };
    const names_source = feed !== 'unnamed';
    if (how === 'by wire') yield playWireSession({ ...scenario, names_source, inferred: feed === 'inferred' });
    else if (feed === 'inferred') yield asInferred(playSession({ ...scenario, names_source }));
    else yield playSession({ ...scenario, names_source });
  }
};

/** Somebody who detects, at a threshold. */
interface Contender {
  name: string;
  detect: (session: Session) => number[];
}

const OURS: Contender = { name: 'ours', detect: (session) => detectionsIn(session, DEFAULT_CONTEXT) };

/** Scores of every contender over the same sessions, which are played once, and not all kept. */
const scoreAll = (contenders: readonly Contender[], sessions: Iterable<Session>): Score[] => {
  let scores: Score[] | null = null;
  for (const session of sessions) {
    const one = contenders.map(({ detect }) => scoreSessions([session], detect));
    scores = scores === null ? one : scores.map((score, n) => addScores(score, one[n]!));
  }
  return scores ?? [];
};

/** Each of the others at the smallest threshold at which it raises no more false alarms than ours does. */
const atEqualFalseAlarms = (rooms: Rooms): { ours: Score; contenders: Contender[] } => {
  const others = rooms.feed === 'inferred' ? [] : [...SIMPLE_DETECTORS, ...(rooms.how === 'by pane' ? [BOUND] : [])];
  const at = others.flatMap(({ name, thresholds, detections }) =>
    thresholds.map((threshold) => ({
      ...{ of: name, name: `${name}, at ${threshold}` },
      detect: (session: Session) => detections(session, threshold),
    })),
  );
  const [ours, ...scores] = scoreAll([OURS, ...at], playRooms(rooms, null));
  const chosen = others.flatMap(({ name }) => {
    const found = at.find((each, n) => each.of === name && scores[n]!.false_alarms <= ours!.false_alarms);
    if (found === undefined) console.log(`  ${name}: more false alarms at every threshold`);
    return found === undefined ? [] : [found];
  });
  return { ours: ours!, contenders: [OURS, ...chosen] };
};

const report = (rooms: Rooms): void => {
  const { how, hours, audience, audience_kind, feed } = rooms;
  const kind = how === 'by pane' ? `${audience_kind}, ` : '';
  const title = `${how}, ${audience} viewers, ${kind}${feed}, ${hours} h`;
  if (hours === 0 || !title.includes(only)) return;
  console.log(`\n${title}`);
  const { ours, contenders } = atEqualFalseAlarms(rooms);
  console.log(`  false alarms an hour ${shown(falseAlarmsPerHour(ours))}`);
  for (const effect of EFFECTS) {
    const scores = scoreAll(contenders, playRooms(rooms, effect));
    console.log(`  x${effect.ratio} for ${effect.seconds} s, ${scores[0]!.effects} of them`);
    contenders.forEach(({ name }, n) => console.log(`    ${found(scores[n]!)}  ${name}`));
  }
};

const found = (score: Score): string =>
  `recall ${shown(recall(score))}, precision ${shown(precision(score))}, delay p50 ${delayS(score, 0.5) ?? '-'} s, p90 ${delayS(score, 0.9) ?? '-'} s`;

for (const feed of ['named', 'unnamed', 'inferred'] as const) {
  for (const audience_kind of ['brisk', 'patient'] as const)
    for (const audience of [270, 1_200]) report({ how: 'by pane', hours: hoursByPane, audience, audience_kind, feed });
  report({ how: 'by pane', hours: Math.ceil(hoursByPane / 6), audience: 20_000, audience_kind: 'brisk', feed });
  for (const audience of [270, 1_200])
    report({ how: 'by wire', hours: hoursByWire, audience, audience_kind: 'patient', feed });
}
