import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '#domain';
import { inputOf, KafkaLane } from './kafka-lane.js';

const NOW = 1_700_000_000_000;
const [VIEWS, ORDERS, CONTROL] = [inputOf('view', 0), inputOf('order', 0), inputOf('control', 0)];

const aLane = (ready: () => Promise<void> = () => Promise.resolve()): { lane: KafkaLane; given: LogRecord[] } => {
  const given: LogRecord[] = [];
  const lane = new KafkaLane(0, ['view', 'order', 'control'], inputOf('control', 0), {
    ready,
    wake: () => Promise.resolve(),
    give: ({ records }) => given.push(...records),
    pause: () => undefined,
    blocked: () => undefined,
    crash: (error) => {
      throw error;
    },
  });
  lane.begun = true;
  return { lane, given };
};

const record = (input: string, append_ts: number): LogRecord => ({
  ...{ input, position: 0, append_ts },
  body: { type: 'stream_ended', event_id: 'e', stream_id: 's', ts: append_ts },
});

const readToEnd = (lane: KafkaLane, input: string, records: LogRecord[]): void => {
  lane.offer(input, records, NOW - 60_000, 100);
  lane.noteRead(input, records.length, records.length);
  lane.noteEnd(input, records.length, NOW);
};
const atEndSince = (lane: KafkaLane): (number | null)[] => lane.readings().map(([, reading]) => reading.at_end_since);

describe('a lane', () => {
  it('is read up when all is given out that was there, whatever comes meanwhile', async () => {
    // Under live load something always waits for the quiet partition, and a monitor that was started never got ready.
    const { lane, given } = aLane();
    for (const input of [VIEWS, ORDERS, CONTROL]) lane.noteEnd(input, input === VIEWS ? 3 : 0, NOW);
    let isReadUp = false;
    void lane.readUp().then(() => (isReadUp = true));
    for (let n = 0; n < 20; n++) {
      lane.offer(VIEWS, [{ ...record(VIEWS, NOW + n * 20), position: n }], NOW + n * 20, 100);
      lane.noteRead(VIEWS, n + 1, n + 1);
      for (const quiet of [ORDERS, CONTROL]) lane.noteEnd(quiet, 0, NOW + n * 20);
      await lane.rest();
      if (given.length < 3) expect(isReadUp).toBe(false);
    }
    await new Promise(setImmediate);
    expect(isReadUp).toBe(true);
    expect(given.length).toBeLessThan(20);
  });

  it('tells from when on an answer about the ends lets go what waits: not a millisecond before', async () => {
    const { lane, given } = aLane();
    expect(lane.wantsEndsAt).toBe(Infinity);
    lane.offer(VIEWS, [record(VIEWS, NOW + 20)], NOW + 20, 100);
    lane.noteRead(VIEWS, 1, 1);
    const { wantsEndsAt } = lane;
    for (const [at, givenBy] of [
      [wantsEndsAt - 1, 0],
      [wantsEndsAt, 1],
    ] as const) {
      for (const input of [VIEWS, ORDERS, CONTROL]) lane.noteEnd(input, input === VIEWS ? 1 : 0, at);
      await lane.rest();
      expect(given).toHaveLength(givenBy);
    }
    expect(lane.wantsEndsAt).toBe(Infinity);
  });

  it('that was quiet is behind since it was last known to be read to its end, not since its last record', async () => {
    const { lane } = aLane();
    readToEnd(lane, VIEWS, [record(VIEWS, NOW - 3_600_000)]);
    for (const quiet of [ORDERS, CONTROL]) lane.noteEnd(quiet, 0, NOW);
    await lane.rest();
    expect(lane.lag(NOW)).toEqual({ records: 0, ms: 0 });
    lane.noteEnd(VIEWS, 5, NOW + 700);
    expect(lane.lag(NOW + 700)).toEqual({ records: 4, ms: 700 });
  });
});

describe('an input of a lane', () => {
  it('is not silent while some of what was read waits for another input', async () => {
    const { lane, given } = aLane();
    readToEnd(lane, VIEWS, [record(VIEWS, NOW - 30_000)]);
    expect(atEndSince(lane)).toEqual([null, null, null]);
    readToEnd(lane, ORDERS, []);
    lane.noteEnd(CONTROL, 0, NOW);
    await lane.rest();
    expect(given).toHaveLength(1);
    expect(atEndSince(lane)).toEqual([NOW, NOW, NOW]);
  });

  it('is not silent while the flow has no room for what is to be given out', async () => {
    let makeRoom: () => void = () => undefined;
    const { lane, given } = aLane(() => new Promise((resolve) => (makeRoom = resolve)));
    readToEnd(lane, VIEWS, [record(VIEWS, NOW - 30_000)]);
    readToEnd(lane, ORDERS, []);
    lane.noteEnd(CONTROL, 0, NOW);
    await new Promise(setImmediate);
    expect([given.length, atEndSince(lane)]).toEqual([0, [null, null, null]]);
    makeRoom();
    await lane.rest();
    expect(atEndSince(lane)).toEqual([NOW, NOW, NOW]);
  });
});
