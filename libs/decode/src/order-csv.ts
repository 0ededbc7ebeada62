import {
  importedEventId,
  wrongColumns,
  type CsvImporter,
  type ImportedRow,
  type ImportSettings,
} from './imported-row.js';

const COLUMNS = 'InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country';

/**
 * A shop's invoice lines, CSV (header row not given): times are UTC, prices GBP.
 * A line is `order_paid`; one of a `C…` invoice, or with a negative quantity, is `order_refunded` of the positive
 * quantity. Lines of an invoice that repeat a `StockCode` get `#2`, `#3` … behind it: (`order_id`, `item_id`) is a line's
 * identity, and no line may be lost as a repeat. Without a `CustomerID` the invoice stands for its buyer.
 */
export const createOrderCsvImporter = ({ file_hash, stream_id }: ImportSettings): CsvImporter => {
  const linesSeen = new Map<string, number>();

  return {
    row(fields, line) {
      const [invoice, stockCode, , quantityText, date, price, customer] = fields;
      if (
        fields.length !== 8 ||
        invoice === undefined ||
        stockCode === undefined ||
        quantityText === undefined ||
        date === undefined ||
        price === undefined ||
        customer === undefined
      ) {
        return wrongColumns(fields.length, COLUMNS);
      }
      const ts = utcMs(date);
      if (ts === undefined) return wrong('InvoiceDate', date, 'YYYY-MM-DD hh:mm:ss');
      if (!/^-?\d{1,9}$/.test(quantityText)) return wrong('Quantity', quantityText, 'a whole number');
      const quantity = Number(quantityText);
      const amount = amountMinor(price, Math.abs(quantity));
      if (amount === undefined) return wrong('UnitPrice', price, 'a decimal number of pounds, not negative');

      const identity = JSON.stringify([invoice, stockCode]);
      const nth = (linesSeen.get(identity) ?? 0) + 1;
      linesSeen.set(identity, nth);
      return {
        ok: true,
        event: {
          event_id: importedEventId('order', file_hash, line),
          type: quantity < 0 || invoice.startsWith('C') ? 'order_refunded' : 'order_paid',
          stream_id,
          ts,
          viewer_id: customer === '' ? `invoice-${invoice}` : customer.replace(/\.0$/, ''),
          order_id: invoice,
          item_id: nth === 1 ? stockCode : `${stockCode}#${nth}`,
          quantity: Math.abs(quantity),
          amount_minor: amount,
          currency: 'GBP',
        },
      };
    },
  };
};

const wrong = (column: string, found: string, expected: string): ImportedRow => ({
  ok: false,
  reason: 'invalid_field',
  detail: `${column}: ${JSON.stringify(found)}, expected ${expected}`,
});

/** `undefined` where the text is no moment of the calendar: 30 February would come back as 1 March. */
const utcMs = (text: string): number | undefined => {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const iso = `${text.replace(' ', 'T')}.000Z`;
  const ts = Date.parse(iso);
  return Number.isNaN(ts) || new Date(ts).toISOString() !== iso ? undefined : ts;
};

/** Price in pounds times units, in pence: exact in decimals, a fraction of a penny rounded half to even. */
const amountMinor = (price: string, units: number): number | undefined => {
  const match = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(price);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  const scale = 10n ** BigInt(fraction.length);
  const scaledPence = BigInt(whole + fraction) * BigInt(units) * 100n;
  const pence = scaledPence / scale;
  const twiceRest = (scaledPence % scale) * 2n;
  const roundsUp = twiceRest > scale || (twiceRest === scale && pence % 2n === 1n);
  return Number(roundsUp ? pence + 1n : pence);
};
