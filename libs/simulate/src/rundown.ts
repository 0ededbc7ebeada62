import type { Random } from './random.js';
import {
  FAULT_KINDS,
  type FaultKind,
  type ScriptEntry,
  type SessionOptions,
  type SimulatedItem,
} from './session-options.js';

/** A stretch `[from, to)` of the session (ms) in which one entry of the script runs. */
export type Slot =
  | {
      kind: 'present';
      from: number;
      to: number;
      item: SimulatedItem;
      flash_sale: boolean;
      /** "3-2-1": when its link opens, ms. */
      link_ts: number;
    }
  | { kind: 'lottery' | 'talk'; from: number; to: number };

/** What was done to the session on purpose, `[from, to)` in ms: the truth a detector is judged by. */
export interface Label {
  stream_id: string;
  /** Only `dropoff` is a fault of the content; the others look like one and must not be taken for it, or are faults of another kind. */
  kind: 'dropoff' | 'traffic_burst' | 'lottery_end' | 'closing' | `${FaultKind}_fault`;
  from: number;
  to: number;
  /** The factor on the hazard of leaving. */
  ratio: number;
  item_id: string | null;
}

/** The session as it was planned: slots without gaps from start to end, and the labels of what disturbs it. */
export interface Rundown {
  slots: readonly Slot[];
  labels: readonly Label[];
}

/** Those who stayed for the prize go at this rate, for this long, once it is drawn. */
const LOTTERY_END = { seconds: 15, ratio: 2.5 };
/** The last minute is announced, and some go at once. */
const CLOSING = { seconds: 60, ratio: 1.5 };
const FLASH_SALE_PRICE = 0.8;
const HOST_CHANGE_RATIO = 1.33;

export const planRundown = (options: SessionOptions, random: Random): Rundown => {
  const slots = layOut(options, random);
  return { slots, labels: labelsOf(options, slots) };
};

/** Hosts keep to their script within a tenth, here in whole seconds; the last entry is cut by the end of the session. */
const layOut = (options: SessionOptions, random: Random): Slot[] => {
  if (!options.script.some((entry) => entry.seconds > 0)) throw new Error('a script needs an entry that takes time');
  const end = options.start_ts + options.duration_s * 1000;
  const slots: Slot[] = [];
  let from = options.start_ts;
  for (let i = 0; from < end; i++) {
    const entry = options.script[i % options.script.length];
    if (entry === undefined || entry.seconds <= 0) continue;
    const to = Math.min(end, from + 1000 * Math.max(1, Math.round(entry.seconds * random.between(0.9, 1.1))));
    slots.push(slotOf(entry, from, to, options, random));
    from = to;
  }
  return slots;
};

const slotOf = (entry: ScriptEntry, from: number, to: number, options: SessionOptions, random: Random): Slot => {
  if (entry.kind !== 'present') return { kind: entry.kind, from, to };
  const item = options.items.find(({ item_id }) => item_id === entry.item_id);
  if (item === undefined) throw new Error(`the script presents ${entry.item_id}, which is not among the items`);
  const link_ts = from + Math.round((to - from) * random.between(0.3, 0.5));
  return { kind: 'present', from, to, item, flash_sale: entry.flash_sale ?? false, link_ts };
};

const labelsOf = (options: SessionOptions, slots: readonly Slot[]): Label[] => {
  const { stream_id, start_ts } = options;
  const end = start_ts + options.duration_s * 1000;
  const closing: Label = {
    stream_id,
    kind: 'closing',
    from: Math.max(start_ts, end - CLOSING.seconds * 1000),
    to: end,
    ratio: CLOSING.ratio,
    item_id: null,
  };
  const lotteryEnds = slots
    .filter((slot) => slot.kind === 'lottery' && slot.to < end)
    .map(({ to }): Label => {
      const until = Math.min(end, to + LOTTERY_END.seconds * 1000);
      return { stream_id, kind: 'lottery_end', from: to, to: until, ratio: LOTTERY_END.ratio, item_id: null };
    });
  const bursts = options.bursts.flatMap((burst): Label[] => {
    const from = start_ts + burst.from_s * 1000;
    const to = Math.min(end, from + burst.seconds * 1000);
    return from < to ? [{ stream_id, kind: 'traffic_burst', from, to, ratio: burst.hazard_ratio, item_id: null }] : [];
  });
  const faults = options.faults.flatMap((fault): Label[] => {
    const from = start_ts + fault.from_s * 1000;
    const to = Math.min(end, from + fault.seconds * 1000);
    const ratio = fault.kind === 'host_change' ? HOST_CHANGE_RATIO : 1;
    return from < to ? [{ stream_id, kind: `${fault.kind}_fault`, from, to, ratio, item_id: null }] : [];
  });
  return [
    ...options.effects.flatMap((effect) => dropoffLabel(effect, options, slots)),
    ...bursts,
    ...faults,
    ...lotteryEnds,
    closing,
  ].sort((a, b) => a.from - b.from);
};

/** A drop-off is the content's fault: it begins with an item on, and ends with that presentation if not before. */
const dropoffLabel = (
  effect: SessionOptions['effects'][number],
  { stream_id, start_ts }: SessionOptions,
  slots: readonly Slot[],
): Label[] => {
  const from = start_ts + effect.from_s * 1000;
  const to = from + effect.seconds * 1000;
  const slot = slots.find((candidate) => candidate.kind === 'present' && candidate.to > from && candidate.from < to);
  if (slot?.kind !== 'present') return [];
  return [
    {
      stream_id,
      kind: 'dropoff',
      from: Math.max(from, slot.from),
      to: Math.min(to, slot.to),
      ratio: effect.hazard_ratio,
      item_id: slot.item.item_id,
    },
  ];
};

/** The factor on everybody's hazard of leaving at `ts`. A burst acts on those who came with it, not on everybody. */
export const hazardRatioAt = ({ labels }: Rundown, ts: number): number =>
  labels.reduce(
    (ratio, label) =>
      label.kind !== 'traffic_burst' && label.from <= ts && ts < label.to ? ratio * label.ratio : ratio,
    1,
  );

/** What does not work at `ts`, if anything. */
export const faultAt = ({ labels }: Rundown, ts: number): FaultKind | null =>
  FAULT_KINDS.find((kind) =>
    labels.some((label) => label.kind === `${kind}_fault` && label.from <= ts && ts < label.to),
  ) ?? null;

/** The price of a slot's item at `ts`, minor units. */
export const priceAt = (slot: Slot & { kind: 'present' }, ts: number): number =>
  slot.flash_sale && ts >= slot.link_ts ? Math.round(slot.item.price_minor * FLASH_SALE_PRICE) : slot.item.price_minor;
