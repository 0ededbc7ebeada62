import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Admin, KafkaMessage, Producer } from 'kafkajs';
import type { KafkaTail } from './kafka-tail.js';
import { inChunks, type SnapshotHead, type SnapshotPart } from './snapshot-bytes.js';
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
    hold: (_topic: string, _partition: number, take: (message: KafkaMessage) => void) => {
      let next = 0;
      const toEnd = (): Promise<void> => {
        for (const { offset, message } of log) if (offset >= next) take(message);
        next = (log.at(-1)?.offset ?? -1) + 1;
        return Promise.resolve();
      };
      return Promise.resolve({ toEnd, letGo: () => undefined });
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

describe('a lane', () => {
  it('that has had as many owners as revisions can tell apart is claimed by none, and nothing is written', async () => {
    const { topic, owner } = aTopic();
    const claimed = (epoch: number): void => {
      const value = Buffer.from(JSON.stringify({ kind: 'claim', epoch, owner: 'another' }));
      const offset = topic.log.length;
      topic.log.push({ offset, message: { key: Buffer.from('claim'), value, offset: String(offset) } as KafkaMessage });
    };
    claimed(8_190);
    await owner();
    const { length } = topic.log;
    await expect(owner()).rejects.toThrow('live.snapshots/0 has had 8191 owners');
    expect(topic.log).toHaveLength(length);
  });
});

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
          const outcome = await snapshots.write(head(n), { all: () => [], since: null }, safe).then(() => 'whole', () => 'cut off'); // prettier-ignore
          if (outcome === 'whole') whole = n;
          topic.fails = () => false;
          const successor = await owner();
          expect(await positionOf(successor)).toBe(whole);
        }
      }),
    );
  });

  it('hold every room as it was told last, whether all were written or what changed, and wherever that was cut off', async () => {
    const room = fc.constantFrom('a', 'b', 'c', 'd');
    const writes = fc.array(
      fc.record({
        changed: fc.uniqueArray(room, { maxLength: 2 }),
        went: fc.uniqueArray(room, { maxLength: 1 }),
        cut: fc.constantFrom('none', 'none', 'none', 'at its word', 'at a chunk', 'unsafe'),
        fresh: fc.boolean(),
      }),
      { minLength: 1, maxLength: 30 },
    );
    let added = 0;
    await fc.assert(
      fc.asyncProperty(writes, async (all) => {
        const { topic, owner } = aTopic();
        let snapshots = await owner();
        /** As they are, as the last whole snapshot has them, and what changed since its owner wrote it. */
        const rooms = new Map<string, SnapshotPart<string>>();
        let whole: Record<string, SnapshotPart<string>> | null = null;
        let written: Map<string, SnapshotPart<string>> | null = null;
        for (const [n, { changed, went, cut, fresh }] of all.entries()) {
          for (const id of went) rooms.delete(id);
          // Longer than a chunk now and then, so that one may be cut off between two.
          const state = `${n} `.repeat(n % 5 === 4 ? 200_000 : 20);
          for (const id of changed) rooms.set(id, { stream_id: id, positions: new Map([['view/0', n]]), state });
          const before = written;
          const since = before && {
            dropped: [...before.keys()].filter((id) => !rooms.has(id)),
            parts: () => {
              added++;
              return [...rooms.values()].filter((part) => before.get(part.stream_id) !== part);
            },
          };
          let sent = 0;
          topic.fails = (key) =>
            (cut === 'at its word' && key.endsWith('/whole')) ||
            (cut === 'at a chunk' && /\d$/.test(key) && ++sent === 2);
          const safe = cut === 'unsafe' ? () => Promise.reject(new Error('killed here')) : SAFE;
          const told = new Map(rooms);
          const outcome = await snapshots.write(head(n), { all: () => [...told.values()], since }, safe).then(() => 'whole', () => 'cut off'); // prettier-ignore
          if (outcome === 'whole') {
            written = told;
            whole = Object.fromEntries(told);
          }
          topic.fails = () => false;
          const found = await (await owner()).newest();
          expect(found && Object.fromEntries(found.parts.map((part) => [part.stream_id, part]))).toEqual(whole);
          if (!fresh) continue;
          snapshots = await owner();
          written = null;
        }
      }),
    );
    expect(added).toBeGreaterThan(0);
  });
});
