import {
  convertMinor,
  emptyItemCounts,
  type Danmaku,
  type Follow,
  type FxRates,
  type ItemCounts,
  type ItemTouch,
  type Like,
  type OrderLine,
  type Pane,
  type Source,
} from '#domain';
import { moveLastSeen, type LastSeen } from './last-seen.js';
import type { OrderVerdict } from './order-lines.js';
import { sourceCounts } from './presence.js';
import { CLICK_PANE, EXPOSE_PANE, INTERACT_PANE, chunkOf, wordsAt, type ViewerTable } from './viewer-table.js';

export type Activity = Danmaku | Like | Follow | ItemTouch;

/** Counts what a viewer did in the pane of its `ts`, and notes her among the distinct viewers who did it. */
export const applyActivity = (
  pane: Pane,
  index: number,
  event: Activity,
  seen: LastSeen,
  viewers: ViewerTable,
  slot: number,
): void => {
  const { words } = chunkOf(viewers, slot);
  const word = wordsAt(slot);
  switch (event.type) {
    case 'item_expose':
      pane.item_exposes++;
      itemCounts(pane, event.item_id).item_exposes++;
      words[word + EXPOSE_PANE] = moveLastSeen(seen, 'exposed', words[word + EXPOSE_PANE]!, index);
      return;
    case 'item_click':
      pane.item_clicks++;
      itemCounts(pane, event.item_id).item_clicks++;
      words[word + CLICK_PANE] = moveLastSeen(seen, 'clickers', words[word + CLICK_PANE]!, index);
      return;
    case 'group_join':
      pane.group_joins++;
      return;
    case 'danmaku':
      pane.danmaku++;
      break;
    case 'like':
      pane.likes += event.count;
      break;
    case 'follow':
      pane.follows++;
      break;
    case 'share':
      pane.shares++;
      break;
  }
  words[word + INTERACT_PANE] = moveLastSeen(seen, 'interactors', words[word + INTERACT_PANE]!, index);
};

/** Adds an order line that counts to the pane of its `ts`: whole, by item, and for paid ones by source. */
export const applyOrderLine = (
  pane: Pane,
  line: OrderLine,
  verdict: OrderVerdict,
  source: Source,
  currency: string,
  rates: FxRates,
): void => {
  const item = itemCounts(pane, line.item_id);
  const money = convertMinor(line.amount_minor, line.currency, currency, rates);
  if (verdict.firstOfOrder) pane[ORDERS[line.type]]++;
  if (verdict.firstOfLine) item[ORDERS[line.type]]++;
  switch (line.type) {
    case 'order_created':
      pane.gmv_created_minor += money ?? 0;
      item.gmv_created_minor += money ?? 0;
      return;
    case 'order_refunded':
      pane.refund_minor += money ?? 0;
      item.refund_minor += money ?? 0;
      return;
    case 'order_cancelled':
      return;
    case 'order_paid': {
      const counts = sourceCounts(pane, source);
      pane.units_paid += line.quantity;
      item.units_paid += line.quantity;
      if (verdict.firstOfOrder) counts.orders_paid++;
      if (money === null) {
        pane.other_money[line.currency] = (pane.other_money[line.currency] ?? 0) + line.amount_minor;
        return;
      }
      pane.gmv_paid_minor += money;
      item.gmv_paid_minor += money;
      counts.gmv_paid_minor += money;
    }
  }
};

const ORDERS = {
  order_created: 'orders_created',
  order_paid: 'orders_paid',
  order_cancelled: 'orders_cancelled',
  order_refunded: 'orders_refunded',
} as const;

export const itemCounts = (pane: Pane, item_id: string): ItemCounts => {
  const { by_item } = pane;
  // Own properties only: an item may be called `__proto__` or `constructor`.
  if (!Object.hasOwn(by_item, item_id)) {
    const value = emptyItemCounts();
    if (item_id in by_item)
      Object.defineProperty(by_item, item_id, { value, enumerable: true, writable: true, configurable: true });
    else by_item[item_id] = value;
  }
  return by_item[item_id]!;
};
