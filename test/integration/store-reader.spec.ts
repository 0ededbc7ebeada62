import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyItemCounts, emptySourceCounts, type Alert, type DeadLetter, type ReadEvent } from '#domain';
import { ALL_TIME, StoreReader, StoreWriter } from '#store';
import { roomsPattern } from '../../apps/monitor/src/query/rooms-pattern.js';
import { viewer, A, B, C, read, visit, pane, order, ended, presentation } from '../kit/stored-rows.js';
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

describe('panes', () => {
  it('read back as they were written, in the largest revision', async () => {
    const written = pane('round', 5_000, {
      revision: 7,
      online: 4,
      quality: 'inferred',
      viewer_ms: 3_500,
      by_item: { 'item "1"': { ...emptyItemCounts(), orders_paid: 2, gmv_paid_minor: 10 ** 13 } },
      by_source: { ad: { ...emptySourceCounts(), online: 3 }, other: { ...emptySourceCounts(), enters: 1 } },
      other_money: { USD: 12 },
      expected_leaves: 0.1,
    });
    writer.writePanes([{ ...written, revision: 6, online: 9 }, written]);
    await writer.flush();
    expect(await reader.panes('round', { from: 0, to: 6_000 })).toEqual([written]);
    expect(await reader.panes('round', { from: 0, to: 5_000 })).toEqual([]);
  });
});

describe('totals and steps', () => {
  const stream = ended('steps', 9_000);
  beforeAll(async () => {
    const item = { ...emptyItemCounts(), orders_paid: 1, gmv_paid_minor: 100 };
    const ad = { ...emptySourceCounts(), enters: 2, online: 2 };
    writer.writePanes([
      pane('steps', 0, { online: 3, enters: 3, viewer_ms: 1_500, by_item: { i: item }, by_source: { ad } }),
      pane('steps', 1_000, { online: 1, leaves: 2, viewer_ms: 2_000, by_item: { i: item }, expected_leaves: 0.5 }),
      pane('steps', 8_000, { online: 5, enters: 4, other_money: { USD: 7 } }),
      pane('steps', 9_000, { online: 0, censored: 5, other_money: { USD: 1, EUR: 2 } }),
    ]);
    await writer.flush();
  });

  it('merge a session: counts add, online keeps last and maximum, quiet panes exist', async () => {
    expect(await reader.totals(stream)).toMatchObject({
      panes: 10,
      enters: 7,
      leaves: 2,
      censored: 5,
      viewer_ms: 3_500,
      online_last: 0,
      online_peak: 5,
      by_item: { i: { orders_paid: 2, gmv_paid_minor: 200, item_clicks: 0 } },
      other_money: { USD: 8, EUR: 2 },
      expected_leaves: 0.5,
      leaves_where_expected: 2,
      presence_unknown: false,
    });
  });

  it('give every step between the first and the last pane, carrying online through quiet ones', async () => {
    const steps = await reader.steps(stream, { from: 0, to: 60_000 }, 4_000);
    expect(
      steps.map(({ ts, totals }) => [ts, totals.panes, totals.enters, totals.online_last, totals.online_peak]),
    ).toEqual([
      [0, 4, 3, 1, 3],
      [4_000, 4, 0, 1, 1],
      [8_000, 2, 4, 0, 5],
    ]);
  });

  it('carry online into a range that begins in quiet panes', async () => {
    const range = { from: 2_000, to: 4_000 };
    expect(await reader.totals(stream, range)).toMatchObject({ panes: 2, enters: 0, online_last: 1, online_peak: 1 });
    expect((await reader.steps(stream, range, 1_000)).map(({ totals }) => totals.online_last)).toEqual([1, 1]);
  });

  it('count no panes between the spans of a stream that closed and went on', async () => {
    const reopened = {
      ...stream,
      spans: [
        { from: 0, to: 2_000 },
        { from: 8_000, to: 10_000 },
      ],
    };
    expect(await reader.totals(reopened)).toMatchObject({ panes: 4 });
  });

  it('are nothing before the first pane is final', async () => {
    const unborn = streamSummary({ stream_id: 'unborn' });
    expect(await reader.totals(unborn)).toMatchObject({ panes: 0, online_last: null });
    expect(await reader.steps(unborn, { from: 0, to: 60_000 }, 1_000)).toEqual([]);
  });

  it('take online of a source from the last pane of a step, 0 where that lacks it', async () => {
    const bySource = await reader.stepsBySource('steps', { from: 0, to: 10_000 }, 2_000);
    expect(bySource.get(0)).toMatchObject({ ad: { enters: 2, online: 0 } });
    expect((await reader.stepsBySource('steps', { from: 0, to: 1_000 }, 2_000)).get(0)).toMatchObject({
      ad: { online: 2 },
    });
  });
});

describe('streams', () => {
  it('come newest first, page by page, each once, with their sums', async () => {
    writer.writeStreams([
      streamSummary({ stream_id: 'list-1', started_at: 10 ** 12 }),
      streamSummary({ stream_id: 'list-2', started_at: 10 ** 12 + 5, title: 'Évening' }),
      streamSummary({ stream_id: 'list-3', started_at: 10 ** 12 + 5, coverage: { view: 7 } }),
    ]);
    writer.writePanes([
      pane('list-2', 0, { online: 6, gmv_paid_minor: 40 }),
      pane('list-2', 1_000, { gmv_paid_minor: 2 }),
    ]);
    writer.writeVisits([visit('list-2', A, 0, 1), visit('list-2', A, 5, null)]);
    await writer.flush();
    const first = await reader.streams('', 'live', 2, null);
    const second = await reader.streams('', 'live', 2, first.cursor);
    expect(first.rows.map((row) => row.stream_id)).toEqual(['list-3', 'list-2']);
    expect(first.rows[1]).toMatchObject({
      online_peak: 6,
      gmv_minor: 42,
      viewers: 1,
      alerts_firing: 0,
      title: 'Évening',
    });
    expect(second.rows[0]).toMatchObject({ stream_id: 'list-1', online_peak: null, gmv_minor: 0 });
    const onAir = (await reader.liveStreams()).filter(({ stream_id }) => stream_id.startsWith('list-'));
    expect(onAir).toEqual(
      [...first.rows, ...second.rows.slice(0, 1)].map(({ viewers: _viewers, alerts_firing: _alerts, ...row }) => row),
    );
  });

  it('of some rooms are a full page of those alone, whatever began between them, page by page', async () => {
    const ids = ['直播.1', 'foreign-1', '直播.2', 'foreign-2', '直播.3', '直播x4'];
    writer.writeStreams(ids.map((stream_id, i) => streamSummary({ stream_id, started_at: 2 * 10 ** 12 + i })));
    writer.writePresentations(ids.map((stream_id) => presentation(stream_id, `p-${stream_id}`, 'of-some', 0, null)));
    await writer.flush();
    const rooms = roomsPattern({ role: 'analyst', streams: ['直播.*'] });
    const first = await reader.streams(rooms, null, 2, null);
    expect(first.rows.map(({ stream_id }) => stream_id)).toEqual(['直播.3', '直播.2']);
    const second = await reader.streams(rooms, null, 2, first.cursor);
    expect(second).toMatchObject({ rows: [{ stream_id: '直播.1' }], cursor: null });
    const ofItem = await reader.itemStreams(rooms, 'of-some', null, ALL_TIME, 2, null);
    expect(ofItem.rows.map(({ stream_id }) => stream_id)).toEqual(['直播.3', '直播.2']);
  });

  it('read back as they were written', async () => {
    const written = streamSummary({ stream_id: 'whole', title: 'T', ended_at: 9, coverage: { order: 3 } });
    writer.writeStreams([written]);
    await writer.flush();
    expect(await reader.stream('whole')).toEqual({
      ...written,
      online_peak: null,
      gmv_minor: 0,
      viewers: 0,
      alerts_firing: 0,
    });
    expect(await reader.stream('unheard-of')).toBeNull();
  });
});

describe('alerts', () => {
  it('give the latest state of each changed after a seq', async () => {
    const alert: Alert = {
      alert_id: 'a1',
      stream_id: 'alerts',
      seq: 1,
      rule: 'dropoff_spike',
      severity: 'warning',
      status: 'firing',
      started_at: 1,
      detected_at: 2,
      updated_at: 2,
      resolved_at: null,
      sent_at: 3,
      acked_at: null,
      item_id: 'i',
      presentation_id: null,
      summary: { key: 'k', values: { n: 1 } },
      evidence: { ratio: 2.5, bands: [1] },
      hint: null,
      acked_by: null,
      outcome: null,
    };
    const resolved: Alert = { ...alert, seq: 3, status: 'resolved', resolved_at: 9 };
    writer.writeAlerts([alert, { ...alert, alert_id: 'a2', seq: 2 }, resolved]);
    await writer.flush();
    expect((await reader.alerts('alerts', 0, 10)).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await reader.alerts('alerts', 2, 10)).toEqual([resolved]);
    expect((await reader.newestAlerts()).get('alerts')).toBe(3);
    writer.writeAlerts([{ ...resolved, seq: 4, outcome: 'acted' }]);
    await writer.flush();
    const counts = { stream_id: 'alerts', rule: 'dropoff_spike', alerts: 1 };
    const outcomes = await reader.alertOutcomes('alerts');
    expect(outcomes.toSorted((x, y) => String(x.outcome).localeCompare(String(y.outcome)))).toEqual([
      { ...counts, outcome: 'acted' },
      { ...counts, outcome: null },
    ]);
    expect(await reader.alertOutcomes(null)).toEqual(expect.arrayContaining(outcomes));
    expect(await reader.alertOutcomes('nowhere')).toEqual([]);
  });
});

describe('dead letters', () => {
  it('come newest first, by reason, page by page', async () => {
    const letter = (id: string, received_at: number, reason: DeadLetter['reason']): DeadLetter => ({
      id,
      received_at,
      reason,
      detail: 'd',
      origin: 'http:x',
      bytes: '{"a\u0000',
    });
    const now = Date.now();
    const letters = [letter('1', now, 'not_json'), letter('2', now + 1, 'future_ts'), letter('3', now + 2, 'not_json')];
    writer.writeDeadLetters(letters);
    await writer.flush();
    const first = await reader.deadLetters('not_json', 1, null);
    expect(first.rows).toEqual([letters[2]]);
    expect((await reader.deadLetters('not_json', 5, first.cursor)).rows).toEqual([letters[0]]);
    expect((await reader.deadLetters(null, 5, null)).rows).toHaveLength(3);
  });
});

describe('repurchase', () => {
  it('knows buyers who paid in a session that began in the 90 days before', async () => {
    const day = 24 * 3_600_000;
    const streams = [0, 100, 150].map((days, i) =>
      streamSummary({ stream_id: `buy-${i}`, started_at: days * day, ended_at: days * day + 1_000 }),
    );
    writer.writeStreams(streams);
    writer.writeEvents([
      read('buy-0', order('order_paid', A, 'o', 'i', 10)),
      read('buy-1', order('order_paid', B, 'o', 'i', 100 * day + 10)),
      ...[A, B, C].map((who, i) => read('buy-2', order('order_paid', who, `o${i}`, 'i', 150 * day + 10))),
    ]);
    await writer.flush();
    expect(await reader.repurchase('buy-2')).toEqual({ buyers: 3, repeat_buyers: 1 });
  });

  it('counts payments before the end of sessions that began from 90 days before to just before, one still on air too', async () => {
    const days_90 = 90 * 24 * 3_600_000;
    const start = 10 ** 12;
    const who = (n: number) => viewer(1_000 + n);
    const session = (stream_id: string, started_at: number, ended_at: number | null) =>
      streamSummary({ stream_id, started_at, ended_at, status: ended_at === null ? 'live' : 'ended' });
    writer.writeStreams([
      session('again', start, start + 1_000),
      session('again-oldest', start - days_90, start - days_90 + 1_000),
      session('again-too-old', start - days_90 - 1, start - days_90 + 1_000),
      session('again-on-air', start - 1, null),
      session('again-same-time', start, start + 1_000),
    ]);
    const paid = (stream_id: string, n: number, ts: number) =>
      read(stream_id, order('order_paid', who(n), `${stream_id}-${n}`, 'i', ts));
    const late = paid('again-oldest', 4, start - days_90 + 5);
    writer.writeEvents([
      ...[0, 1, 2, 3, 4, 5, 6].map((n) => paid('again', n, start + 10)),
      paid('again-oldest', 0, start - days_90 + 5),
      paid('again-oldest', 0, start - days_90 + 6),
      paid('again-oldest', 1, start - days_90 + 1_000), // after its end
      paid('again-too-old', 2, start - days_90 + 5),
      paid('again-same-time', 3, start + 5),
      { ...late, lateness: 'too_late' },
      paid('again-on-air', 5, start + 999),
      paid('again-on-air', 7, start), // no buyer of this session
      read('again-on-air', order('order_created', who(6), 'o', 'i', start)),
    ]);
    await writer.flush();
    expect(await reader.repurchase('again')).toEqual({ buyers: 7, repeat_buyers: 2 });
  });
});

describe('cues and raw events', () => {
  const written = [
    read('raw', {
      type: 'stream_started',
      ts: 1,
      title: '晚场 🎉',
      host: 'h',
      host_kind: 'virtual',
      channel: 'brand',
      currency: 'CNY',
      planned_gmv_minor: 0,
    }),
    read('raw', { type: 'enter', ts: 2, viewer: A, source: 'ad', returning: false, device: 'ios', region: undefined }),
    read('raw', { type: 'online_count', ts: 3, count: 10 ** 9 }),
    read('raw', { type: 'item_presented', ts: 4, item_id: '商品', title: undefined, price_minor: 0, stock: undefined }),
    read(
      'raw',
      { type: 'script_cue', ts: 5, label: 'closing', variant: undefined },
      { input: 'live.cue/0', append_ts: 1 },
    ),
    read('raw', { type: 'danmaku', ts: 6, viewer: viewer(-7), text: `long ${'字'.repeat(400)}` }),
    read('raw', order('order_paid', C, 'o', 'i', 7), { lateness: 'late', effective_ts: 9 }),
    read('raw', { type: 'item_withdrawn', ts: 8, item_id: '商品' }),
    read('raw', { type: 'stream_ended', ts: 10 }),
  ];
  beforeAll(async () => {
    writer.writeEvents(written);
    writer.writeStreams([streamSummary({ stream_id: 'raw', ended_at: 10 })]);
    await writer.flush();
  });

  it('raw events read back as they were read, in log order: inputs merged by append time', async () => {
    const events: ReadEvent[] = [];
    for await (const event of reader.rawEvents('raw')) events.push(event);
    const inLogOrder = [written[4]!, ...written.filter((_, i) => i !== 4)];
    expect(events).toEqual(inLogOrder);
  });

  it('cues come oldest first, the end of the stream with them', async () => {
    const cues = await reader.cues('raw');
    expect(cues.map(({ type }) => type)).toEqual([
      'stream_started',
      'item_presented',
      'script_cue',
      'item_withdrawn',
      'stream_ended',
    ]);
    expect(cues[1]).toMatchObject({ ts: 4, item_id: '商品', title: null, price_minor: 0, stock: null, label: null });
  });
});
