import { createDecoder, createPseudonymiser } from '#decode';
import { DEFAULT_EVENT_TIME, type LogRecord, type Moment } from '#domain';
import {
  DEFAULT_SESSION,
  deliverSession,
  IN_ORDER,
  labelsOf,
  rundownOf,
  type SessionOptions,
  type WireEvent,
} from '#simulate';
import { step, type WindowState } from '#window';
import { Chance } from './dropoff-chance.js';
import type { Scenario, Session } from './dropoff-session.js';

const RECORDS_PER_BATCH = 1_000;
const WINDOW_CONTEXT = { settings: DEFAULT_EVENT_TIME, rates: {} };
/** How the feed mangles what it delivers: within the out-of-order bound, and a little beyond it. */
const DISORDER = { ...IN_ORDER, disorder_ms: 1_500, duplicate_share: 0.05, late_share: 0.002 };

/**
 * Plays a scenario the long way: simulated viewers → wire events in disorder → decode → window → moments.
 * Nothing of it is shared with {@link playSession}: other viewers, other bursts, other moods.
 */
export const playWireSession = (scenario: Scenario): Session => {
  const options = sessionOptions(scenario);
  const labels = labelsOf(options).filter(({ kind }) => kind === 'dropoff');
  const inSeconds = (ts: number) => (ts - options.start_ts) / 1000;
  return {
    start_ts: options.start_ts,
    moments: momentsOf(options, scenario),
    labels: labels.map(({ from, to }) => ({ from_s: inSeconds(from), to_s: inSeconds(to) })),
    true_expectation: null,
  };
};

const sessionOptions = ({ seed, audience, seconds, effect, inferred }: Scenario): SessionOptions => {
  const chance = new Chance(seed, 'wire');
  const calm: SessionOptions = {
    ...DEFAULT_SESSION,
    seed,
    stream_id: `wire-${seed}`,
    duration_s: seconds,
    online: audience,
    presence: inferred === true ? 'enters_and_counts' : seed % 2 === 0 ? 'leaves_and_heartbeats' : 'leaves_only',
    bursts: bursts(chance, audience, seconds),
  };
  return { ...calm, effects: effect === null ? [] : effects(chance, calm, effect) };
};

/** Paid and recommended traffic, each wave with a temper of its own: up to a quarter of the room joins in one. */
const bursts = (chance: Chance, audience: number, seconds: number): SessionOptions['bursts'] => {
  const all: SessionOptions['bursts'][number][] = [];
  for (let from_s = chance.integer(100, 500); from_s < seconds; from_s += chance.integer(200, 700)) {
    const burst_s = chance.integer(20, 90);
    all.push({
      from_s,
      seconds: burst_s,
      joins_per_s: (audience * (0.05 + 0.2 * chance.next())) / burst_s,
      source: chance.next() < 0.7 ? 'ad' : 'recommend',
      hazard_ratio: 1 + chance.next(),
    });
  }
  return all;
};

/** In three presentations of four, clear of warm-up, handover, a giveaway's end and the session's. */
const effects = (
  chance: Chance,
  calm: SessionOptions,
  { ratio, seconds }: { ratio: number; seconds: number },
): SessionOptions['effects'] =>
  rundownOf(calm).slots.flatMap(({ kind, from, to }, n, slots) => {
    const from_s = (from - calm.start_ts) / 1000;
    const clear_s = slots[n - 1]?.kind === 'lottery' ? 60 : 25;
    const latest_s = Math.min((to - calm.start_ts) / 1000, calm.duration_s - 60) - seconds - 5;
    if (kind !== 'present' || from_s < 300 || latest_s <= from_s + clear_s || chance.next() < 0.25) return [];
    return [{ from_s: chance.integer(from_s + clear_s, latest_s), seconds, hazard_ratio: ratio }];
  });

const momentsOf = (options: SessionOptions, { seed, names_source }: Scenario): Moment[] => {
  const decoder = createDecoder({
    pseudonymise: createPseudonymiser('simulation'),
    maxFutureMs: DEFAULT_EVENT_TIME.maxFutureMs,
  });
  const state: WindowState = new Map();
  const moments: Moment[] = [];
  let records: LogRecord[] = [];
  let position = 0;
  const flush = () => {
    for (const stream of step(state, { records }, WINDOW_CONTEXT).streams) moments.push(...stream.moments);
    records = [];
  };
  for (const { event, arrival_ts } of deliverSession(options, { ...DISORDER, seed })) {
    const bytes = Buffer.from(JSON.stringify(names_source ? event : withoutSource(event)));
    const decoded = decoder.decode(bytes, 0, bytes.length, arrival_ts);
    if (!decoded.ok) throw new Error(`the simulator wrote an event that is refused: ${decoded.detail}`);
    records.push({ input: 'journal', position: position++, append_ts: arrival_ts, body: decoded.event });
    if (records.length === RECORDS_PER_BATCH) flush();
  }
  flush();
  return moments;
};

const withoutSource = (event: WireEvent): object => ({ ...event, source: undefined });
