import { importedEventId, wrongColumns, type CsvImporter, type ImportSettings } from './imported-row.js';

const COLUMNS = 'user_id, item_id, category_id, behavior, ts';

/**
 * A shop's click log, CSV without header: `user_id,item_id,category_id,behavior,ts (s)`.
 * `pv`, `cart` and `fav` → `item_click`, `buy` → `order_paid` of one unit for 0 CNY, an order of its own per row:
 * the log has no prices, so orders and units count and money does not. `category_id` has no place on the wire.
 */
export const createClickCsvImporter = ({ file_hash, stream_id }: ImportSettings): CsvImporter => ({
  row(fields, line) {
    const [viewer_id, item_id, , behavior, seconds] = fields;
    if (fields.length !== 5 || viewer_id === undefined || item_id === undefined || seconds === undefined) {
      return wrongColumns(fields.length, COLUMNS);
    }
    if (!/^\d{1,12}$/.test(seconds)) {
      return { ok: false, reason: 'invalid_field', detail: `ts: ${JSON.stringify(seconds)}, expected whole seconds` };
    }
    const event_id = importedEventId('click', file_hash, line);
    const common = { event_id, stream_id, ts: Number(seconds) * 1000, viewer_id, item_id };
    switch (behavior) {
      case 'pv':
      case 'cart':
      case 'fav':
        return { ok: true, event: { ...common, type: 'item_click' } };
      case 'buy':
        return {
          ok: true,
          event: { ...common, type: 'order_paid', order_id: event_id, quantity: 1, amount_minor: 0, currency: 'CNY' },
        };
      default:
        return {
          ok: false,
          reason: 'invalid_field',
          detail: `behavior: ${JSON.stringify(behavior)}, expected one of pv, cart, fav, buy`,
        };
    }
  },
});
