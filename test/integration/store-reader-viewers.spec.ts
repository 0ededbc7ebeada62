import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LiveEvent, type ReadEvent, type StreamSummary } from '#domain';
import { ALL_TIME, StoreReader, StoreWriter } from '#store';
import { A, B, C, read, visit, pane, presentation, order, ended, type Given } from '../kit/stored-rows.js';
import { streamSummary, temporaryStore, type TemporaryStore } from '../kit/temporary-store.js';

let store: TemporaryStore;
let reader: StoreReader;
let writer: StoreWriter;
beforeAll(async () => {
  store = await temporaryStore();
  reader = new StoreReader(store.client);
  writer = new StoreWriter(store.client, (table, error) => {
    throw new Error(`insert into ${table} failed`, { cause: error });
  });
});
afterAll(async () => {
  await writer.close();
  await store.discard();
});

describe('distinct viewers', () => {
  beforeAll(async () => {
    const of = (given: Given<LiveEvent>, changes: Partial<ReadEvent> = {}): ReadEvent =>
      read('distinct', given, changes);
    writer.writeVisits([
      visit('distinct', A, 0, 2_000),
      visit('distinct', A, 5_000, 6_000),
      visit('distinct', B, 1_500, 9_000),
      visit('distinct', C, 8_000, null, { revision: 1 }),
      visit('distinct', C, 8_000, 10_000, { revision: 2, ended: 'censored' }),
    ]);
    writer.writeEvents([
      of({ type: 'danmaku', viewer: A, ts: 500, text: 'Hello' }),
      of({ type: 'like', viewer: A, ts: 600, count: 3 }),
      of({ type: 'item_expose', viewer: A, ts: 700, item_id: 'i' }),
      of({ type: 'item_expose', viewer: B, ts: 2_700, item_id: 'i' }),
      of({ type: 'item_click', viewer: B, ts: 2_800, item_id: 'i' }),
      of({ type: 'item_click', viewer: C, ts: 2_900, item_id: 'i' }, { lateness: 'too_late' }),
      of({ type: 'item_click', viewer: C, ts: 10_000, item_id: 'i' }),
      of(order('order_created', B, 'o1', 'i', 3_000)),
      of(order('order_paid', B, 'o1', 'i', 3_100)),
      of(order('order_paid', C, 'o1', 'i', 3_200)),
      of(order('order_paid', C, 'o2', 'j', 3_300)),
      of(order('order_paid', A, 'o2', 'j', 3_250), { lateness: 'late', effective_ts: 5_000 }),
    ]);
    writer.writeStreams([ended('distinct', 9_000)]);
    await writer.flush();
  });

  it('count once who came twice, and only what had effect: not too late, before the end, first of its order line', async () => {
    expect(await reader.distinct('distinct')).toEqual({
      viewers: 3,
      entrants: 3,
      interactors: 1,
      exposed: 2,
      clickers: 1,
      orderers: 1,
      buyers: 2,
    });
  });

  it('are present where from < end and to > start', async () => {
    expect(await reader.distinct('distinct', { from: 2_000, to: 5_000 })).toMatchObject({ viewers: 1, entrants: 0 });
    expect(await reader.distinct('distinct', { from: 2_000, to: 5_001 })).toMatchObject({ viewers: 2, entrants: 1 });
    expect(await reader.distinct('distinct', { from: 10_000, to: 11_000 })).toMatchObject({ viewers: 0 });
  });

  it('are counted by step', async () => {
    const steps = await reader.stepsDistinct('distinct', { from: 0, to: 10_000 }, 5_000);
    expect(steps.get(0)).toEqual({
      viewers: 2,
      entrants: 2,
      interactors: 1,
      exposed: 2,
      clickers: 1,
      orderers: 1,
      buyers: 2,
    });
    expect(steps.get(5_000)).toMatchObject({ viewers: 3, entrants: 2, buyers: 0 });
  });

  it('are counted by item', async () => {
    expect(await reader.itemsDistinct('distinct')).toEqual(
      new Map([
        ['i', { exposed: 2, clickers: 1, buyers: 1 }],
        ['j', { exposed: 0, clickers: 0, buyers: 1 }],
      ]),
    );
  });

  it('have paid lines, the first applied of each', async () => {
    const lines = await reader.paidLines('distinct');
    expect(lines.map(({ ts, order_id, item_id }) => [ts, order_id, item_id])).toEqual([
      [3_100, 'o1', 'i'],
      [3_300, 'o2', 'j'],
    ]);
    expect(lines[0]).toMatchObject({ quantity: 2, amount_minor: 500, currency: 'CNY' });
  });

  it('have messages, found in any case', async () => {
    const all = { from: 0, to: 10_000 };
    expect(await reader.danmaku('distinct', all, 'HELL', 10)).toEqual({
      rows: [{ event_id: expect.any(String), ts: 500, text: 'Hello' }],
      cursor: null,
    });
    expect((await reader.danmaku('distinct', all, 'nothing', 10)).rows).toEqual([]);
  });

  it('have messages in which no hidden number can be found by trying its digits', async () => {
    writer.writeEvents([read('hidden', { type: 'danmaku', viewer: A, ts: 500, text: 'call 13812345678 for 199' })]);
    await writer.flush();
    const found = async (contains: string): Promise<number> =>
      (await reader.danmaku('hidden', { from: 0, to: 10_000 }, contains, 10)).rows.length;
    for (const digits of ['1381', '8', '678 for']) expect([digits, await found(digits)]).toEqual([digits, 0]);
    for (const shown of ['CALL', '199', '* for']) expect([shown, await found(shown)]).toEqual([shown, 1]);
  });
});

describe('a stream without a final pane', () => {
  it('has nobody yet, by step and in its funnel', async () => {
    writer.writeVisits([visit('unborn', A, 500, null), visit('unborn', B, 700, 900)]);
    writer.writeStreams([streamSummary({ stream_id: 'unborn', last_pane: null })]);
    await writer.flush();
    expect(await reader.stepsDistinct('unborn', ALL_TIME, 1_000)).toEqual(new Map());
    const funnel = await reader.funnel('unborn', ALL_TIME, null, null);
    expect(funnel.reduce((sum, { entered_uv }) => sum + entered_uv, 0)).toBe(0);
  });
});

describe('presentations', () => {
  const stream = ended('shown', 29_000);
  beforeAll(async () => {
    writer.writePresentations([
      presentation('shown', 'c1', 'i', 1_000, 20_000),
      presentation('shown', 'c2', 'j', 20_000, 25_000),
      presentation('shown', 'c3', 'i', 25_000, null),
      presentation('shown', 'c4', 'k', 26_000, 27_000),
      { ...presentation('shown', 'c4', 'k', 26_000, 27_000), withdrawn: true, revision: 2 },
    ]);
    writer.writePanes([
      pane('shown', 0, { online: 8, enters: 8 }),
      pane('shown', 1_000, { online: 7, leaves: 1, expected_leaves: 0.5 }),
      pane('shown', 10_000, { online: 5, leaves: 2, expected_leaves: 1 }),
      pane('shown', 19_000, { online: 4, leaves: 1, expected_leaves: 0.25 }),
      pane('shown', 20_000, { online: 9, enters: 5 }),
      pane('shown', 29_000, { online: 0, censored: 9 }),
    ]);
    writer.writeVisits([
      visit('shown', A, 500, 1_000),
      visit('shown', B, 500, 21_000),
      visit('shown', C, 20_500, 30_000),
    ]);
    writer.writeEvents([
      read('shown', { type: 'item_click', viewer: B, ts: 19_999, item_id: 'i' }),
      read('shown', { type: 'item_click', viewer: C, ts: 20_600, item_id: 'j' }),
    ]);
    writer.writeStreams([stream]);
    await writer.flush();
  });

  it('come oldest first with their ordinal and the online they began with; withdrawn ones are gone', async () => {
    const rows = await reader.presentations('shown');
    expect(rows.map(({ presentation_id, ordinal, online_start }) => [presentation_id, ordinal, online_start])).toEqual([
      ['shown:c1', 1, 8],
      ['shown:c2', 1, 4],
      ['shown:c3', 2, 9],
    ]);
  });

  it('merge their panes, the handover apart', async () => {
    const totals = await reader.presentationTotals(stream, await reader.presentations('shown'));
    expect(totals.get('shown:c1')).toMatchObject({
      totals: { panes: 19, leaves: 4, expected_leaves: 1.75, online_last: 4, online_peak: 7 },
      handover: { leaves: 2, expected_leaves: 0.75 },
    });
    expect(totals.get('shown:c3')).toMatchObject({
      totals: { panes: 5, censored: 9, expected_leaves: null },
      handover: { leaves: 0, expected_leaves: null },
    });
  });

  it('end with the session without a handover', async () => {
    writer.writePresentations([
      presentation('finale', 'c1', 'i', 0, 20_000),
      presentation('finale', 'c2', 'j', 20_000, 40_000),
    ]);
    writer.writePanes(
      [19_000, 20_000, 39_000].map((ts) => pane('finale', ts, { online: 8, leaves: 1, expected_leaves: 0.5 })),
    );
    await writer.flush();
    const handovers = async (stream: StreamSummary) =>
      [...(await reader.presentationTotals(stream, await reader.presentations('finale'))).values()].map(
        ({ handover }) => handover.leaves,
      );
    expect(await handovers(ended('finale', 39_000))).toEqual([1, 1]);
    expect(await handovers(ended('finale', 59_000))).toEqual([1, 2]);
  });

  it('have distinct viewers of their own', async () => {
    const distinct = await reader.presentationDistinct('shown');
    expect(distinct.get('shown:c1')).toMatchObject({ viewers: 1, entrants: 0, clickers: 1 });
    expect(distinct.get('shown:c2')).toMatchObject({ viewers: 2, entrants: 1, clickers: 1 });
    expect(distinct.get('shown:c3')).toMatchObject({ viewers: 1, entrants: 0, clickers: 0 });
  });
});

describe('cohorts', () => {
  it('show who was present after each time, null until it has passed for all before the end', async () => {
    writer.writeVisits([
      visit('cohorts', A, 0, 70_000),
      visit('cohorts', B, 30_000, 40_000),
      visit('cohorts', B, 85_000, 95_000),
      visit('cohorts', C, 61_000, 120_000),
    ]);
    writer.writeStreams([ended('cohorts', 119_000)]);
    await writer.flush();
    expect(await reader.cohorts('cohorts', 60_000, [0, 60_000, 90_000])).toEqual([
      { begins: 0, viewers: 2, present: [2, 2, null] },
      { begins: 60_000, viewers: 1, present: [1, null, null] },
    ]);
  });
});
