import { PANE_MS, paneIndex, type LiveEvent, type ViewerKey } from '#domain';
import { RANK, msOf, placeOf, turnOf, type Turn } from './effect-order.js';

/** A pane's events become due tick by tick, so that what takes effect at once stays little however many watch. */
export const TICK_MS = 8;
export const TICKS = PANE_MS / TICK_MS;
/** Events that a pane has room for at first. */
const FIRST_ROOM = 32;

/**
 * Events read and not yet applied, by the pane of their effective time. A bucket sort: an event is hung into its tick
 * when it is read, and only those of one tick are ever compared with each other.
 */
export interface Waiting {
  /** By pane index, of panes not yet final. */
  panes: Map<number, WaitingPane>;
  /** A pane's room, empty, to be used again. */
  spare: WaitingPane | null;
}

/** What waits for one pane. Events are known by their number, in the order in which they were read. */
export interface WaitingPane {
  events: LiveEvent[];
  /** By tick: the event hung in last, −1 where there is none. */
  heads: Int32Array;
  /** {@link NUMBERS} an event: the one hung into its tick before it (−1: none), its {@link Turn}, and the halves of its viewer's key. */
  numbers: Int32Array;
}

export const emptyWaiting = (): Waiting => ({ panes: new Map(), spare: null });

const NUMBERS = 4;

export const turnAt = ({ numbers }: WaitingPane, n: number): Turn => numbers[NUMBERS * n + 1]!;
export const hiAt = ({ numbers }: WaitingPane, n: number): number => numbers[NUMBERS * n + 2]!;
export const loAt = ({ numbers }: WaitingPane, n: number): number => numbers[NUMBERS * n + 3]!;

/** Lets an event wait for the pane and the tick of its effective time, ms. */
export const wait = (waiting: Waiting, event: LiveEvent, effective_ts: number, rank: number, isLate: boolean): void => {
  const index = paneIndex(effective_ts);
  let pane = waiting.panes.get(index);
  if (pane === undefined) waiting.panes.set(index, (pane = emptyPane(waiting)));
  const { events, heads } = pane;
  const n = events.length;
  const at = NUMBERS * n;
  if (at === pane.numbers.length) pane.numbers = grown(pane.numbers);
  const { numbers } = pane;
  const turn = turnOf(event, effective_ts, rank, isLate);
  const tick = (msOf(turn) / TICK_MS) | 0;
  numbers[at] = heads[tick]!;
  numbers[at + 1] = turn;
  const { viewer } = event as { viewer?: ViewerKey };
  if (viewer !== undefined) {
    numbers[at + 2] = viewer.hi;
    numbers[at + 3] = viewer.lo;
  }
  heads[tick] = n;
  events.push(event);
};

/** Ticks of pane `index` that lie wholly below `ts`. */
export const ticksBelow = (ts: number, index: number): number =>
  Math.min(TICKS, Math.max(0, Math.floor((ts - index * PANE_MS) / TICK_MS)));

export const firstWaiting = ({ panes }: Waiting): number | null => {
  let first: number | null = null;
  for (const index of panes.keys()) if (first === null || index < first) first = index;
  return first;
};

/** Does anything wait in ticks `[from, to)`? */
export const isDue = ({ heads }: WaitingPane, from: number, to: number): boolean => {
  for (let tick = from; tick < to; tick++) if (heads[tick]! >= 0) return true;
  return false;
};

/** Takes the events of ticks `[from, to)` out, once; answers their numbers in the order (effective time, rank, id by code unit). */
export const takeDue = (pane: WaitingPane, from: number, to: number): number[] => {
  const { heads, numbers } = pane;
  const due: number[] = [];
  for (let tick = from; tick < to; tick++) {
    let n = heads[tick]!;
    if (n < 0) continue;
    heads[tick] = -1;
    const start = due.length;
    for (; n >= 0; n = numbers[NUMBERS * n]!) due.push(n);
    if (due.length - start > 1) sortFrom(due, start, pane);
  }
  return due;
};

/** Lets go of a pane that nothing waits in any more. */
export const clearPane = (waiting: Waiting, index: number): void => {
  const pane = waiting.panes.get(index);
  if (pane === undefined) return;
  waiting.panes.delete(index);
  pane.events = [];
  waiting.spare = pane;
};

const emptyPane = (waiting: Waiting): WaitingPane => {
  const { spare } = waiting;
  waiting.spare = null;
  return spare ?? { events: [], heads: new Int32Array(TICKS).fill(-1), numbers: new Int32Array(NUMBERS * FIRST_ROOM) };
};

const grown = (numbers: Int32Array): Int32Array => {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
};

/** Up to so many events are sorted by insertion: they come nearly in order. */
const FEW = 24;

/** Sorts `due[start…]`, which holds the events of a tick, last one first. */
const sortFrom = (due: number[], start: number, pane: WaitingPane): void => {
  if (due.length - start > FEW) {
    const many = due.splice(start).sort((a, b) => inOrder(pane, a, b));
    for (const n of many) due.push(n);
    return;
  }
  for (let low = start, high = due.length - 1; low < high; low++, high--) {
    const n = due[low]!;
    due[low] = due[high]!;
    due[high] = n;
  }
  for (let i = start + 1; i < due.length; i++) {
    const n = due[i]!;
    let at = i;
    for (; at > start && inOrder(pane, due[at - 1]!, n) > 0; at--) due[at] = due[at - 1]!;
    due[at] = n;
  }
};

const inOrder = (pane: WaitingPane, a: number, b: number): number => {
  const place = placeOf(turnAt(pane, a));
  const before = place - placeOf(turnAt(pane, b));
  if (before !== 0 || (place & 7) === RANK.activity) return before;
  const idA = pane.events[a]!.event_id;
  const idB = pane.events[b]!.event_id;
  return idA < idB ? -1 : idA > idB ? 1 : 0;
};
