import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { readBlocks, RecordCursor, withoutAborted, type RecordBlock } from './record-block.js';

/** kafkajs's own writer and reader, of one message each: what ours must agree with. */
interface Message {
  offset: string;
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
}
const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<{ buffer: Buffer }>;
};
const writeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => unknown;
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const readMessages = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages') as (
  decoder: object,
) => Promise<Message[]>;
const Long = require('kafkajs/src/utils/long') as { fromValue: (value: number) => unknown };

const GZIP = 1;
const ATTRIBUTES_LOW_BYTE = 22;
const STAMPED_BY_BROKER = 0x08;
const T0 = 1_750_000_000_000;

const aBuffer = fc.option(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)));
const aRecord = fc.record({
  key: aBuffer,
  value: aBuffer,
  timestampDelta: fc.integer({ min: -100_000, max: 40_000_000_000 }),
  gap: fc.nat(300),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 20 }), { maxKeys: 2 }),
});
const aBatch = fc.record({
  records: fc.array(aRecord, { maxLength: 20 }),
  first: fc.integer({ min: 0, max: 2 ** 45 }),
  isStampedByBroker: fc.boolean(),
  compression: fc.constantFrom(0, GZIP),
});

type Batch = typeof aBatch extends fc.Arbitrary<infer Made> ? Made : never;

const written = async ({ records, first, isStampedByBroker, compression }: Batch) => {
  let offset = -1;
  const parts = records.map(({ gap, timestampDelta, ...record }) => {
    offset += gap + 1;
    return writeRecord({ ...record, offsetDelta: offset, timestampDelta: Long.fromValue(timestampDelta) });
  });
  const { buffer } = await RecordBatch({
    ...{ compression, records: parts, firstOffset: Long.fromValue(first), lastOffsetDelta: Math.max(0, offset) },
    ...{ firstTimestamp: T0, maxTimestamp: T0 + 7 },
  });
  if (isStampedByBroker) buffer[ATTRIBUTES_LOW_BYTE]! |= STAMPED_BY_BROKER;
  return buffer;
};

const gunzip = (_: number, bytes: Buffer): Promise<Buffer> => Promise.resolve(gunzipSync(bytes));

const messagesOf = (blocks: readonly RecordBlock[]) => {
  const messages = [];
  for (const at = new RecordCursor(blocks); at.next();)
    messages.push({
      offset: String(at.offset),
      timestamp: String(at.timestamp),
      key: at.keyEnd < 0 ? null : at.bytes.subarray(at.keyStart, at.keyEnd),
      value: at.bytes.subarray(at.valueStart, at.valueEnd),
    });
  return messages;
};

const sized = (bytes: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
};

describe('records read in their bytes', () => {
  it('are those that kafkajs reads, with their places, times and keys, however the last block is cut off', () =>
    fc.assert(
      fc.asyncProperty(fc.array(aBatch, { minLength: 1, maxLength: 4 }), fc.nat(), async (batches, cut) => {
        const whole = Buffer.concat(await Promise.all(batches.map(written)));
        const bytes = whole.subarray(0, whole.length - (cut % 40));
        const expected = await readMessages(new Decoder(sized(bytes)));
        expect(messagesOf(await readBlocks(bytes, gunzip))).toEqual(
          expected.map(({ offset, timestamp, key, value }) => ({
            ...{ offset, timestamp, key },
            value: value ?? Buffer.alloc(0),
          })),
        );
      }),
      { numRuns: 300 },
    ));

  it('say where one has read to: past what was compacted away behind the last record, once it is read', async () => {
    const aRead = { key: null, value: Buffer.from('v'), headers: {}, timestampDelta: 0, gap: 0 };
    const bytes = await written({ records: [aRead, aRead], first: 10, isStampedByBroker: false, compression: 0 });
    bytes.writeInt32BE(9, 23); // its last records are gone
    const at = new RecordCursor(await readBlocks(bytes, gunzip));
    expect([at.next(), at.readTo, at.next(), at.readTo, at.next()]).toEqual([true, '10', true, '19', false]);
  });

  it('of transactions that were aborted are none, of however many producers at once', () => {
    const block = (offset: number, producerId: string, isControlRecord = false): RecordBlock => ({
      ...{ offset: String(offset), isControlRecord, batchContext: { producerId, inTransaction: producerId !== '-1' } },
      ...{ bytes: Buffer.alloc(0), from: 0, count: 1, first_offset: offset, first_timestamp: T0, append_ts: null },
    });
    // Both began before what was fetched, and the second one's records come first.
    const fetched = [
      block(10, '2'),
      block(11, '-1'),
      block(12, '1'),
      block(13, '2', true),
      block(14, '2'),
      block(15, '3'),
    ];
    const aborted = [
      { producerId: '2', firstOffset: 7 },
      { producerId: '1', firstOffset: 5 },
    ];
    const left = withoutAborted(fetched, aborted).filter(({ isControlRecord }) => !isControlRecord);
    expect(left.map(({ offset }) => offset)).toEqual(['11', '14', '15']);
  });

  it('of a format from before Kafka 0.11 are refused by name', async () => {
    const bytes = Buffer.alloc(61);
    bytes[16] = 1;
    await expect(readBlocks(bytes, gunzip)).rejects.toThrow('records in message format 1, from before Kafka 0.11');
  });
});
