import { describe, expect, it } from '@jest/globals';
import { createClickCsvImporter } from './click-csv.js';
import { createDanmakuImporter } from './danmaku-ndjson.js';
import { streamIdOfFile, type ImportedRow, type WireEvent } from './imported-row.js';
import { createDecoder, type Decoded } from './live-event.js';
import { createOrderCsvImporter } from './order-csv.js';
import { createPseudonymiser } from './pseudonym.js';

const settings = { file_hash: '0123456789abcdef0123456789abcdef', stream_id: 'room-1' };
const decoder = createDecoder({ pseudonymise: createPseudonymiser('k'), maxFutureMs: 60_000 });

const eventOf = (row: ImportedRow): WireEvent => {
  if (!row.ok) throw new Error(row.detail);
  return row.event;
};
const decode = (row: ImportedRow): Decoded => {
  const bytes = Buffer.from(JSON.stringify(eventOf(row)));
  return decoder.decode(bytes, 0, bytes.length, Date.UTC(2026, 0));
};

describe('recorded danmaku', () => {
  const { row } = createDanmakuImporter(settings);

  it('each message is a danmaku, its id made of format, file and line', () => {
    const imported = row('{"uid":"u1","msg":"来了","timestamp":1600000000123,"msg_type":0}', 7);
    expect(eventOf(imported)).toEqual({
      event_id: 'danmaku:0123456789abcdef:7',
      type: 'danmaku',
      stream_id: 'room-1',
      ts: 1_600_000_000_123,
      viewer_id: 'u1',
      text: '来了',
    });
    expect(decode(imported).ok).toBe(true);
  });

  it('a canned message is a message like any other', () => {
    expect(eventOf(row('{"uid":"u","msg":"干杯","timestamp":1600000000000,"msg_type":2}', 1))).toMatchObject({
      text: '干杯',
    });
  });

  it('what breaks the rules of the wire is left to the decoder', () => {
    expect(decode(row('{"uid":"u","msg":"","timestamp":1600000000000}', 1))).toMatchObject({ reason: 'invalid_field' });
    expect(decode(row('{"uid":"u","timestamp":1600000000000}', 1))).toMatchObject({ reason: 'invalid_field' });
    expect(decode(row('[]', 1))).toMatchObject({ reason: 'invalid_field' });
  });

  it('a line that is no JSON object says so', () => {
    for (const line of ['{"uid":', '7', 'null']) expect(row(line, 1)).toMatchObject({ ok: false, reason: 'not_json' });
  });
});

describe('a click log', () => {
  const { row } = createClickCsvImporter(settings);

  it.each(['pv', 'cart', 'fav'])('%s touches the item', (behavior) => {
    const imported = row(['11', '22', '33', behavior, '1600000000'], 3);
    expect(eventOf(imported)).toEqual({
      event_id: 'click:0123456789abcdef:3',
      type: 'item_click',
      stream_id: 'room-1',
      ts: 1_600_000_000_000,
      viewer_id: '11',
      item_id: '22',
    });
    expect(decode(imported).ok).toBe(true);
  });

  it('buy is a paid order of one unit, without money, for there are no prices', () => {
    const imported = row(['11', '22', '33', 'buy', '1600000000'], 4);
    expect(eventOf(imported)).toMatchObject({
      type: 'order_paid',
      order_id: 'click:0123456789abcdef:4',
      quantity: 1,
      amount_minor: 0,
      currency: 'CNY',
    });
    expect(decode(imported).ok).toBe(true);
  });

  it('a row cut short within its time is out of the range of time', () => {
    expect(decode(row(['11', '22', '33', 'pv', '16'], 5))).toMatchObject({ ok: false, reason: 'invalid_field' });
  });

  it.each([
    ['a row cut short before its time', ['11', '22', '33', 'pv']],
    ['a field too many', ['11', '22', '33', 'pv', '1600000000', 'x']],
    ['no time', ['11', '22', '33', 'pv', '']],
    ['a time with a fraction', ['11', '22', '33', 'pv', '1.5']],
    ['an unknown behaviour', ['11', '22', '33', 'p', '1600000000']],
  ])('%s is refused', (_, fields) => expect(row(fields, 6)).toMatchObject({ ok: false, reason: 'invalid_field' }));
});

describe('invoice lines', () => {
  const line = (
    over: Partial<Record<'invoice' | 'code' | 'quantity' | 'date' | 'price' | 'customer', string>> = {},
  ) => {
    const { invoice = '7001', code = 'A1', quantity = '3', date = '2020-02-29 09:30:00', price = '1.25' } = over;
    return [invoice, code, 'A THING', quantity, date, price, over.customer ?? '501.0', 'Elsewhere'];
  };
  const one = (over: Parameters<typeof line>[0]): ImportedRow => createOrderCsvImporter(settings).row(line(over), 2);

  it('a line is paid: units, and money of the whole line in pence', () => {
    const imported = one({});
    expect(eventOf(imported)).toEqual({
      event_id: 'order:0123456789abcdef:2',
      type: 'order_paid',
      stream_id: 'room-1',
      ts: Date.UTC(2020, 1, 29, 9, 30),
      viewer_id: '501',
      order_id: '7001',
      item_id: 'A1',
      quantity: 3,
      amount_minor: 375,
      currency: 'GBP',
    });
    expect(decode(imported).ok).toBe(true);
  });

  it.each([
    ['1.1', '3', 330],
    ['0.29', '100', 2_900],
    ['4.35', '100', 43_500],
    ['17836.46', '1', 1_783_646],
    ['2', '2', 400],
    ['0.005', '1', 0],
    ['0.015', '1', 2],
    ['0.0151', '1', 2],
    ['0.025', '1', 2],
    ['0.0', '5', 0],
  ])('%s times %s is %i pence, exactly', (price, quantity, pence) =>
    expect(eventOf(one({ price, quantity }))).toMatchObject({ amount_minor: pence }),
  );

  it('a line of a C invoice is refunded, with a positive quantity', () => {
    expect(eventOf(one({ invoice: 'C7002', quantity: '-2' }))).toMatchObject({
      type: 'order_refunded',
      order_id: 'C7002',
      quantity: 2,
      amount_minor: 250,
    });
  });

  it('a negative quantity without a price is a refund of nothing', () => {
    const imported = one({ quantity: '-390', price: '0.0', customer: '' });
    expect(eventOf(imported)).toMatchObject({ type: 'order_refunded', quantity: 390, amount_minor: 0 });
    expect(decode(imported).ok).toBe(true);
  });

  it('lines of one invoice with the same item stay apart', () => {
    const importer = createOrderCsvImporter(settings);
    const items = ['A1', 'B2', 'A1', 'A1'].map((code, n) => eventOf(importer.row(line({ code }), n + 2)).item_id);
    expect(items).toEqual(['A1', 'B2', 'A1#2', 'A1#3']);
    expect(eventOf(importer.row(line({ invoice: '7003' }), 9)).item_id).toBe('A1');
  });

  it('without a customer the invoice stands for its buyer', () => {
    expect(eventOf(one({ customer: '' }))).toMatchObject({ viewer_id: 'invoice-7001' });
  });

  it('a quantity of 0 is left to the decoder', () => {
    expect(decode(one({ quantity: '0' }))).toMatchObject({ ok: false, reason: 'invalid_field' });
  });

  it.each([
    ['a day that does not exist', { date: '2021-02-29 09:30:00' }],
    ['another form of date', { date: '29/02/2020 09:30' }],
    ['half a unit', { quantity: '1.5' }],
    ['no price', { price: '' }],
    ['a negative price', { price: '-5.00' }],
    ['a price in words', { price: '1e3' }],
  ])('%s is refused', (_, over) => expect(one(over)).toMatchObject({ ok: false, reason: 'invalid_field' }));

  it('a row of another width is refused', () => {
    expect(createOrderCsvImporter(settings).row(['7001'], 2)).toMatchObject({ ok: false, reason: 'invalid_field' });
  });
});

describe('the stream id of a file', () => {
  it.each([
    ['/data/room 7.ndjson', 'room-7'],
    ['C:\\data\\orders-2011.12.csv', 'orders-2011.12'],
    ['直播.csv', '--'],
    ['.csv', 'import'],
    [`${'a'.repeat(80)}.csv`, 'a'.repeat(64)],
  ])('%s → %s', (path, id) => expect(streamIdOfFile(path)).toBe(id));
});
