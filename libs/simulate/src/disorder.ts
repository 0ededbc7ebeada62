import { EarliestFirst } from './earliest-first.js';
import { Random } from './random.js';

/** How a feed mangles the order of events on their way into the log. Shares are of the events sent, 0 to 1. */
export interface DisorderOptions {
  seed: number;
  /** Every event is under way for up to this long. Up to the monitor's out-of-order bound, order has no effect. */
  disorder_ms: number;
  /** Seen again, unchanged, up to 20 s later. */
  duplicate_share: number;
  /** Beyond the out-of-order bound, but within the allowed lateness. */
  late_share: number;
  /** Beyond the allowed lateness as well. */
  too_late_share: number;
  /** The monitor's bounds, which make an event late: `OUT_OF_ORDER_MS` and `ALLOWED_LATENESS_MS`. */
  out_of_order_ms: number;
  allowed_lateness_ms: number;
}

/** Delivery without any disorder, with the monitor's default bounds. */
export const IN_ORDER: DisorderOptions = {
  seed: 1,
  disorder_ms: 0,
  duplicate_share: 0,
  late_share: 0,
  too_late_share: 0,
  out_of_order_ms: 2_000,
  allowed_lateness_ms: 60_000,
};

/** An event and when it reaches the log, ms on the clock of `ts`. */
export interface Delivery<E> {
  arrival_ts: number;
  event: E;
}

const DUPLICATE_WITHIN_MS = 20_000;

/**
 * Events in order of `ts` become deliveries in order of arrival, never before their `ts`, nor before `heldUntil` of them,
 * ms; at the end the rest follows. Memory follows the events under way.
 */
export function* deliver<E extends { ts: number }>(
  events: Iterable<E>,
  options: DisorderOptions,
  heldUntil: (event: E) => number = () => -Infinity,
): Generator<Delivery<E>, void, undefined> {
  const random = new Random(options.seed, 'disorder');
  const underWay = new EarliestFirst<E>();
  for (const event of events) {
    yield* arrivedBy(event.ts, underWay);
    const arrival_ts = Math.max(event.ts, heldUntil(event)) + delayMs(options, random);
    underWay.add(arrival_ts, event);
    if (random.chance(options.duplicate_share))
      underWay.add(arrival_ts + random.integer(1, DUPLICATE_WITHIN_MS), event);
  }
  yield* arrivedBy(Infinity, underWay);
}

function* arrivedBy<E>(ts: number, underWay: EarliestFirst<E>): Generator<Delivery<E>, void, undefined> {
  for (let next = underWay.take(ts); next !== undefined; next = underWay.take(ts))
    yield { arrival_ts: next.at, event: next.thing };
}

/** Several rooms' deliveries as one, in order of arrival. */
export function* mergeDeliveries<E>(rooms: readonly Iterable<Delivery<E>>[]): Generator<Delivery<E>, void, undefined> {
  const heads = new EarliestFirst<{ delivery: Delivery<E>; rest: Iterator<Delivery<E>> }>();
  const advance = (rest: Iterator<Delivery<E>>): void => {
    const next = rest.next();
    if (next.done !== true) heads.add(next.value.arrival_ts, { delivery: next.value, rest });
  };
  for (const room of rooms) advance(room[Symbol.iterator]());
  for (let head = heads.take(Infinity); head !== undefined; head = heads.take(Infinity)) {
    yield head.thing.delivery;
    advance(head.thing.rest);
  }
}

const delayMs = (options: DisorderOptions, random: Random): number => {
  const { disorder_ms, late_share, too_late_share, out_of_order_ms, allowed_lateness_ms } = options;
  const kind = random.next();
  // A margin of a second beyond each bound: what counts is the newest event read, which is a little older than now.
  const late = out_of_order_ms + disorder_ms + 1_000;
  const tooLate = out_of_order_ms + disorder_ms + allowed_lateness_ms + 1_000;
  if (kind < too_late_share) return random.integer(tooLate, tooLate + allowed_lateness_ms);
  if (kind < too_late_share + late_share)
    return random.integer(late, Math.max(late + 1, out_of_order_ms + allowed_lateness_ms / 2));
  return disorder_ms === 0 ? 0 : random.integer(0, disorder_ms + 1);
};
