import { Audience, type Tick } from './audience.js';
import { Bots } from './bots.js';
import { cuesIn, openingCue } from './cues.js';
import { deliver, type Delivery, type DisorderOptions } from './disorder.js';
import { Random } from './random.js';
import { react } from './reactions.js';
import { faultAt, hazardRatioAt, planRundown, type Label, type Rundown } from './rundown.js';
import type { SessionOptions } from './session-options.js';
import { Shop } from './shop.js';
import type { Happening, WireEvent, WireEventBody } from './wire-event.js';

const TICK_MS = 1000;

/** What a view feed tells (events.md). */
const VIEW_TYPES: ReadonlySet<WireEventBody['type']> = new Set([
  ...(['enter', 'leave', 'heartbeat', 'online_count', 'like', 'follow', 'share', 'group_join'] as const),
  ...(['item_expose', 'item_click'] as const),
]);

/** What was planned, and done to the session on purpose: known before it is played. */
export const rundownOf = (options: SessionOptions): Rundown =>
  planRundown(options, new Random(options.seed, 'rundown'));

/** The truth about a session: where leaving was made more likely, by how much, and why. */
export const labelsOf = (options: SessionOptions): readonly Label[] => rundownOf(options).labels;

/**
 * A commerce livestream as wire events in order of `ts`, made as they are asked for.
 * The same options give the same events, ids included. Memory follows the viewers present and the orders open.
 */
export function* simulateSession(options: SessionOptions): Generator<WireEvent, void, undefined> {
  const identify = identifierOf(options);
  yield identify(openingCue(options));
  for (const happenings of secondsOf(options)) for (const happening of happenings) yield identify(happening);
  yield identify({ ts: options.start_ts + options.duration_s * TICK_MS, body: { type: 'stream_ended' } });
}

/** The session as its feeds deliver it: in disorder, and what a stalled feed holds when it is back. */
export const deliverSession = (
  options: SessionOptions,
  disorder: DisorderOptions,
): Generator<Delivery<WireEvent>, void, undefined> => {
  const stalls = labelsOf(options).filter(({ kind }) => kind === 'view_stalled_fault');
  return deliver(simulateSession(options), disorder, ({ ts, type }) => {
    const stall = VIEW_TYPES.has(type) ? stalls.find(({ from, to }) => from <= ts && ts < to) : undefined;
    return stall?.to ?? -Infinity;
  });
};

/** The happenings of each second of the session, in order of `ts`. */
function* secondsOf(options: SessionOptions): Generator<Happening[], void, undefined> {
  const rundown = rundownOf(options);
  const audience = new Audience(options, new Random(options.seed, 'audience'));
  const shop = new Shop(options, new Random(options.seed, 'shop'));
  const bots = new Bots(options, new Random(options.seed, 'bots'));
  const reactions = new Random(options.seed, 'reactions');
  let slotIndex = 0;
  for (let second = 0; second < options.duration_s; second++) {
    const from = options.start_ts + second * TICK_MS;
    const tick: Tick = { from, to: from + TICK_MS };
    while ((rundown.slots[slotIndex]?.to ?? Infinity) <= from) slotIndex++;
    const slot = rundown.slots[slotIndex];
    if (slot === undefined) throw new Error('the rundown has a gap');
    const stock = slot.kind === 'present' ? shop.stockOf(slot.item) : 0;
    const hazard_ratio = hazardRatioAt(rundown, from);
    const fault = faultAt(rundown, from);

    const happenings = cuesIn(tick, slot, rundown.slots[slotIndex - 1], rundown, stock);
    audience.advance(tick, hazard_ratio, fault, happenings);
    bots.advance(tick, fault === 'bots', happenings);
    shop.advance(tick, slot, audience.present, fault, happenings);
    const scene = { slot, sold_out: slot.kind === 'present' && stock === 0, hazard_ratio, fault };
    react(tick, scene, audience.present, reactions, happenings);
    const told = fault === 'view_lost' ? happenings.filter(({ body }) => !VIEW_TYPES.has(body.type)) : happenings;
    yield told.sort((a, b) => a.ts - b.ts);
  }
}

/** Ids count up within a session, and name its seed and start: another session of the same stream shares none. */
const identifierOf = ({ seed, stream_id, start_ts }: SessionOptions): ((happening: Happening) => WireEvent) => {
  const prefix = `s${seed.toString(36)}.${start_ts.toString(36)}.`;
  let count = 0;
  return ({ ts, body }) => ({ event_id: prefix + (count++).toString(36), stream_id, ts, ...body });
};
