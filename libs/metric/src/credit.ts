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

/** What a presentation earned of its own item; the orders of other items, paid in its panes, apart. */
export interface Credit {
  credited_orders: number;
  credited_units: number;
  credited_gmv_minor: number;
  other_items_orders: number;
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
  const inOrder = presentations.filter(({ withdrawn }) => !withdrawn).sort((a, b) => a.from - b.from);
  const credits = new Map<string, Credit>();
  const otherOrders = new Map<string, Set<string>>();
  for (const { presentation_id } of inOrder) {
    credits.set(presentation_id, {
      credited_orders: 0,
      credited_units: 0,
      credited_gmv_minor: 0,
      other_items_orders: 0,
    });
    otherOrders.set(presentation_id, new Set());
  }

  for (const line of paidLines) {
    const credited = creditedTo(inOrder, line);
    if (credited !== undefined) {
      const credit = credits.get(credited.presentation_id)!;
      credit.credited_orders++;
      credit.credited_units += line.quantity;
      credit.credited_gmv_minor += line.amount_minor ?? 0;
    }
    const onAir = inOrder.findLast(({ from }) => from <= line.ts);
    if (onAir !== undefined && onAir.item_id !== line.item_id && line.ts < endOf(onAir))
      otherOrders.get(onAir.presentation_id)!.add(line.order_id);
  }
  for (const [presentation_id, orders] of otherOrders) credits.get(presentation_id)!.other_items_orders = orders.size;
  return credits;
};

/** The presentation that a line is credited to, of those in order of time; `undefined`: none. */
export const creditedTo = <S extends Pick<Span, 'item_id' | 'from' | 'to'>>(
  inOrder: readonly S[],
  line: Pick<PaidLine, 'item_id' | 'ts'>,
): S | undefined => {
  const ofItem = inOrder.findLast(({ item_id, from }) => item_id === line.item_id && from <= line.ts);
  return ofItem !== undefined && line.ts < endOf(ofItem) + CREDIT_MS ? ofItem : undefined;
};

const endOf = ({ to }: Pick<Span, 'to'>): number => to ?? Infinity;

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
  const during = ratio(credited_orders, seconds / 60);
  const otherwise = ratio(item_orders_paid - credited_orders, (session_seconds - seconds) / 60);
  return during === null || otherwise === null ? null : during - otherwise;
};
