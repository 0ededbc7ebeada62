import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordsOf, type ImportFormat, type ImportRecord } from './import-formats.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (format: ImportFormat, content: string, stream?: string, name = 'shop day.txt') => {
  const path = join(folder, name);
  await writeFile(path, content);
  const records: ImportRecord[] = [];
  for await (const record of recordsOf(format, path, stream)) records.push(record);
  return records;
};
const eventOf = ({ line }: ImportRecord): Record<string, unknown> =>
  JSON.parse(line.toString()) as Record<string, unknown>;

describe('records of a recording', () => {
  it('our own events go as they are, bad ones too; empty lines are none', async () => {
    const content = '{"stream_id":"a","x":1}\n\nnonsense\n{"stream_id":"not an id"}\n';
    const records = await read('tallylight', content);
    expect(records.map(({ line }) => line.toString())).toEqual(content.split('\n').filter(Boolean));
    expect(records.map(({ stream_id }) => stream_id)).toEqual(['a', null, null]);
  });

  it('a row becomes an event with an id made of format, file and line', async () => {
    const [first, second] = await read('clicks', '1,2,3,pv,1600000000\n1,2,3,buy,1600000001\n', 'room');
    expect(eventOf(first!)).toMatchObject({ type: 'item_click', stream_id: 'room', viewer_id: '1', item_id: '2' });
    expect(eventOf(first!)['event_id']).toMatch(/^click:[0-9a-f]{16}:1$/);
    expect(eventOf(second!)['event_id']).toMatch(/^click:[0-9a-f]{16}:2$/);
  });

  it('the same bytes give the same ids, other bytes other ones', async () => {
    const row = '{"uid":"u","msg":"好","timestamp":1600000000000}\n';
    const idOf = async (content: string, name: string) =>
      eventOf((await read('danmaku', content, 'room', name))[0]!)['event_id'];
    expect(await idOf(row, 'a')).toBe(await idOf(row, 'b'));
    expect(await idOf(row, 'a')).not.toBe(await idOf(row + row, 'a'));
  });

  it('a file that names no stream is one by its own name', async () => {
    const [record] = await read('clicks', '1,2,3,pv,1600000000\n');
    expect(record!.stream_id).toBe('shop-day');
  });

  it('a row that fits no event is posted as a refusal that names its place, without the row', async () => {
    const [, cut, after] = await read('clicks', '1,2,3,pv,1600000000\n777,2\n1,2,3,pv,1600000002\n', 'room');
    expect(cut!.problem).toMatch(/shop day\.txt:2: row: 2 fields/);
    expect(Object.keys(eventOf(cut!))).toEqual(['stream_id', 'import_problem']);
    expect(cut!.line.toString()).not.toContain('777');
    expect(eventOf(after!)['event_id']).toMatch(/:3$/);
  });

  it('the heading of an order file is no row, quoted commas and line ends are part of a field', async () => {
    const content =
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n' +
      '500001,A1,"MUG, ""BLUE""\r\nLARGE",2,2020-02-03 10:15:00,1.25,42,France\r\n' +
      'C500002,A1,MUG,-1,2020-02-03 10:16:00,1.25,42,France\r\n';
    const records = await read('orders', content, 'shop');
    expect(records.map(eventOf).map(({ type, quantity, amount_minor }) => [type, quantity, amount_minor])).toEqual([
      ['order_paid', 2, 250],
      ['order_refunded', 1, 125],
    ]);
  });
});
