import { describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME, shareIdOf, type LiveEvent, type LogRecord, type ReadEvent, type ShareTold } from '#domain';
import { step, type WindowState } from '#window';
import { ShareDesk } from './share-desk.js';

const T0 = 1_760_000_000_000;
const LANE = '0';
const SHARE = shareIdOf('room');
const lanesOf = (): string[] => [LANE, '1'];

/** A lane with a share of one room, and what its desk tells and asks. */
const openLane = () => {
  const told: ShareTold[] = [];
  let asks = 0;
  const desk = new ShareDesk(
    {
      lanesOf,
      inputsOf: () => [],
      tell: (tellings) => void told.push(...tellings),
      ask: () => void asks++,
      safe: () => Promise.resolve(),
      stop: () => undefined,
    },
    DEFAULT_EVENT_TIME,
    { now: () => T0 },
    () => new Map(),
    () => Promise.resolve(),
    () => undefined,
  );
  const streams: WindowState = new Map();
  const lane = { id: LANE, epoch: 1, state: { streams } };
  let position = 0;
  const take = (stream_id: string, second: number, events: readonly ReadEvent[] = []): void => {
    const event_id = `e${position}`;
    const body = { type: 'like', event_id, stream_id, ts: T0 + 1000 * second, count: 1 } as LiveEvent;
    const record: LogRecord = { input: `danmaku/${LANE}`, position: position++, append_ts: body.ts, body };
    const batch = { records: [record] };
    const changed = step(streams, batch, { settings: DEFAULT_EVENT_TIME, rates: {}, lanesOf });
    const ofShare = changed.streams.filter(({ share_of }) => share_of !== undefined);
    const whole = changed.streams.filter(({ share_of }) => share_of === undefined);
    desk.take(lane, { batch, read: events, streams: whole, shares: ofShare });
  };
  return { desk, lane, take, told, asks: () => asks };
};

const said = (text: string): ReadEvent =>
  ({ event: { type: 'danmaku', stream_id: 'room', text }, lateness: 'in_time' }) as unknown as ReadEvent;

describe('what a desk remembers of a stream', () => {
  it('keeps it from saying the same again, and is gone once the stream rests', () => {
    const { desk, lane, take, told } = openLane();
    take(SHARE, 0);
    desk.beat(lane);
    const before = told.length;
    desk.beat(lane);
    expect(told).toHaveLength(before);
    desk.rests(LANE, SHARE);
    desk.beat(lane);
    expect(told).toHaveLength(before + 1);
  });

  it('keeps it from asking the same again, and is gone once the stream rests', () => {
    const { desk, take, asks } = openLane();
    take('room', 0);
    take('room', 0);
    expect(asks()).toBe(1);
    desk.rests(LANE, 'room');
    take('room', 0);
    expect(asks()).toBe(2);
  });

  it('holds no danmaku of a share that rests', () => {
    const { desk, take, told } = openLane();
    take(SHARE, 0, [said('before')]);
    desk.rests(LANE, SHARE);
    take(SHARE, 60, [said('after')]);
    expect(told.flatMap(({ sample }) => sample.map(({ event }) => 'text' in event && event.text))).toEqual(['after']);
  });
});
