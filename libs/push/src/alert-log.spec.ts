import { mkdtemp, open, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Alert, AlertDecision } from '#domain';
import { sharedTape } from '../../../test/kit/memory-tape.js';
import { AlertLog, AlertRest, shallWeTell } from './index.js';
import type { Tape, TakeEntry } from './index.js';

/** Lines in a file, each synced before it is answered. */
const fileTape = (path: string): Tape => {
  let take: TakeEntry = () => false;
  let end = 0;
  return {
    append: async (_stream_id, bytes) => {
      const file = await open(path, 'a');
      await file.write(Buffer.concat([bytes, Buffer.from('\n')]));
      await file.datasync();
      await file.close();
      return take(bytes, end++);
    },
    open: async (takeEntry) => {
      take = takeEntry;
      const content = await readFile(path, 'utf8').catch(() => '');
      for (const line of content.split('\n').filter(Boolean)) take(Buffer.from(line), end++);
    },
  };
};

const decision = (change: Partial<AlertDecision> = {}): AlertDecision => ({
  alert_id: 'a1',
  stream_id: 'room',
  rule: 'dropoff_spike',
  severity: 'warning',
  status: 'firing',
  started_at: 1000,
  detected_at: 5000,
  updated_at: 5000,
  resolved_at: null,
  item_id: null,
  presentation_id: null,
  summary: { key: 'dropoff_spike', values: {} },
  evidence: {},
  hint: null,
  ...change,
});
const resolved = decision({ status: 'resolved', updated_at: 9000, resolved_at: 9000 });
const clock = { now: () => 77 };

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tallylight-alerts-'));
  path = join(directory, 'log');
});
afterEach(() => rm(directory, { recursive: true }));

const openLog = async (tape = fileTape(path)): Promise<{ log: AlertLog; told: Alert[] }> => {
  const log = await AlertLog.open(tape, clock);
  const told: Alert[] = [];
  log.changes$.subscribe((alert) => told.push(alert));
  return { log, told };
};

describe('the alert log', () => {
  it('counts the changes of each stream from 1 without gaps', async () => {
    const { log, told } = await openLog();
    await log.decide([decision(), decision({ stream_id: 'other' }), decision({ alert_id: 'a2' }), resolved]);
    const toldOf = (room: string) =>
      told.filter(({ stream_id }) => stream_id === room).map(({ alert_id, seq, status }) => [alert_id, seq, status]);
    expect(toldOf('room')).toEqual([
      ['a1', 1, 'firing'],
      ['a2', 2, 'firing'],
      ['a1', 3, 'resolved'],
    ]);
    expect(toldOf('other')).toEqual([['a1', 1, 'firing']]);
    expect(log.since('room', 1).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(log.newestSeq('room')).toBe(3);
    expect(log.newestSeq('nowhere')).toBe(0);
  });

  it('lets no stream wait for another', async () => {
    // A thousand rooms that drop at once were told one after the other, each after a way to the broker and back.
    const kept = sharedTape()();
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const { log, told } = await openLog({
      ...kept,
      append: (stream_id, bytes) =>
        stream_id === 'slow' ? held.then(() => kept.append(stream_id, bytes)) : kept.append(stream_id, bytes),
    });
    const all = log.decide([decision({ stream_id: 'slow' }), decision()]);
    await log.decide([decision({ alert_id: 'a2' })]);
    await log.acknowledge('room', 'a1', { by: 'anna', outcome: null, note: null });
    expect(told.map(({ stream_id, alert_id }) => [stream_id, alert_id])).toEqual([
      ['room', 'a1'],
      ['room', 'a2'],
      ['room', 'a1'],
    ]);
    go();
    await all;
    expect(told.at(-1)).toMatchObject({ stream_id: 'slow', seq: 1 });
  });

  it('tells nothing that is not durable, and gives its number to the next', async () => {
    const kept = fileTape(path);
    let broken = true;
    const { log, told } = await openLog({
      ...kept,
      append: (stream_id, bytes) => (broken ? Promise.reject(new Error('disk full')) : kept.append(stream_id, bytes)),
    });
    await expect(log.decide([decision()])).rejects.toThrow('disk full');
    expect(told).toEqual([]);
    broken = false;
    await log.decide([decision()]);
    expect(told.map(({ seq }) => seq)).toEqual([1]);
  });

  it('repeats nothing when a crash makes the detector decide again, and goes on with the next number', async () => {
    const before = await openLog();
    await before.log.decide([decision()]);
    await before.log.acknowledge('room', 'a1', { by: 'anna', outcome: null, note: null });
    const after = await openLog();
    await after.log.decide([decision(), resolved]);
    await after.log.decide([decision(), resolved]);
    expect(after.told.map(({ seq, status, acked_by }) => [seq, status, acked_by])).toEqual([[3, 'resolved', 'anna']]);
    expect(after.log.since('room', 0).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('keeps the moment it was first sent', async () => {
    const { log, told } = await openLog();
    await log.decide([decision(), resolved]);
    expect(told.map(({ sent_at }) => sent_at)).toEqual([77, 77]);
  });

  it('is the same after any interleaving of decisions, acts and restarts as its file says', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('decide' as const),
        id: fc.constantFrom('a', 'b'),
        at: fc.integer({ min: 0, max: 3 }),
      }),
      fc.record({ kind: fc.constant('ack' as const), id: fc.constantFrom('a', 'b') }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const tape = sharedTape();
        let log = await AlertLog.open(tape(), clock);
        for (const each of steps) {
          if (each.kind === 'restart') log = await AlertLog.open(tape(), clock);
          else if (each.kind === 'ack') await log.acknowledge('room', each.id, { by: 'x', outcome: null, note: null });
          else
            await log.decide([
              decision({ alert_id: each.id, updated_at: each.at, status: each.at === 3 ? 'resolved' : 'firing' }),
            ]);
        }
        const told = log.since('room', 0);
        expect(told.map(({ seq }) => seq)).toEqual(told.map((_, i) => i + 1));
        const again = await AlertLog.open(tape(), clock);
        expect(again.since('room', 0)).toEqual(told);
        expect(again.latest('room')).toEqual(log.latest('room'));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the alert log of several processes', () => {
  it('is one: whoever comes second says it again on top, and all tell the same changes in the same order', async () => {
    const word = fc.record({
      by: fc.integer({ min: 0, max: 2 }),
      at: fc.integer({ min: 0, max: 5 }),
      ack: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 12 }), fc.scheduler(), async (words, scheduler) => {
        const tape = sharedTape(() => scheduler.schedule(Promise.resolve()).then(() => undefined));
        const logs = [await openLog(tape()), await openLog(tape()), await openLog(tape())];
        const said = words.map(({ by, at, ack }) =>
          ack
            ? logs[by]!.log.acknowledge('room', 'a1', { by: `person ${by}`, outcome: null, note: null })
            : logs[by]!.log.decide([decision({ updated_at: at })]),
        );
        await scheduler.waitFor(Promise.all(said));
        const told = logs[0]!.told;
        expect(told.map(({ seq }) => seq)).toEqual(told.map((_, i) => i + 1));
        for (const each of logs) expect(each.told).toEqual(told);
        expect((await openLog(tape())).log.since('room', 0)).toEqual(told);
      }),
      { numRuns: 100 },
    );
  });
});

/** Its streams rest as soon as another changes. */
const restless = (folder = directory): AlertRest => AlertRest.scratch(folder, 1);
const rooms = ['room', 'other', 'third'];

describe('the alert log with a place to rest', () => {
  it('answers as one that keeps all in memory, after any decisions, acts and restarts', async () => {
    const step = fc.record({
      kind: fc.constantFrom('decide' as const, 'decide' as const, 'ack' as const, 'restart' as const, 'crash' as const),
      room: fc.constantFrom(...rooms),
      id: fc.constantFrom('a', 'b'),
      at: fc.integer({ min: 0, max: 3 }),
      awakeMax: fc.constantFrom(0, 3, 6),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, isScratch) => {
        const tape = sharedTape();
        const folder = await mkdtemp(join(directory, 'rest-'));
        let end = (): void => undefined;
        const reopen = (awakeMax: number) => {
          end();
          let isAlive = true;
          end = () => void (isAlive = false);
          const shared = tape();
          const own: Tape = {
            ...shared,
            open: (take, from) => shared.open((bytes, place) => isAlive && take(bytes, place), from),
          };
          const rest = isScratch ? AlertRest.scratch(folder, awakeMax) : AlertRest.open(folder, awakeMax);
          return AlertLog.open(own, clock, undefined, rest);
        };
        const whole = await AlertLog.open(tape(), clock);
        let log = await reopen(3);
        for (const { kind, room, id, at, awakeMax } of steps) {
          if (kind === 'restart') await log.close();
          if (kind === 'restart' || kind === 'crash') log = await reopen(awakeMax);
          else if (kind === 'ack') await log.acknowledge(room, id, { by: 'x', outcome: 'acted', note: null });
          else {
            const status = at === 3 ? 'resolved' : 'firing';
            const detected_at = id === 'a' ? 5000 : 6000;
            await log.decide([decision({ stream_id: room, alert_id: id, detected_at, updated_at: at, status })]);
          }
        }
        expect(sorted(log.changes())).toEqual(sorted(whole.changes()));
        for (const room of rooms) {
          expect(log.newestSeq(room)).toBe(whole.newestSeq(room));
          for (const seq of [0, 1, 2]) expect(log.since(room, seq)).toEqual(whole.since(room, seq));
          expect(log.latest(room)).toEqual(whole.latest(room));
          expect(log.openOf(room)).toEqual(whole.openOf(room));
        }
        expect(sorted(log.allOpen())).toEqual(sorted(whole.allOpen()));
        expect(sorted(log.newestSeqs())).toEqual(sorted(whole.newestSeqs()));
        await log.close();
      }),
      { numRuns: 100 },
    );
  });

  it('keeps in memory no more changes than it may, however many streams there were', async () => {
    const rest = AlertRest.scratch(directory, 10);
    const log = await AlertLog.open(sharedTape()(), clock, undefined, rest);
    const decisions = Array.from({ length: 100 }, (_, i) => [decision({ stream_id: `room ${i}` })]);
    for (const each of decisions) await log.decide(each);
    expect([...log.changes(Infinity)].map(({ stream_id }) => stream_id)).toEqual(
      decisions.slice(-10).map(([each]) => each!.stream_id),
    );
    expect([...log.allOpen()]).toHaveLength(100);
    await log.close();
  });

  it('reads of its tape, at the next start, only what lies on no disk else', async () => {
    const tape = sharedTape();
    const open = () => AlertLog.open(tape(), clock, undefined, AlertRest.open(join(directory, 'rest'), 1));
    const log = await open();
    for (const stream_id of rooms) await log.decide([decision({ stream_id })]);
    await log.close();
    const read: number[] = [];
    const watched: Tape = {
      ...tape(),
      open: (take, from) =>
        tape().open((bytes, place) => {
          read.push(place);
          return take(bytes, place);
        }, from),
    };
    const again = await AlertLog.open(watched, clock, undefined, AlertRest.open(join(directory, 'rest'), 1));
    expect(read).toEqual([2]);
    expect(rooms.map((room) => again.latest(room).length)).toEqual([1, 1, 1]);
    await again.close();
  });

  it('begins anew from its tape where what rested is not whole', async () => {
    const tape = sharedTape();
    const folder = join(directory, 'rest');
    const log = await AlertLog.open(tape(), clock, undefined, AlertRest.open(folder, 1));
    for (const stream_id of rooms) await log.decide([decision({ stream_id })]);
    await log.close();
    await truncate(join(folder, 'blocks'), 10);
    const again = await AlertLog.open(tape(), clock, undefined, AlertRest.open(folder, 1));
    expect(rooms.map((room) => again.since(room, 0).length)).toEqual([1, 1, 1]);
    await again.close();
  });

  it('corrects an alert of long ago, and tells those who were away all of it', async () => {
    const log = await AlertLog.open(sharedTape()(), clock, undefined, restless());
    const told: Alert[] = [];
    log.changes$.subscribe((alert) => told.push(alert));
    await log.decide([decision(), resolved]);
    await log.decide([decision({ stream_id: 'other' })]);
    await log.decide([decision({ status: 'corrected', updated_at: 9500, resolved_at: 9000 })]);
    expect(told.at(-1)).toMatchObject({ stream_id: 'room', seq: 3, status: 'corrected' });
    expect(log.since('room', 1).map(({ seq, status }) => [seq, status])).toEqual([
      [2, 'resolved'],
      [3, 'corrected'],
    ]);
    await log.close();
  });

  it('gives what channels were told of lately, also of streams at rest', async () => {
    const notify = (at: number) => ({ ...{ tell: true, reason: 'wanted' as const, channels: ['ops'] }, at });
    const log = await AlertLog.open(
      sharedTape()(),
      clock,
      ({ detected_at }) => ({ ...notify(detected_at), because_of: null }),
      restless(),
    );
    for (const [at, stream_id] of rooms.entries()) await log.decide([decision({ stream_id, detected_at: at * 1000 })]);
    await log.decide([decision({ stream_id: 'last' })]);
    const rested = [...log.changes(500)].map(({ stream_id }) => stream_id);
    expect(rested.sort()).toEqual(['last', 'other', 'third']);
    await log.close();
  });

  it('loses no alert of a stream that never ends, though its oldest changes are gone from memory', async () => {
    const tape = sharedTape();
    const open = () => AlertLog.open(tape(), clock, undefined, AlertRest.open(join(directory, 'rest'), 20_000));
    const log = await open();
    await log.decide([decision(), resolved]);
    const updates = Array.from({ length: 15_000 }, (_, i) => decision({ alert_id: 'a2', updated_at: 10_000 + i }));
    await log.decide(updates);
    expect(log.since('room', 0)[0]?.seq).toBe(5_003);
    await log.decide([decision({ stream_id: 'other' })]);
    await log.close();
    const again = await open();
    expect(again.newestSeq('room')).toBe(15_002);
    const outcome = await again.acknowledge('room', 'a1', { by: 'anna', outcome: 'acted', note: null });
    expect(outcome).toMatchObject({ kind: 'done', alert: { seq: 15_003, status: 'resolved', outcome: 'acted' } });
    expect(again.openOf('room')).toMatchObject([{ alert_id: 'a2', updated_at: 24_999 }]);
    expect(again.since('room', 15_000).map(({ seq }) => seq)).toEqual([15_001, 15_002, 15_003]);
    await again.close();
  });

  it('stays in memory while the disk takes nothing', async () => {
    const rest = restless();
    const log = await AlertLog.open(sharedTape()(), clock, undefined, rest);
    await rest.close();
    for (const stream_id of rooms) await log.decide([decision({ stream_id })]);
    expect(rooms.map((room) => log.latest(room).length)).toEqual([1, 1, 1]);
  });
});

/** In an order of their own, for sets to be compared. */
const sorted = (values: Iterable<unknown>): string[] => [...values].map((value) => JSON.stringify(value)).sort();

describe('what people do', () => {
  it('acknowledging keeps who was first and takes what came of it later; the same word twice changes nothing', async () => {
    const { log, told } = await openLog();
    await log.decide([decision()]);
    await log.acknowledge('room', 'a1', { by: 'anna', outcome: null, note: null });
    await log.acknowledge('room', 'a1', { by: 'ben', outcome: 'acted', note: null });
    const again = await log.acknowledge('room', 'a1', { by: 'ben', outcome: 'acted', note: null });
    expect(told.map(({ status, acked_by, outcome }) => [status, acked_by, outcome])).toEqual([
      ['firing', null, null],
      ['acknowledged', 'anna', null],
      ['acknowledged', 'anna', 'acted'],
    ]);
    expect(again).toMatchObject({ kind: 'done', alert: { seq: 3 } });
  });

  it('resolving ends it, and a decision that it resolved by itself is no news', async () => {
    const { log, told } = await openLog();
    await log.decide([decision()]);
    await log.resolve('room', 'a1', 'anna', 7000);
    await log.decide([resolved]);
    expect(told.map(({ status, resolved_at }) => [status, resolved_at])).toEqual([
      ['firing', null],
      ['resolved', 7000],
    ]);
  });

  it('of an alert that is not known is answered so', async () => {
    const { log } = await openLog();
    expect(await log.resolve('room', 'a1', 'anna', 1)).toEqual({ kind: 'unknown_alert' });
  });
});

describe('shall we tell?', () => {
  const known = (change: Partial<Alert>) => ({
    latest: { ...decision(), seq: 1, sent_at: 1, acked_at: null, acked_by: null, outcome: null, ...change },
    decided: new Set(['firing@5000']),
  });
  it.each([
    ['repeated', known({}), decision()],
    ['overtaken', known({ updated_at: 8000 }), decision({ updated_at: 7000 })],
    ['already_over', known({ status: 'resolved' }), resolved],
    ['already_over', known({ status: 'corrected' }), decision({ status: 'corrected', updated_at: 9000 })],
  ])('no: %s', (reason, before, next) => expect(shallWeTell(before, next)).toEqual({ tell: false, reason }));

  it('yes: late data take the cause away even after it was over', () => {
    const verdict = shallWeTell(known({ status: 'resolved' }), decision({ status: 'corrected', updated_at: 9000 }));
    expect(verdict).toMatchObject({ tell: true, change: { status: 'corrected' } });
  });

  it('yes: new evidence, and an acknowledged alert stays acknowledged', () => {
    const verdict = shallWeTell(known({ status: 'acknowledged', acked_by: 'anna' }), decision({ updated_at: 6000 }));
    expect(verdict).toMatchObject({ tell: true, change: { status: 'acknowledged', acked_by: 'anna' } });
  });
});
