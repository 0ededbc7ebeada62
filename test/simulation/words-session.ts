import { createDecoder, createPseudonymiser } from '#decode';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { DEFAULT_EVENT_TIME, type AlertDecision, type LogRecord } from '#domain';
import {
  DEFAULT_SESSION,
  deliver,
  IN_ORDER,
  labelsOf,
  simulateSession,
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
const PICTURE_S = 60;
const CHECKOUT_S = 90;

/** What fired in a session whose faults are known. */
export interface FaultSession {
  hours: number;
  start_ts: number;
  fired: AlertDecision[];
  /** Faults alone. */
  labels: Label[];
}

/** Forty minutes in which the picture stutters twice and the checkout fails once: wire events in disorder, through decode, window and detection. */
export const playFaults = (seed: number, online: number): FaultSession => {
  const chance = new Chance(seed, 'faults');
  const third_s = (SESSION_S - WARM_UP_S) / 3;
  const within = (n: number, seconds: number): number =>
    chance.integer(WARM_UP_S + n * third_s, WARM_UP_S + (n + 1) * third_s - seconds - 60);
  const options: SessionOptions = {
    ...{
      ...DEFAULT_SESSION,
      seed,
      online,
      stream_id: `faults-${seed}`,
      duration_s: SESSION_S,
      presence: 'leaves_only',
    },
    faults: [
      { kind: 'picture', from_s: within(0, PICTURE_S), seconds: PICTURE_S },
      { kind: 'checkout', from_s: within(1, CHECKOUT_S), seconds: CHECKOUT_S },
      { kind: 'picture', from_s: within(2, PICTURE_S), seconds: PICTURE_S },
    ],
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
    for (const { moments } of step(state, { input: 'journal', records }, context).streams)
      for (const moment of moments)
        fired.push(...detector.step(detected, moment).filter(({ status }) => status === 'firing'));
    records = [];
  };
  for (const { event, arrival_ts } of deliver(simulateSession(options), { ...DISORDER, seed: options.seed })) {
    const bytes = Buffer.from(JSON.stringify(event));
    const decoded = decoder.decode(bytes, 0, bytes.length, arrival_ts);
    if (!decoded.ok) throw new Error(`the simulator wrote an event that is refused: ${decoded.detail}`);
    records.push({ position: position++, append_ts: arrival_ts, body: decoded.event });
    if (records.length === RECORDS_PER_BATCH) flush();
  }
  flush();
  return fired;
};
