import { describe, expect, it } from '@jest/globals';
import { setImmediate as giveWay } from 'node:timers/promises';
import type { ShareAsked, ShareTold } from '#domain';
import { createLogger } from '#observe';
import type { KafkaLink } from './kafka-link.js';
import { readNote } from './kafka-note.js';
import { KafkaShares } from './kafka-shares.js';

/** A topic that keeps what is sent in memory; while it `fails`, it takes nothing. */
const aTopic = () => {
  const sent: string[] = [];
  const topic = { sent, fails: false };
  const producer = {
    send: async ({ messages }: { messages: { value: Buffer }[] }) => {
      await giveWay();
      if (topic.fails) throw new Error('the broker is away');
      for (const { value } of messages) sent.push(inWords(readNote(value) as { event: ShareTold | ShareAsked }));
      return [];
    },
  };
  const link = { producer, topics: { control: 'live.control' } } as unknown as KafkaLink;
  return { topic, shares: new KafkaShares(link, createLogger('silent')) };
};

const inWords = ({ event }: { event: ShareTold | ShareAsked }): string =>
  event.kind === 'share_told'
    ? `${event.stream_id} in ${event.lane}: ${event.standing.watermark}`
    : `${event.stream_id} asked`;

const told = (stream_id: string, lane: string, watermark: number): ShareTold =>
  ({
    kind: 'share_told',
    stream_id,
    lane,
    epoch: 1,
    moments: [],
    corrected: [],
    standing: { watermark },
  }) as unknown as ShareTold;
const ask = (stream_id: string): { lane: string; ask: ShareAsked } => ({
  lane: '1',
  ask: { kind: 'share_asked', stream_id: `${stream_id}#`, currency: null, ended_at: 5, to: null },
});

const ready = (): Promise<void> => Promise.resolve();
const aWhile = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await giveWay();
};

describe('what lanes tell each other of shares', () => {
  // The store was away when one share closed: every spread room of the process stood still.
  it('waits for nothing but what was told of the same share before', async () => {
    const { topic, shares } = aTopic();
    let store: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    shares.tell([told('closes', '0', 1)], () => stored);
    shares.tell([told('closes', '0', 2)], ready);
    shares.tell([told('closes', '1', 3)], ready);
    shares.tell([told('live', '0', 4)], ready);
    shares.ask([ask('live')]);
    shares.ask([ask('closes')]);
    await aWhile();
    expect([...topic.sent].sort()).toEqual(['closes in 1: 3', 'closes# asked', 'live in 0: 4', 'live# asked']);

    let isSafe = false;
    const safe = shares.safe().then(() => (isSafe = true));
    await aWhile();
    expect(isSafe).toBe(false);
    store();
    await safe;
    expect(topic.sent.slice(4)).toEqual(['closes in 0: 1', 'closes in 0: 2']);
  });

  it('comes in the order in which it was told of a share, and is safe when all of it is durable', async () => {
    const { topic, shares } = aTopic();
    for (let n = 0; n < 10; n++) shares.tell([told('room', '0', 2 * n), told('room', '0', 2 * n + 1)], ready);
    await shares.safe();
    expect(topic.sent).toEqual(Array.from({ length: 20 }, (_, n) => `room in 0: ${n}`));
  });

  it('is not safe, whenever it is asked, once some of it could not be told', async () => {
    const { topic, shares } = aTopic();
    topic.fails = true;
    shares.stop();
    shares.tell([told('room', '0', 1)], ready);
    await expect(shares.safe()).rejects.toThrow('the broker is away');
    topic.fails = false;
    shares.tell([told('other', '0', 1)], ready);
    await expect(shares.safe()).rejects.toThrow('the broker is away');
  });
});
