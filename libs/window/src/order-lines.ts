import { ORDER_TYPES, type OrderLine } from '#domain';

/**
 * Which order lines and orders of a session were counted. Of one line (`order_id`, `item_id`) and type the first
 * applied counts, except refunds, which add up; an order counts once per type, with its first line.
 */
export interface OrderMemory {
  /** `order_id` → bit set of types counted. */
  orders: Map<string, number>;
  /** `order_id` NUL `item_id` → bit set of types counted. */
  lines: Map<string, number>;
}

export interface OrderVerdict {
  /** The line had been counted for this type already. */
  repeat: boolean;
  /** First line of its order and type: the order itself is counted now. */
  firstOfOrder: boolean;
  /** First of this line and type: the line counts for its item. */
  firstOfLine: boolean;
}

export const emptyOrderMemory = (): OrderMemory => ({ orders: new Map(), lines: new Map() });

/** Takes a line into memory and says what it counts for. */
export const judgeOrderLine = (memory: OrderMemory, line: OrderLine): OrderVerdict => {
  const bit = 1 << ORDER_TYPES.indexOf(line.type);
  const firstOfLine = setBit(memory.lines, `${line.order_id}\0${line.item_id}`, bit);
  const repeat = !firstOfLine && line.type !== 'order_refunded';
  return { repeat, firstOfLine, firstOfOrder: !repeat && setBit(memory.orders, line.order_id, bit) };
};

const setBit = (bits: Map<string, number>, key: string, bit: number): boolean => {
  const before = bits.get(key) ?? 0;
  if ((before & bit) !== 0) return false;
  bits.set(key, before | bit);
  return true;
};
