import type { PresentViewer, Tick } from './audience.js';
import type { Random } from './random.js';
import { priceAt, type Slot } from './rundown.js';
import type { FaultKind, SessionOptions, SimulatedItem } from './session-options.js';
import type { Happening, WireOrderLine } from './wire-event.js';

type ItemSlot = Slot & { kind: 'present' };
type OrderBase = Omit<WireOrderLine, 'type'>;
/** A step of an order that is still to come. */
interface OrderStep {
  ts: number;
  type: WireOrderLine['type'];
  lines: OrderBase[];
}

/** Chance per second that somebody in the room sees the item that is on for the first time. */
const EXPOSE_PER_S = 0.12;
/** Clicks per exposed viewer-second for an item of appeal 1, before the link opens. */
const CLICKS_PER_VIEWER_S = 0.0018;
/** "3-2-1, the link is up": clicks rise by this factor at once, and fall back with this time constant. */
const LINK_RUSH = { factor: 6, flashSaleFactor: 12, decayS: 10 };
const ORDER_PER_CLICK = 0.14;
const PAID_SHARE = 0.86;
/** While the checkout is broken, or the link. */
const PAID_SHARE_BROKEN = 0.05;
const ORDERED_SHARE_BROKEN = 0.03;
/** Orders a second that nobody in the room makes, and lines sent back in a wave of refunds, for each thousand viewers. */
const MADE_ORDERS_PER_S_PER_THOUSAND = 0.5;
const REFUNDS_PER_S_PER_THOUSAND = 0.3;
const PAID_KEPT = 1_024;
/** Of those never paid, the share that is cancelled; the rest is forgotten. */
const CANCELLED_SHARE = 0.45;
const REFUNDED_SHARE = 0.04;
const SECOND_LINE_SHARE = 0.06;
/** Some feeds name the source on the order, some leave it to the visit. */
const SOURCE_NAMED_SHARE = 0.7;

/** What is shown, clicked, ordered, paid, cancelled and sent back. Memory follows the orders still open. */
export class Shop {
  readonly #options: SessionOptions;
  readonly #random: Random;
  readonly #stock: Map<string, number>;
  /** Order steps to come, by the tick (its start, ms) in which they fall. */
  readonly #due = new Map<number, OrderStep[]>();
  #orders = 0;
  #fault: FaultKind | null = null;
  /** Lines paid of late, in a ring: what may be sent back. */
  readonly #paid: OrderBase[] = [];
  #paidNext = 0;

  constructor(options: SessionOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#stock = new Map(options.items.map(({ item_id, stock }) => [item_id, stock]));
  }

  /** Units of an item not yet ordered. */
  stockOf(item: SimulatedItem): number {
    return this.#stock.get(item.item_id) ?? 0;
  }

  advance(tick: Tick, slot: Slot, present: readonly PresentViewer[], fault: FaultKind | null, out: Happening[]): void {
    this.#fault = fault;
    if (slot.kind === 'present') {
      this.#expose(tick, slot, present, out);
      this.#click(tick, slot, present, out);
    }
    if (fault === 'made_orders' && slot.kind === 'present') this.#make(tick, slot);
    if (fault === 'refunds') this.#sendBack(tick, out);
    const due = this.#due.get(tick.from) ?? [];
    this.#due.delete(tick.from);
    for (const step of due) this.#take(step, out);
  }

  #expose(tick: Tick, slot: ItemSlot, present: readonly PresentViewer[], out: Happening[]): void {
    for (const viewer of present) {
      if (viewer.exposed_from === slot.from || !this.#random.chance(EXPOSE_PER_S)) continue;
      viewer.exposed_from = slot.from;
      const { item_id } = slot.item;
      out.push({ ts: this.#moment(tick, viewer), body: { type: 'item_expose', viewer_id: viewer.viewer_id, item_id } });
    }
  }

  #click(tick: Tick, slot: ItemSlot, present: readonly PresentViewer[], out: Happening[]): void {
    const rate = CLICKS_PER_VIEWER_S * slot.item.appeal * rush(slot, tick.from);
    for (let clicks = this.#random.poisson(present.length * rate); clicks > 0; clicks--) {
      const viewer = this.#random.pick(present);
      if (viewer.exposed_from !== slot.from) continue;
      const ts = this.#moment(tick, viewer);
      out.push({ ts, body: { type: 'item_click', viewer_id: viewer.viewer_id, item_id: slot.item.item_id } });
      const wants = ORDER_PER_CLICK * Math.sqrt(slot.item.appeal) * (viewer.returning ? 1.6 : 1);
      if (this.#fault === 'link' && !this.#random.chance(ORDERED_SHARE_BROKEN)) continue;
      if (this.#random.chance(wants)) this.#order(viewer, slot, ts + this.#delayMs(2, 12));
    }
  }

  #order(viewer: PresentViewer, slot: ItemSlot, ts: number): void {
    const order_id = `o${this.#options.seed.toString(36)}.${(this.#orders++).toString(36)}`;
    const named = this.#random.chance(SOURCE_NAMED_SHARE) ? { source: viewer.source } : {};
    const lineOf = (item: SimulatedItem, price_minor: number, quantity: number): OrderBase => ({
      order_id,
      viewer_id: viewer.viewer_id,
      item_id: item.item_id,
      quantity,
      amount_minor: price_minor * quantity,
      currency: this.#options.currency,
      ...named,
    });
    const quantity = Number(this.#random.weighted({ 1: 84, 2: 13, 3: 3 }));
    const lines = [lineOf(slot.item, priceAt(slot, ts), quantity)];
    const second = this.#random.pick(this.#options.items);
    if (second !== slot.item && this.#random.chance(SECOND_LINE_SHARE))
      lines.push(lineOf(second, second.price_minor, 1));
    this.#schedule({ ts, type: 'order_created', lines });
  }

  /** Lets a step happen, and with it decides the next one. */
  #take(step: OrderStep, out: Happening[]): void {
    const lines = step.type === 'order_created' ? this.#reserve(step.lines) : step.lines;
    if (lines.length === 0) return;
    for (const line of lines) out.push({ ts: step.ts, body: { type: step.type, ...line } });
    if (step.type === 'order_paid') this.#keepPaid(lines[0]!);
    const next = (type: OrderStep['type'], delayMs: number, some = lines): void =>
      this.#schedule({ ts: step.ts + delayMs, type, lines: some });
    if (step.type === 'order_created') {
      if (this.#random.chance(this.#fault === 'checkout' ? PAID_SHARE_BROKEN : PAID_SHARE))
        next('order_paid', this.#delayMs(4, 18));
      else if (this.#random.chance(CANCELLED_SHARE)) next('order_cancelled', this.#delayMs(60, 120));
    } else if (step.type === 'order_paid' && this.#random.chance(REFUNDED_SHARE))
      next('order_refunded', this.#delayMs(90, 500), this.#random.chance(0.5) ? lines.slice(0, 1) : lines);
    else if (step.type === 'order_cancelled') this.#release(lines);
  }

  /** Orders by viewers whom nobody has seen, each paid at once. */
  #make(tick: Tick, slot: ItemSlot): void {
    for (let made = this.#random.poisson(this.#perS(MADE_ORDERS_PER_S_PER_THOUSAND)); made > 0; made--) {
      const order_id = `o${this.#options.seed.toString(36)}.${(this.#orders++).toString(36)}`;
      const { item_id, price_minor } = slot.item;
      const line = { order_id, viewer_id: `m${order_id}`, item_id, quantity: 1, amount_minor: price_minor };
      const ts = this.#random.integer(tick.from, tick.to);
      this.#schedule({ ts, type: 'order_created', lines: [{ ...line, currency: this.#options.currency }] });
    }
  }

  #sendBack(tick: Tick, out: Happening[]): void {
    if (this.#paid.length === 0) return;
    for (let lines = this.#random.poisson(this.#perS(REFUNDS_PER_S_PER_THOUSAND)); lines > 0; lines--) {
      const line = this.#random.pick(this.#paid);
      out.push({ ts: this.#random.integer(tick.from, tick.to), body: { type: 'order_refunded', ...line } });
    }
  }

  #keepPaid(line: OrderBase): void {
    this.#paid[this.#paidNext] = line;
    this.#paidNext = (this.#paidNext + 1) % PAID_KEPT;
  }

  #perS(perThousand: number): number {
    return (this.#options.online / 1_000) * perThousand;
  }

  /** Only what is in stock can be ordered. */
  #reserve(lines: OrderBase[]): OrderBase[] {
    return lines.filter(({ item_id, quantity }) => {
      const left = (this.#stock.get(item_id) ?? 0) - quantity;
      if (left < 0) return false;
      this.#stock.set(item_id, left);
      return true;
    });
  }

  #release(lines: readonly OrderBase[]): void {
    for (const { item_id, quantity } of lines) this.#stock.set(item_id, (this.#stock.get(item_id) ?? 0) + quantity);
  }

  /** What would fall past the session's end never happens in it. */
  #schedule(step: OrderStep): void {
    const { start_ts, duration_s } = this.#options;
    if (step.ts >= start_ts + duration_s * 1000) return;
    const tick = start_ts + Math.floor((step.ts - start_ts) / 1000) * 1000;
    const steps = this.#due.get(tick);
    if (steps === undefined) this.#due.set(tick, [step]);
    else steps.push(step);
  }

  /** At least a second, so that a step never falls into a tick that is being lived through. */
  #delayMs(leastS: number, meanMoreS: number): number {
    return Math.round(1000 * (Math.max(1, leastS) + this.#random.exponential(meanMoreS)));
  }

  #moment(tick: Tick, viewer: PresentViewer): number {
    return this.#random.integer(Math.max(tick.from, viewer.entered_ts), tick.to);
  }
}

/** The factor on clicks: quiet before the link opens, a rush as it opens. */
const rush = (slot: ItemSlot, ts: number): number => {
  if (ts < slot.link_ts) return 0.5;
  const factor = slot.flash_sale ? LINK_RUSH.flashSaleFactor : LINK_RUSH.factor;
  return 1 + factor * Math.exp(-(ts - slot.link_ts) / 1000 / LINK_RUSH.decayS);
};
