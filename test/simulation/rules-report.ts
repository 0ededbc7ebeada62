/**
 * Question: how soon and how rightly do the rules on counts and selling tell of the faults that they are for?
 * Method: sessions of forty minutes with five labelled faults each, as wire events in disorder with duplicates, through
 * decode, window and detection. A rule's alert beside its own faults is a false alarm, whatever else was wrong.
 * Run: npm run eval:rules -- [first seed] [sessions a room]
 */
import type { AlertRule } from '#domain';
import type { FaultKind } from '#simulate';
import { delayS, falseAlarmsPerHour, precision, recall, shown, type Score } from './dropoff-score.js';
import { playFaults, type FaultSession } from './words-session.js';

const firstSeed = Number(process.argv[2] ?? 910_000);
const sessions = Number(process.argv[3] ?? 12);
/** What a rule counts over a minute it may tell of for a while after the fault. */
const GRACE_MS = 30_000;
/** Three sets, so that each fault has time to be over before the next. */
const FAULTS: readonly (readonly (readonly [FaultKind, number])[])[] = [
  [
    ['checkout', 120],
    ['bots', 90],
    ['refunds', 90],
    ['exodus', 20],
  ],
  [
    ['link', 150],
    ['made_orders', 60],
    ['exodus', 20],
    ['bots', 90],
  ],
  [
    ['raid', 40],
    ['host_change', 240],
    ['view_lost', 40],
    ['view_stalled', 30],
  ],
];
/** An exodus is told by whichever comes first: a drop-off that fires keeps the cliff silent. */
const RULES: readonly (readonly [readonly AlertRule[], readonly FaultKind[]])[] = [
  [['checkout_failure'], ['checkout']],
  [['conversion_drop'], ['link', 'checkout']],
  [['suspicious_traffic'], ['bots', 'made_orders']],
  [['refund_surge'], ['refunds']],
  [['viewer_surge'], ['raid', 'bots']],
  [['viewer_cliff', 'dropoff_spike'], ['exodus']],
];

/** What is no fault of the content: how often it is taken for one, then or while it passes. */
const NOT_OF_THE_CONTENT: readonly FaultKind[] = [
  'bots',
  'raid',
  'view_lost',
  'view_stalled',
  'made_orders',
  'refunds',
];
const PASSES_MS = 90_000;

const takenForDropoff = (played: readonly FaultSession[], kind: FaultKind): { faults: number; alerts: number } => {
  const count = { faults: 0, alerts: 0 };
  for (const { fired, labels } of played)
    for (const { from, to } of labels.filter((label) => label.kind === `${kind}_fault`)) {
      const isDuring = (at: number): boolean => at > from && at <= to + PASSES_MS;
      count.faults++;
      count.alerts += Number(fired.some(({ rule, detected_at }) => rule === 'dropoff_spike' && isDuring(detected_at)));
    }
  return count;
};

const score = (played: readonly FaultSession[], rules: readonly AlertRule[], faults: readonly FaultKind[]): Score => {
  const all: Score = { hours: 0, effects: 0, found: 0, delays_s: [], false_alarms: 0 };
  for (const { hours, fired, labels } of played) {
    const mine = fired.filter((alert) => rules.includes(alert.rule)).map(({ detected_at }) => detected_at);
    const own = labels.filter(({ kind }) => faults.some((fault) => kind === `${fault}_fault`));
    const belongs = (at: number, { from, to }: { from: number; to: number }) => at > from && at <= to + GRACE_MS;
    all.hours += hours;
    all.effects += own.length;
    all.false_alarms += mine.filter((at) => !own.some((label) => belongs(at, label))).length;
    for (const label of own) {
      const first = mine.find((at) => belongs(at, label));
      if (first === undefined) continue;
      all.found++;
      all.delays_s.push((first - label.from) / 1000);
    }
  }
  all.delays_s.sort((a, b) => a - b);
  return all;
};

for (const online of [1_200, 3_000]) {
  const played = Array.from({ length: sessions }, (_, i) =>
    playFaults(firstSeed + i, online, FAULTS[i % FAULTS.length]!),
  );
  console.log(`\n${online} viewers, ${played.reduce((sum, { hours }) => sum + hours, 0).toFixed(1)} h`);
  for (const [rules, faults] of RULES) {
    const each = score(played, rules, faults);
    console.log(
      `  ${rules.join(' or ')} (${faults.join(', ')}): recall ${shown(recall(each))} of ${each.effects}, precision ${shown(precision(each))}, ` +
        `delay p50 ${delayS(each, 0.5) ?? '-'} s, p90 ${delayS(each, 0.9) ?? '-'} s, false alarms an hour ${shown(falseAlarmsPerHour(each))}`,
    );
  }
  for (const kind of NOT_OF_THE_CONTENT) {
    const { faults, alerts } = takenForDropoff(played, kind);
    console.log(`  ${kind}: taken for a drop-off ${alerts} of ${faults} times`);
  }
}
