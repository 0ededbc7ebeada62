import { CREDIT_MS } from '#domain';
import type { Presentation } from '#domain';
import { ratio } from './ratio.js';

/** The first applied `order_paid` of one line (`order_id`, `item_id`), at its own `ts` (ms) however late it came. */
export interface PaidLine {
  ts: number;
  order_id: string;
  item_id: string;
  quantity: number;
  /** In the stream's currency; `null` where there is no rate: the order and its units count, its money does not. */
  amount_minor: number | null;
}

/** What a presentation earned of its own item. */
export interface Credit {
  credited_orders: number;
  credited_units: number;
  credited_gmv_minor: number;
}

type Span = Pick<Presentation, 'presentation_id' | 'item_id' | 'from' | 'to' | 'withdrawn'>;

/**
 * Credit of every presentation of a session that owns a pane, by `presentation_id`. A paid line goes to the presentation
 * of its item with `ts` in `[from, to + CREDIT_MS)` and before the item's next `from`: to one presentation or to none.
 */
export const creditPresentations = (
  presentations: readonly Span[],
  paidLines: readonly PaidLine[],
): Map<string, Credit> => {
  const credits = new Map<string, Credit>();
  const spansByItem = new Map<string, Span[]>();
  for (const span of presentations.filter(({ withdrawn }) => !withdrawn).sort((a, b) => a.from - b.from)) {
    credits.set(span.presentation_id, { credited_orders: 0, credited_units: 0, credited_gmv_minor: 0 });
    const spans = spansByItem.get(span.item_id);
    if (spans === undefined) spansByItem.set(span.item_id, [span]);
    else spans.push(span);
  }

  for (const line of paidLines) {
    const latest = spansByItem.get(line.item_id)?.findLast(({ from }) => from <= line.ts);
    if (latest === undefined || (latest.to !== null && line.ts >= latest.to + CREDIT_MS)) continue;
    const credit = credits.get(latest.presentation_id)!;
    credit.credited_orders++;
    credit.credited_units += line.quantity;
    credit.credited_gmv_minor += line.amount_minor ?? 0;
  }
  return credits;
};

/** One presentation within its session: paid orders of its item, and panes that exist (seconds). */
export interface LiftFigures {
  credited_orders: number;
  seconds: number;
  /** All paid orders of the item in the session. */
  item_orders_paid: number;
  session_seconds: number;
}

/**
 * Credited orders per minute less the item's other paid orders per other minute of the session.
 * `null` where the presentation, or the rest of the session, has no pane.
 */
export const lift = ({ credited_orders, seconds, item_orders_paid, session_seconds }: LiftFigures): number | null => {
  const during = ratio(60 * credited_orders, seconds);
  const otherwise = ratio(60 * (item_orders_paid - credited_orders), session_seconds - seconds);
  return during === null || otherwise === null ? null : during - otherwise;
};
