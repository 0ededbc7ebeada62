import { createDecoder, createPseudonymiser } from '#decode';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { DEFAULT_EVENT_TIME, type AlertDecision, type LogRecord } from '#domain';
import {
  DEFAULT_SESSION,
  deliverSession,
  IN_ORDER,
  labelsOf,
  type FaultKind,
  type Label,
  type SessionOptions,
} from '#simulate';
import { step, type WindowState } from '#window';
import { createUnderstanding, jiebaSegmenter } from '#words';
import { Chance } from './dropoff-chance.js';

const RECORDS_PER_BATCH = 1_000;
/** How the feed mangles what it delivers: within the out-of-order bound, and a little beyond it. */
const DISORDER = { ...IN_ORDER, disorder_ms: 1_500, duplicate_share: 0.05, late_share: 0.002 };
const SESSION_S = 2_400;
const WARM_UP_S = 300;

/** What fired in a session whose faults are known. */
export interface FaultSession {
  hours: number;
  start_ts: number;
  fired: AlertDecision[];
  /** Faults alone. */
  labels: Label[];
}

/** Faults that viewers write about: how long each lasts, in seconds. */
export const WRITTEN_FAULTS: readonly [FaultKind, number][] = [
  ['picture', 60],
  ['checkout', 90],
  ['picture', 60],
];

/** Forty minutes with these faults, one after the other: wire events in disorder, through decode, window and detection. */
export const playFaults = (
  seed: number,
  online: number,
  faults: readonly (readonly [FaultKind, number])[] = WRITTEN_FAULTS,
): FaultSession => {
  const chance = new Chance(seed, 'faults');
  const part_s = Math.floor((SESSION_S - WARM_UP_S) / faults.length);
  const within = (n: number, seconds: number): number =>
    chance.integer(WARM_UP_S + n * part_s, WARM_UP_S + (n + 1) * part_s - seconds - 60);
  const options: SessionOptions = {
    ...{
      ...DEFAULT_SESSION,
      seed,
      online,
      stream_id: `faults-${seed}`,
      duration_s: SESSION_S,
      presence: 'leaves_only',
    },
    faults: faults.map(([kind, seconds], n) => ({ kind, from_s: within(n, seconds), seconds })),
  };
  return {
    ...{ hours: SESSION_S / 3600, start_ts: options.start_ts, fired: firedIn(options) },
    labels: labelsOf(options).filter(({ kind }) => kind.endsWith('_fault')),
  };
};

const firedIn = (options: SessionOptions): AlertDecision[] => {
  const decoder = createDecoder({
    pseudonymise: createPseudonymiser('simulation'),
    maxFutureMs: DEFAULT_EVENT_TIME.maxFutureMs,
  });
  const { understand } = createUnderstanding(jiebaSegmenter(), []);
  const context = { settings: DEFAULT_EVENT_TIME, rates: {}, hear: understand };
  const detector = createDetector(DEFAULT_CONTEXT);
  const detected = detector.initial();
  const state: WindowState = new Map();
  const fired: AlertDecision[] = [];
  let records: LogRecord[] = [];
  let position = 0;
  const flush = (): void => {
    for (const { moments } of step(state, { records }, context).streams)
      for (const moment of moments)
        fired.push(...detector.step(detected, moment).filter(({ status }) => status === 'firing'));
    records = [];
  };
  for (const { event, arrival_ts } of deliverSession(options, { ...DISORDER, seed: options.seed })) {
    const bytes = Buffer.from(JSON.stringify(event));
    const decoded = decoder.decode(bytes, 0, bytes.length, arrival_ts);
    if (!decoded.ok) throw new Error(`the simulator wrote an event that is refused: ${decoded.detail}`);
    records.push({ input: 'journal', position: position++, append_ts: arrival_ts, body: decoded.event });
    if (records.length === RECORDS_PER_BATCH) flush();
  }
  flush();
  return fired;
};
