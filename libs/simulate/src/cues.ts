import type { Tick } from './audience.js';
import { priceAt, type Rundown, type Slot } from './rundown.js';
import type { SessionOptions } from './session-options.js';
import type { Happening } from './wire-event.js';

/** The shop tells the feed anew what is left this often while an item is on. */
const STOCK_UPDATE_MS = 30_000;

/** The control room's marks in `[tick.from, tick.to)`: items on and off, script labels. `stock` is what is left of the slot's item. */
export const cuesIn = (
  tick: Tick,
  slot: Slot,
  before: Slot | undefined,
  rundown: Rundown,
  stock: number,
): Happening[] => {
  const cues: Happening[] = [];
  const within = (ts: number): boolean => tick.from <= ts && ts < tick.to;
  const mark = (ts: number, label: string): void => {
    if (within(ts)) cues.push({ ts, body: { type: 'script_cue', label } });
  };
  const show = (shown: Slot & { kind: 'present' }, ts: number): void => {
    const { item_id, title } = shown.item;
    cues.push({ ts, body: { type: 'item_presented', item_id, title, price_minor: priceAt(shown, ts), stock } });
  };

  if (before?.kind === 'lottery') mark(slot.from, 'lottery_end');
  if (before?.kind === 'present' && slot.kind !== 'present' && within(slot.from))
    cues.push({ ts: slot.from, body: { type: 'item_withdrawn', item_id: before.item.item_id } });
  if (slot.kind === 'lottery') mark(slot.from, 'lottery_start');
  if (slot.kind === 'present') {
    if (slot.flash_sale) mark(slot.link_ts, 'flash_sale');
    if (slot.flash_sale && within(slot.link_ts)) show(slot, slot.link_ts);
    else if ((tick.from - slot.from) % STOCK_UPDATE_MS === 0) show(slot, tick.from);
  }
  for (const label of rundown.labels) if (label.kind === 'closing') mark(label.from, 'closing');
  return cues;
};

/** The session's first word. */
export const openingCue = ({
  start_ts,
  title,
  host,
  currency,
  online,
  duration_s,
  items,
}: SessionOptions): Happening => ({
  ts: start_ts,
  body: {
    type: 'stream_started',
    title,
    host,
    host_kind: 'human',
    channel: 'brand',
    currency,
    planned_gmv_minor: planGmvMinor(online, duration_s, items),
  },
});

/** Planners expect an order of the middling item per this many viewer-seconds. */
const VIEWER_SECONDS_PER_ORDER = 4_000;

const planGmvMinor = (online: number, durationS: number, items: SessionOptions['items']): number => {
  const priceMean = items.reduce((sum, { price_minor }) => sum + price_minor, 0) / Math.max(1, items.length);
  return Math.round(((online * durationS) / VIEWER_SECONDS_PER_ORDER) * priceMean);
};
