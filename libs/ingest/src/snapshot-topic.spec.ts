import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Admin, KafkaMessage, Producer } from 'kafkajs';
import type { KafkaTail } from './kafka-tail.js';
import { inChunks, type SnapshotHead } from './snapshot-bytes.js';
import { SnapshotTopic } from './snapshot-topic.js';

describe('a snapshot in chunks', () => {
  it('is the same bytes again, each chunk but the last of full length', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 16 }), (given, chunkBytes) => {
        const whole = Buffer.concat(given);
        const chunks = [
          ...inChunks(
            given.map((piece) => Buffer.from(piece)),
            chunkBytes,
          ),
        ];
        expect(Buffer.concat(chunks).equals(whole)).toBe(true);
        for (const chunk of chunks.slice(0, -1)) expect(chunk.length).toBe(chunkBytes);
        if (whole.length > 0) expect(chunks.at(-1)!.length).toBeGreaterThan(0);
        expect(chunks.length).toBe(Math.ceil(whole.length / chunkBytes));
      }),
    );
  });
});

/** A partition as it is kept in memory: what is sent is appended, unless it fails. */
const aTopic = () => {
  const log: { offset: number; message: KafkaMessage }[] = [];
  const topic = { fails: (_key: string): boolean => false, log };
  const producer = {
    send: ({ messages: [message] }: { messages: { key: string; value: Buffer }[] }) => {
      if (topic.fails(message!.key)) return Promise.reject(new Error('the broker is away'));
      const offset = (log.at(-1)?.offset ?? -1) + 1;
      const { key, value } = message!;
      log.push({ offset, message: { key: Buffer.from(key), value, offset: String(offset) } as KafkaMessage });
      return Promise.resolve([{ baseOffset: String(offset) }]);
    },
  } as unknown as Producer;
  const tail = {
    readToEnd: (_topic: string, _partition: number, take: (message: KafkaMessage) => void, from = 0) => {
      for (const { offset, message } of log) if (offset >= from) take(message);
      return Promise.resolve((log.at(-1)?.offset ?? -1) + 1);
    },
  } as unknown as KafkaTail;
  const admin = {
    deleteTopicRecords: ({ partitions: [{ offset }] }: { partitions: [{ offset: string }] }) => {
      while (log.length > 0 && log[0]!.offset < Number(offset)) log.shift();
      return Promise.resolve();
    },
  } as unknown as Admin;
  const owner = async (): Promise<SnapshotTopic<string>> => {
    const snapshots = new SnapshotTopic<string>(producer, tail, admin, 'live.snapshots', 0);
    await snapshots.claim();
    return snapshots;
  };
  return { topic, owner };
};

const SAFE = (): Promise<void> => Promise.resolve();
const head = (position: number): SnapshotHead => ({ positions: new Map([['view/0', position]]), resting: new Map() });
const positionOf = async (snapshots: SnapshotTopic<string>): Promise<number | undefined> =>
  (await snapshots.newest())?.positions.get('view/0');

describe('snapshots in a topic', () => {
  it('leave a whole one to the next owner, wherever writing is cut off and goes on', async () => {
    const cuts = fc.array(fc.constantFrom('none', 'at its word', 'unsafe'), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (all) => {
        const { topic, owner } = aTopic();
        const snapshots = await owner();
        let whole: number | undefined;
        for (const [n, cut] of all.entries()) {
          topic.fails = (key) => cut === 'at its word' && key.endsWith('/whole');
          const safe = cut === 'unsafe' ? () => Promise.reject(new Error('killed here')) : SAFE;
          const outcome = await snapshots.write(head(n), [], safe).then(() => 'whole', () => 'cut off'); // prettier-ignore
          if (outcome === 'whole') whole = n;
          topic.fails = () => false;
          const successor = await owner();
          expect(await positionOf(successor)).toBe(whole);
        }
      }),
    );
  });
});
