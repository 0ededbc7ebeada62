import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs, { Kafka, logLevel, type EachBatchPayload, type Producer } from 'kafkajs';
import { blocksOf, fetchingInPlace, openKafka, RecordCursor } from '#ingest';
import { createLogger } from '#observe';
import { brokerMeans, makeTopics, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';

const TIMEOUT_MS = 180_000;
const TOPIC = 'mixed';
const LAST = 'the last of all';
const AT_ONCE = 300;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('fetching from Kafka', `the broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

withKafka('records that are fetched in place', () => {
  let broker: Broker;
  let kafka: Kafka;
  let producer: Producer;

  beforeAll(async () => {
    broker = await startBroker({ port: 0, dataDir: null });
    const config = {
      brokers: [broker.address],
      topics: [TOPIC],
      groupId: 'g',
      shardedStreams: [],
      livePrefix: 'live.',
    };
    const retry = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 };
    kafka = openKafka({ ...config, ssl: false, sasl: null }, createLogger('silent'), retry);
    await makeTopics(broker.address, [TOPIC], 1, { 'message.timestamp.type': 'CreateTime' });
    producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await producer?.disconnect();
    await broker?.stop();
  }, TIMEOUT_MS);

  /** All that a consumer is handed of the topic, from `offset` on, up to the last record of all; of no key and no value it says ''. */
  const read = async (of: Kafka, groupId: string, offset: number, take: (payload: EachBatchPayload) => string[]) => {
    const consumer = of.consumer({ groupId, maxWaitTimeInMs: 100, maxBytesPerPartition: 20_000 });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
        if (!restart) reject(error);
      });
      consumer
        .run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: (payload) => {
            for (const each of take(payload)) seen.push(each);
            payload.resolveOffset(payload.batch.lastOffset());
            if (seen.at(-1)?.endsWith(LAST) === true) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
      consumer.seek({ topic: TOPIC, partition: 0, offset: String(offset) });
    }).finally(() => consumer.disconnect());
    return seen.filter((each) => Number(each.split(' ')[0]) >= offset);
  };

  const inMessages = ({ batch }: EachBatchPayload): string[] =>
    batch.messages.map(
      ({ offset, timestamp, key, value }) =>
        `${offset} ${timestamp} ${key?.toString() ?? ''} ${value?.toString() ?? ''}`,
    );

  const inBlocks = ({ batch }: EachBatchPayload): string[] => {
    const seen: string[] = [];
    for (const at = new RecordCursor(blocksOf(batch)); at.next();) {
      const key = at.bytes.toString('utf8', at.keyStart, Math.max(at.keyStart, at.keyEnd));
      seen.push(`${at.offset} ${at.timestamp} ${key} ${at.bytes.toString('utf8', at.valueStart, at.valueEnd)}`);
    }
    return seen;
  };

  it(
    'are those that kafkajs hands out: compressed or plain, without what was aborted, from any place on',
    async () => {
      const send = (name: string, to: Pick<Producer, 'send'>, compression = kafkajs.CompressionTypes.None) =>
        to.send({
          topic: TOPIC,
          compression,
          messages: Array.from({ length: AT_ONCE }, (_, n) => ({
            key: n % 3 === 0 ? null : `key ${n}`,
            value: n % 7 === 3 ? null : `${name} ${n} ${'好'.repeat(n % 50)}`,
            headers: n % 2 === 0 ? { trace: `t${n}` } : {},
          })),
        });
      const inTransactions = kafka.producer({ transactionalId: 't', idempotent: true, maxInFlightRequests: 1 });
      await inTransactions.connect();
      await send('plain', producer);
      await send('gzip', producer, kafkajs.CompressionTypes.GZIP);
      for (const fate of ['abort', 'commit', 'abort'] as const) {
        const transaction = await inTransactions.transaction();
        await send(`to ${fate}`, transaction);
        await send(`beside`, producer);
        await transaction[fate]();
      }
      await inTransactions.disconnect();
      // Two that are open at once and come to nothing: a reading that begins within both must leave out both.
      const others = ['a', 'b'].map((transactionalId) =>
        kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 }),
      );
      await Promise.all(others.map((other) => other.connect()));
      const open = await Promise.all(others.map((other) => other.transaction()));
      for (const n of [0, 1, 0, 1]) await send('to abort at once', open[n]!);
      for (const each of open) await each.abort();
      await Promise.all(others.map((other) => other.disconnect()));
      await producer.send({ topic: TOPIC, messages: [{ key: null, value: LAST }] });

      const plain = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
      // kafkajs itself lets a record of two aborted transactions at once through.
      const whole = (await read(plain, 'plain', 0, inMessages)).filter((each) => !each.includes('to abort at once'));
      for (const offset of [0, 1, AT_ONCE + 7, 3 * AT_ONCE + 1, 9 * AT_ONCE + 10]) {
        const expected = whole.filter((each) => Number(each.split(' ')[0]) >= offset);
        expect(await read(fetchingInPlace(kafka), `in-place-${offset}`, offset, inBlocks)).toEqual(expected);
      }
      expect(whole.some((each) => each.includes('to commit'))).toBe(true);
      expect(whole.some((each) => each.includes('to abort'))).toBe(false);
    },
    TIMEOUT_MS,
  );
});
