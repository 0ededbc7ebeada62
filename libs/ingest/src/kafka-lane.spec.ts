import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '#domain';
import { inputOf, KafkaLane } from './kafka-lane.js';

const NOW = 1_700_000_000_000;
const [VIEWS, ORDERS] = [inputOf('view', 0), inputOf('order', 0)];

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

describe('an input of a lane', () => {
  it('is not silent while some of what was read waits for another input', async () => {
    const { lane, given } = aLane();
    readToEnd(lane, VIEWS, [record(VIEWS, NOW - 30_000)]);
    expect(atEndSince(lane)).toEqual([null, null, null]);
    readToEnd(lane, ORDERS, []);
    lane.noteEnd(inputOf('control', 0), 0, NOW);
    await lane.rest();
    expect(given).toHaveLength(1);
    expect(atEndSince(lane)).toEqual([NOW, NOW, NOW]);
  });

  it('is not silent while the flow has no room for what is to be given out', async () => {
    let makeRoom: () => void = () => undefined;
    const { lane, given } = aLane(() => new Promise((resolve) => (makeRoom = resolve)));
    readToEnd(lane, VIEWS, [record(VIEWS, NOW - 30_000)]);
    readToEnd(lane, ORDERS, []);
    lane.noteEnd(inputOf('control', 0), 0, NOW);
    await new Promise(setImmediate);
    expect([given.length, atEndSince(lane)]).toEqual([0, [null, null, null]]);
    makeRoom();
    await lane.rest();
    expect(atEndSince(lane)).toEqual([NOW, NOW, NOW]);
  });
});
