import { describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME, type InputReading, type MonitorRecord } from '#domain';
import { due } from './due.js';
import { appended, danmaku, ended, on, play, STREAM, T0 } from './timeline.spec-kit.js';

const { outOfOrderMs, idleInputMs, streamIdleEndMs } = DEFAULT_EVENT_TIME;

/** What is due of a timeline at `now`, seconds of the timeline; readings by input: read to the end since then, or only up to a log time. */
const dueAt = (
  lines: Parameters<typeof play>[0],
  now: number,
  readings: Record<string, { endSince: number } | { logTime: number }>,
): MonitorRecord[] => {
  const at = (s: number): number => T0 + s * 1000;
  const readingOf = (each: { endSince: number } | { logTime: number }): InputReading =>
    'endSince' in each
      ? { log_time: at(each.endSince), at_end_since: at(each.endSince) }
      : { log_time: at(each.logTime), at_end_since: null };
  return due(
    play(lines).state.values(),
    new Map(Object.entries(readings).map(([input, each]) => [input, readingOf(each)])),
    at(now),
    DEFAULT_EVENT_TIME,
  );
};
const closedAt = (s: number, extraMs = 0): MonitorRecord[] => [
  { kind: 'stream_closed', stream_id: STREAM, ended_at: T0 + s * 1000 + extraMs },
];

describe('a stream that said it ended', () => {
  const lines = [appended(1, danmaku('a', 1)), appended(5, ended(5))];
  const bound = outOfOrderMs / 1000;

  it('closes once its input has been quiet and read to the end for the out-of-order bound', () => {
    expect(dueAt(lines, 5 + bound - 0.001, { journal: { endSince: 0 } })).toEqual([]);
    expect(dueAt(lines, 5 + bound, { journal: { endSince: 0 } })).toEqual(closedAt(5));
  });

  it('waits while a backlog may still hold its events', () => {
    expect(dueAt(lines, 9_999, { journal: { logTime: 5 } })).toEqual([]);
    expect(dueAt(lines, 100, { journal: { endSince: 99 } })).toEqual([]);
    expect(dueAt(lines, 101, { journal: { endSince: 99 } })).toEqual(closedAt(5));
  });

  it('waits for every input: one that is behind its end holds it up', () => {
    const two = [on('k/0', danmaku('a', 1)), { ...appended(5, ended(5)), input: 'k/1' }];
    expect(dueAt(two, 8, { 'k/0': { logTime: 5 }, 'k/1': { endSince: 0 } })).toEqual([]);
  });
});

describe('a stream that never said it ended', () => {
  const lines = [appended(1, danmaku('a', 1))];
  const idle = streamIdleEndMs / 1000;

  it('closes one millisecond after its largest ts when nothing came for the idle time', () => {
    expect(dueAt(lines, 1 + idle - 0.001, { journal: { endSince: 0 } })).toEqual([]);
    expect(dueAt(lines, 1 + idle, { journal: { endSince: 0 } })).toEqual(closedAt(1, 1));
  });

  it('is not idle while its input is behind: the wall clock counts from the end of the log', () => {
    expect(dueAt(lines, 99_999, { journal: { logTime: 1 } })).toEqual([]);
    expect(dueAt(lines, 99_999, { journal: { endSince: 99_998 } })).toEqual([]);
    expect(dueAt(lines, 99_999, {})).toEqual([]);
  });

  it('is not due twice: a closed stream is left alone', () => {
    const closed: MonitorRecord = { kind: 'stream_closed', stream_id: STREAM, ended_at: T0 + 1001 };
    expect(dueAt([...lines, closed], 99_999, { journal: { endSince: 0 } })).toEqual([]);
  });
});

describe('an input', () => {
  const idle = idleInputMs / 1000;
  const quiet = { ...appended(1, danmaku('a', 1)), input: 'k/0' };
  const busy = { ...appended(20, danmaku('b', 20)), input: 'k/1' };
  const aside: MonitorRecord[] = [{ kind: 'input_set_aside', stream_id: STREAM, input: 'k/0' }];

  it('is set aside when its log is read that far past its last record, and another has gone on', () => {
    expect(dueAt([quiet, busy], 15, { 'k/0': { logTime: 1 + idle - 0.001 }, 'k/1': { endSince: 15 } })).toEqual([]);
    expect(dueAt([quiet, busy], 15, { 'k/0': { logTime: 1 + idle }, 'k/1': { endSince: 15 } })).toEqual(aside);
  });

  it('is set aside by the wall clock once it has been read to its end', () => {
    expect(dueAt([quiet, busy], 1 + idle - 0.001, { 'k/0': { endSince: 2 }, 'k/1': { endSince: 2 } })).toEqual([]);
    expect(dueAt([quiet, busy], 1 + idle, { 'k/0': { endSince: 2 }, 'k/1': { endSince: 2 } })).toEqual(aside);
  });

  it('that has a backlog is not silent, however long the clock runs', () => {
    expect(dueAt([quiet, busy], 500, { 'k/0': { logTime: 2 }, 'k/1': { endSince: 15 } })).toEqual([]);
  });

  it('that carried the newest record, or the only one, stays', () => {
    expect(dueAt([busy, quiet], 21, { 'k/0': { logTime: 1 }, 'k/1': { endSince: 0 } })).toEqual([]);
    expect(dueAt([quiet], 500, { 'k/0': { endSince: 0 } })).toEqual([]);
  });

  it('is set aside once', () => {
    const lines = [quiet, busy, { body: aside[0]!, input: 'journal' }];
    expect(dueAt(lines, 30, { 'k/0': { endSince: 2 }, 'k/1': { endSince: 2 } })).toEqual([]);
  });
});
