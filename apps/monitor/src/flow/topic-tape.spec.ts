import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { KafkaLink } from '#ingest';
import { openTopicTape } from './topic-tape.js';

interface Sent {
  key: string;
  value: Buffer;
}

/** A topic in memory whose producer answers when it is let. */
const aTopic = (): { link: KafkaLink; requests: string[][]; answer: () => void } => {
  const requests: string[][] = [];
  const waiting: (() => void)[] = [];
  let end = 0;
  let take: (message: { value: Buffer; offset: string }, partition: number) => void = () => undefined;
  const producer = {
    send: ({ messages }: { messages: Sent[] }) => {
      requests.push(messages.map(({ key }) => key));
      const baseOffset = String(end);
      for (const { value } of messages) take({ value, offset: String(end++) }, 0);
      return new Promise((resolve) => waiting.push(() => resolve([{ partition: 0, baseOffset }])));
    },
  };
  const tail = {
    follow: (_topic: string, each: typeof take) => Promise.resolve(void (take = each)),
    readTo: () => Promise.resolve(),
  };
  const link = { producer, tail, topics: { alerts: 'live.alerts' } } as unknown as KafkaLink;
  return { link, requests, answer: () => waiting.shift()?.() };
};

describe('a tape in a topic', () => {
  it('sends at once what gathers while lines are on their way, and tells each whether it counts', async () => {
    const { link, requests, answer } = aTopic();
    const tape = openTopicTape('alerts', link, pino({ enabled: false }));
    await tape.open((bytes) => bytes[0] !== 3);
    const told = Promise.all([1, 2, 3, 4].map((line) => tape.append(`room-${line}`, Uint8Array.of(line))));
    for (let n = 0; n < 3; n++) {
      answer();
      await new Promise(setImmediate);
    }
    expect(await told).toEqual([true, true, false, true]);
    expect(requests).toEqual([['room-1'], ['room-2', 'room-3', 'room-4']]);
  });
});
