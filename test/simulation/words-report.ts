/**
 * Question: how soon do `keyword_surge` and `negative_mood` tell of a fault that viewers write about, and how often of none?
 * Method: sessions of forty minutes with two stutters of the picture and one failing checkout, labelled, as wire events in
 * disorder through decode, window and detection. Questions on the items are asked on purpose and are no faults; they are
 * counted apart. Run: npm run eval:words -- [first seed] [sessions a room]
 */
import type { AlertDecision } from '#domain';
import { delayS, falseAlarmsPerHour, recall, shown, type Score } from './dropoff-score.js';
import { playFaults, type FaultSession } from './words-session.js';

const firstSeed = Number(process.argv[2] ?? 900_000);
const sessions = Number(process.argv[3] ?? 12);
/** What is said of a fault is said for a while after it. */
const GRACE_MS = 20_000;

type Fault = 'picture_fault' | 'checkout_fault';
const TOPIC_OF: Readonly<Record<Fault, string>> = { picture_fault: 'lag', checkout_fault: 'payment' };
const tells = (topic: string) => (alert: AlertDecision) =>
  alert.rule === 'keyword_surge' && alert.summary.values['topic'] === topic;
const complains = ({ rule }: AlertDecision): boolean => rule === 'negative_mood';

/** Holds what fired and `isIt` against the faults of one kind; beside any fault it is a false alarm. */
const score = (played: readonly FaultSession[], fault: Fault, isIt: (alert: AlertDecision) => boolean): Score => {
  const all: Score = { hours: 0, effects: 0, found: 0, delays_s: [], false_alarms: 0 };
  for (const { hours, fired, labels } of played) {
    const mine = fired.filter(isIt);
    const during = (alert: AlertDecision, { from, to }: { from: number; to: number }): boolean =>
      alert.detected_at > from && alert.detected_at <= to + GRACE_MS;
    all.hours += hours;
    all.false_alarms += mine.filter((alert) => !labels.some((label) => during(alert, label))).length;
    for (const label of labels.filter(({ kind }) => kind === fault)) {
      all.effects++;
      const first = mine.find((alert) => during(alert, label));
      if (first === undefined) continue;
      all.found++;
      all.delays_s.push((first.detected_at - label.from) / 1000);
    }
  }
  all.delays_s.sort((a, b) => a - b);
  return all;
};

const told = (name: string, each: Score): void =>
  console.log(
    `  ${name}: recall ${shown(recall(each))} of ${each.effects}, delay p50 ${delayS(each, 0.5) ?? '-'} s, p90 ${delayS(each, 0.9) ?? '-'} s, ` +
      `false alarms an hour ${shown(falseAlarmsPerHour(each))}`,
  );

for (const online of [800, 1_200, 3_000]) {
  const played = Array.from({ length: sessions }, (_, i) => playFaults(firstSeed + i, online));
  const hours = played.reduce((sum, each) => sum + each.hours, 0);
  console.log(`\n${online} viewers, ${hours.toFixed(1)} h`);
  for (const fault of ['picture_fault', 'checkout_fault'] as const) {
    told(`${fault}, keyword_surge ${TOPIC_OF[fault]}`, score(played, fault, tells(TOPIC_OF[fault])));
    told(`${fault}, negative_mood`, score(played, fault, complains));
  }
  const others = played
    .flatMap(({ fired }) => fired)
    .filter((alert) => alert.rule === 'keyword_surge' && !Object.values(TOPIC_OF).some((topic) => tells(topic)(alert)));
  const perHour = falseAlarmsPerHour({ false_alarms: others.length, hours });
  console.log(`  questions and words beside faults: ${shown(perHour)} an hour`);
}
