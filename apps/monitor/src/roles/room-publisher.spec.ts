import { afterEach, describe, expect, it, jest } from '@jest/globals';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { Subject } from 'rxjs';
import { emptyPane, type ReadEvent } from '#domain';
import type { KafkaLink } from '#ingest';
import { emptyTotals, windowMetrics } from '#metric';
import type { LiveRoom, RoomChange } from '../ports.js';
import { decodeFrame, type Frame } from './room-frames.js';
import { RoomPublisher } from './room-publisher.js';

const NOW = 1_790_000_000_000;
const PANES = 250;

const figures = windowMetrics(emptyTotals(), null);
const roomOf = (stream_id: string): LiveRoom => ({
  ...{ stream_id, as_of: NOW, status: 'live', panes: [], item_on: null, online: 1, quality: 'final' },
  windows: { '10s': figures, '60s': figures, '300s': figures },
  data: { as_of: NOW, log_lag_ms: 0, late: 0, too_late: 0, coverage: ['view'], quality: 'final' },
});

/** A publisher of whatever rooms are told to change, over a broker that refuses those of one. */
const aPublisher = async (refused?: string) => {
  const changes$ = new Subject<RoomChange>();
  const told: Frame[] = [];
  const producer = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    send: ({ messages }: { messages: { key: string; value: Buffer }[] }) => {
      if (messages.some(({ key }) => key === refused))
        return Promise.reject(
          new kafkajs.KafkaJSProtocolError({
            message: 'too large',
            type: 'MESSAGE_TOO_LARGE',
            code: 10,
            retriable: false,
          } as never),
        );
      told.push(...messages.map(({ value }) => decodeFrame(value)!));
      return Promise.resolve([]);
    },
  };
  const link = { kafka: { producer: () => producer }, topics: { panes: 'panes', metrics: 'metrics' } };
  const publisher = await RoomPublisher.start(link as unknown as KafkaLink, {
    rooms: {
      ...{ changes$, read$: new Subject<readonly ReadEvent[]>(), turnover: 0, stored: () => Promise.resolve() },
      ...{ get: roomOf, ids: () => [], said: () => undefined },
    },
    placeOf: () => ({ partition: 0, epoch: 1, largest_ts: NOW }),
    places: () => [],
    clock: { now: () => NOW },
    log: pino({ enabled: false }),
  });
  const change = (stream_id: string, panes: number): void =>
    changes$.next({
      ...{ stream_id, presentations: [], cues: [] },
      panes: Array.from({ length: panes }, (_, s) => emptyPane(stream_id, NOW + s * 1000)),
    });
  return { publisher, change, told };
};

describe('what gateways are told of rooms', () => {
  afterEach(() => void jest.useRealTimers());

  it('is cut into messages that a broker takes, however many panes there are, in their order', async () => {
    const { publisher, change, told } = await aPublisher();
    change('room', PANES);
    await publisher.stop();
    const runs = told.flatMap((frame) => (frame.kind === 'panes' ? [frame.panes.map(({ ts }) => ts)] : []));
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.flat()).toEqual(Array.from({ length: PANES }, (_, s) => NOW + s * 1000));
  });

  // It was tried again each second for good, and no room of the process reached a gateway any more.
  it('does not wait for what the broker refuses for good', async () => {
    jest.useFakeTimers();
    const { publisher, change, told } = await aPublisher('large');
    change('large', 1);
    await jest.advanceTimersByTimeAsync(1_000);
    change('room', 1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(told).toContainEqual(expect.objectContaining({ kind: 'panes', stream_id: 'room' }));
    await publisher.stop();
  });
});
