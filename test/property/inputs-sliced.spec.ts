import { describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME, FEED_OF_TYPE, FEEDS, isMonitorRecord, type LogRecord, type Pane } from '#domain';
import { step, type WindowState } from '#window';
import { asLogRecords } from '../kit/log-records.js';
import { Random } from '../kit/random.js';
import { IN_BOUND, NASTY, SESSION_RATES, randomBatches, randomSession, type SessionProfile } from '../kit/session.js';

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);
const CONTEXT = { settings: DEFAULT_EVENT_TIME, rates: SESSION_RATES };

/**
 * A session over an input a feed, in turns as a busy machine would read them; now and then one is set aside. Without
 * counts of a platform: which panes between two of them are told, and which are left to be carried on, is not fixed.
 */
const severalInputs = (seed: number, profile: SessionProfile): LogRecord[] => {
  const random = new Random(seed);
  const records = asLogRecords(randomSession(seed, profile, DEFAULT_EVENT_TIME));
  const queues = new Map<string, LogRecord[]>();
  for (const record of records) {
    if (!isMonitorRecord(record.body) && record.body.type === 'online_count') continue;
    const input = isMonitorRecord(record.body) ? 'control' : FEED_OF_TYPE[record.body.type];
    const queue = queues.get(input) ?? [];
    queue.push({ ...record, input, position: queue.length });
    queues.set(input, queue);
  }
  const log: LogRecord[] = [];
  while (queues.size > 0) {
    const [input, queue] = random.pick([...queues]);
    log.push(...queue.splice(0, random.whole(1, 30)));
    if (queue.length === 0) queues.delete(input);
    if (random.chance(0.2)) log.push(asideOf(log.at(-1)!, random.pick(FEEDS)));
  }
  return log;
};

const asideOf = ({ position, append_ts, body: { stream_id } }: LogRecord, input: string): LogRecord => ({
  ...{ input: 'control', position, append_ts: append_ts + DEFAULT_EVENT_TIME.idleInputMs },
  body: { kind: 'input_set_aside', stream_id, input },
});

/** Everything that was told, the newest of each key, without its revision: that counts records up to the batch's end. */
const toldOf = (batches: readonly (readonly LogRecord[])[]) => {
  const state: WindowState = new Map();
  const rows = new Map<string, unknown>();
  const revisions = new Map<string, number>();
  for (const records of batches) {
    const result = step(state, { records }, CONTEXT);
    for (const read of result.read) rows.set(`${read.input}@${read.position}`, read);
    for (const { stream_id, moments, corrected, visits, presentations } of result.streams) {
      const tell = (of: string, row: { revision: number }): void => {
        const key = `${stream_id} ${of}`;
        if (row.revision < (revisions.get(key) ?? 0)) return;
        revisions.set(key, row.revision);
        rows.set(key, { ...structuredClone(row), revision: null });
      };
      for (const pane of [...moments.map((moment) => moment.pane), ...corrected])
        if (isOfAnything(pane)) tell(`pane ${pane.ts}`, pane);
      for (const visit of visits) tell(`visit ${visit.viewer.hi}/${visit.viewer.lo} ${visit.from}`, visit);
      for (const cut of presentations) tell(`presentation ${cut.presentation_id}`, cut);
    }
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
};

/** A pane in which nobody was and nothing counted may be told or left out: it says what no pane says. */
const isOfAnything = (pane: Pane): boolean =>
  pane.online > 0 || JSON.stringify({ ...pane, ts: 0, revision: 0, stream_id: '' }).match(/[1-9]/) !== null;

describe('a log of several inputs', () => {
  it.each(SEEDS)('tells the same however it is sliced (seed %i)', (seed) => {
    const log = severalInputs(seed, seed % 2 === 0 ? NASTY : IN_BOUND);
    const one = toldOf(log.map((record) => [record]));
    expect(one.length).toBeGreaterThan(0);
    expect(toldOf([log])).toEqual(one);
    expect(toldOf(randomBatches(new Random(seed), log, 200))).toEqual(one);
  });
});
