import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveEvent, LogRecord, MonitorRecord, RecordBatch } from '#domain';
import { JOURNAL_INPUT, Journal } from './journal.js';

const SETTINGS = { fsync: false, segmentBytesMax: 1 };
const AT_ONCE = (): Promise<void> => Promise.resolve();

const danmaku = (text: string): LiveEvent => ({
  type: 'danmaku',
  event_id: `id of ${text}`,
  stream_id: 'room',
  ts: 1_760_000_000_000,
  viewer: { hi: -1, lo: 2 },
  text,
});
const closed: MonitorRecord = { kind: 'stream_closed', stream_id: 'room', ended_at: 1_760_000_000_001 };

let directory: string;
let now: number;
const clock = { now: () => now };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallylight-journal-'));
  now = 1000;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A journal with all that it has emitted so far. */
const open = async (): Promise<{ journal: Journal; batches: RecordBatch[]; records: () => LogRecord[] }> => {
  const journal = await Journal.open(directory, SETTINGS, clock);
  const batches: RecordBatch[] = [];
  journal.batches$.subscribe((batch) => batches.push(batch));
  return { journal, batches, records: () => batches.flatMap((batch) => batch.records) };
};

describe('a journal', () => {
  it('numbers records without gaps, one batch for what was appended at once, and emits before it answers', async () => {
    const { journal, batches } = await open();
    await journal.start(new Map(), AT_ONCE);
    const first = await journal.append([danmaku('一'), danmaku('two')]);
    expect(first).toEqual({ input: JOURNAL_INPUT, position: 0, append_ts: 1000 });
    expect(batches).toHaveLength(1);
    now = 1500;
    expect(await journal.append([danmaku('three')])).toMatchObject({ position: 2, append_ts: 1500 });
    expect(batches.map(({ records }) => records.map(({ position }) => position))).toEqual([[0, 1], [2]]);
    await journal.stop();
  });

  it('reads back exactly what it emitted, the monitor’s own records among the events', async () => {
    const before = await open();
    await before.journal.start(new Map(), AT_ONCE);
    await before.journal.append([danmaku('一'), danmaku('two')]);
    now = 2000;
    await before.journal.note([closed]);
    await before.journal.stop();

    const after = await open();
    await after.journal.start(new Map(), AT_ONCE);
    expect(after.batches).toEqual(before.batches);
    expect(after.records().at(-1)).toEqual({ input: 'journal', position: 2, append_ts: 2000, body: closed });
    await after.journal.stop();
  });

  it('goes on from a position, and numbers on from its end whatever it was asked to skip', async () => {
    const before = await open();
    await before.journal.start(new Map(), AT_ONCE);
    for (const text of ['a', 'b', 'c']) await before.journal.append([danmaku(text)]);
    await before.journal.stop();

    for (const [from, emitted] of [
      [2, [2]],
      [3, []],
    ] as const) {
      const { journal, records } = await open();
      await journal.start(new Map([[JOURNAL_INPUT, from]]), AT_ONCE);
      expect(records().map(({ position }) => position)).toEqual(emitted);
      expect(await journal.append([danmaku('next')])).toMatchObject({ position: 3 });
      await journal.stop();
      rmSync(join(directory, `${String(3).padStart(16, '0')}.log`));
    }
  });

  it('emits no batch of a backlog before the flow is ready for it', async () => {
    const before = await open();
    await before.journal.start(new Map(), AT_ONCE);
    for (const text of ['a', 'b', 'c']) await before.journal.append([danmaku(text)]);
    await before.journal.stop();

    const { journal, batches } = await open();
    const emittedWhenAsked: number[] = [];
    await journal.start(new Map(), () => {
      emittedWhenAsked.push(batches.length);
      return Promise.resolve();
    });
    expect(emittedWhenAsked).toEqual([0, 1, 2]);
    await journal.stop();
  });

  it('append times never go back, within one run and over a restart', async () => {
    const before = await open();
    await before.journal.start(new Map(), AT_ONCE);
    await before.journal.append([danmaku('a')]);
    now = 400;
    expect(await before.journal.append([danmaku('b')])).toMatchObject({ append_ts: 1000 });
    await before.journal.stop();

    const { journal } = await open();
    await journal.start(new Map(), AT_ONCE);
    expect(await journal.append([danmaku('c')])).toMatchObject({ append_ts: 1000 });
    await journal.stop();
  });

  it('emits in log order however many are appended at once', async () => {
    const { journal, records } = await open();
    await journal.start(new Map(), AT_ONCE);
    await Promise.all(Array.from({ length: 50 }, (_, i) => journal.append([danmaku(`${i}`), danmaku(`${i}'`)])));
    expect(records().map(({ position }) => position)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    await journal.stop();
  });

  it('tells its lag while something is on its way to the disk, and none after', async () => {
    const { journal } = await open();
    await journal.start(new Map(), AT_ONCE);
    const appended = journal.append([danmaku('a'), danmaku('b')]);
    expect(journal.lag(1250)).toEqual({ records: 2, ms: 250 });
    await appended;
    expect(journal.lag(1250)).toEqual({ records: 0, ms: 0 });
    await journal.stop();
  });

  it('is read to its end from the moment its start is over', async () => {
    const { journal } = await open();
    expect(journal.readings().get(JOURNAL_INPUT)!.at_end_since).toBeNull();
    now = 5000;
    await journal.start(new Map(), AT_ONCE);
    expect(journal.readings().get(JOURNAL_INPUT)).toEqual({ log_time: -Infinity, at_end_since: 5000 });
    await journal.append([danmaku('a')]);
    expect(journal.readings().get(JOURNAL_INPUT)).toEqual({ log_time: 5000, at_end_since: 5000 });
    await journal.stop();
  });

  it('forgets what is released and keeps the rest', async () => {
    const before = await open();
    await before.journal.start(new Map(), AT_ONCE);
    for (const text of ['a', 'b', 'c']) await before.journal.append([danmaku(text)]);
    await before.journal.release(new Map([[JOURNAL_INPUT, 2]]));
    await before.journal.stop();

    const { journal, records } = await open();
    await journal.start(new Map(), AT_ONCE);
    expect(records().map(({ position }) => position)).toEqual([2]);
    await journal.stop();
  });

  it('adds nothing for a note of nothing', async () => {
    const { journal, batches } = await open();
    await journal.start(new Map(), AT_ONCE);
    await journal.note([]);
    expect(batches).toEqual([]);
    await journal.stop();
  });
});
