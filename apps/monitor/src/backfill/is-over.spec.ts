import { describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME, type LiveEvent, type LogRecord, type MonitorRecord } from '#domain';
import { isOver } from './is-over.js';

const T0 = 1_760_000_000_000;
const STREAM = 'room';
const { streamIdleEndMs } = DEFAULT_EVENT_TIME;

const danmaku = (s: number): LiveEvent => ({
  ...{ type: 'danmaku', stream_id: STREAM, event_id: `e${s}`, ts: T0 + 1000 * s, text: '好' },
  ...{ viewer: { hi: 1, lo: 1 }, source: undefined },
});
const ended = (s: number): LiveEvent => ({
  ...{ type: 'stream_ended', stream_id: STREAM, event_id: 'end', ts: T0 + 1000 * s },
});
const closed = (ended_at: number | null): MonitorRecord => ({ kind: 'stream_closed', stream_id: STREAM, ended_at });

/** Each body a second after the one before, or when it says. */
const log = (...bodies: (LiveEvent | MonitorRecord)[]) =>
  bodies.map((body, position) => {
    const append_ts = 'ts' in body ? body.ts : T0 + 1000 * position + streamIdleEndMs;
    return { records: [{ input: 'live.view/0', position, append_ts, body } satisfies LogRecord] };
  });
const isRoomOver = (...bodies: (LiveEvent | MonitorRecord)[]): Promise<boolean> =>
  isOver(STREAM, log(...bodies), { settings: DEFAULT_EVENT_TIME, rates: {} });

// Rows of a backfill beat those that the owner goes on writing: of a live session they stood for good, `live` and all.
describe('a session is over, as far as its records say,', () => {
  it('when it was closed, and not before', async () => {
    expect(await isRoomOver()).toBe(false);
    expect(await isRoomOver(danmaku(0), danmaku(5))).toBe(false);
    expect(await isRoomOver(danmaku(0), danmaku(5), closed(null))).toBe(true);
  });

  it('when its end has passed, not when it is told', async () => {
    expect(await isRoomOver(danmaku(0), ended(5))).toBe(false);
    expect(await isRoomOver(danmaku(0), ended(5), danmaku(60))).toBe(true);
    expect(await isRoomOver(danmaku(0), ended(5), closed(T0 + 5000))).toBe(true);
  });

  it('when its end came late and it is to be read again', async () => {
    expect(await isRoomOver(danmaku(0), danmaku(60), danmaku(90), ended(50))).toBe(true);
  });

  it('not when it was closed for being idle and went on', async () => {
    const again = 2 * (streamIdleEndMs / 1000);
    expect(await isRoomOver(danmaku(0), closed(T0 + 1))).toBe(true);
    expect(await isRoomOver(danmaku(0), closed(T0 + 1), danmaku(again))).toBe(false);
  });
});
