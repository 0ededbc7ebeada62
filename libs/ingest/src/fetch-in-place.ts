import { createRequire } from 'node:module';
import kafkajs, { type EachBatchPayload, type Kafka } from 'kafkajs';
import { readBlocks, withoutAborted, type Aborted, type RecordBlock } from './record-block.js';

/**
 * A client whose consumers are handed blocks of records where kafkajs has one message each ({@link blocksOf}). kafkajs
 * makes two buffers, three strings and two objects of each record, and looks at each four times with big integers: on a
 * pipeline like ours that is half of all time. All else is kafkajs's own: fetching, positions, the group.
 *
 * It lies in no version of kafkajs's interface, so it is bound to the version that the lock file names, and says so where
 * it does not find what it needs.
 */
export const fetchingInPlace = (kafka: Kafka): Kafka => {
  const createCluster = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  if (createCluster === undefined)
    throw new Error(`kafkajs has no ${CREATE_CLUSTER} any more: it is not version 2.2.4`);
  const create = (kafka as unknown as Record<symbol, (options: unknown) => Cluster>)[createCluster]!;
  return Object.create(kafka, {
    [createCluster]: { value: (options: unknown) => withBrokers(create(options)) },
  }) as Kafka;
};

/** What was read of one partition by a consumer of {@link fetchingInPlace}. */
export const blocksOf = ({ messages }: EachBatchPayload['batch']): readonly RecordBlock[] =>
  messages as unknown as readonly RecordBlock[];

const CREATE_CLUSTER = 'private:Kafka:createCluster';
const FETCH_KEY = 1;
/** The newest that kafkajs knows, and any broker since 2.3 does. */
const FETCH_VERSION = 11;

interface Cluster {
  findBroker(of: unknown): Promise<Broker>;
}
interface Broker {
  lookupRequest(apiKey: number, versions: unknown): (args: unknown) => ProtocolRequest;
}
interface ProtocolRequest {
  request: { apiVersion: number };
  response: { decode(raw: Buffer): Promise<unknown>; parse(data: unknown): Promise<unknown> };
}
/** Of kafkajs's reader of the protocol, what is used here. */
interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readString(): string;
  readBytes(): Buffer | null;
  readArray<T>(read: (decoder: Decoder) => T): T[];
  readArrayAsync<T>(read: (decoder: Decoder) => Promise<T>): Promise<T[]>;
}
const ProtocolDecoder = createRequire(import.meta.url)('kafkajs/src/protocol/decoder') as new (raw: Buffer) => Decoder;

const withBrokers = (cluster: Cluster): Cluster => {
  const find = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (of) => new Proxy(await find(of), { get: brokerPart });
  return cluster;
};

/** A broker as it is, but for how it reads what it fetched. */
const brokerPart = (broker: Broker, part: string | symbol, receiver: unknown): unknown => {
  if (part !== 'lookupRequest') return Reflect.get(broker, part, receiver);
  return (apiKey: number, versions: unknown) => {
    const make = broker.lookupRequest(apiKey, versions);
    return apiKey === FETCH_KEY ? (args: unknown) => readInPlace(make(args)) : make;
  };
};

const readInPlace = ({ request, response }: ProtocolRequest): ProtocolRequest => {
  if (request.apiVersion !== FETCH_VERSION)
    throw new Error(
      `the broker fetches by version ${request.apiVersion} of its protocol; it must be Kafka 2.3 or newer`,
    );
  return { request, response: { decode: readResponse, parse: (data) => response.parse(data) } };
};

const readResponse = async (raw: Buffer): Promise<unknown> => {
  const decoder = new ProtocolDecoder(raw);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = await decoder.readArrayAsync(readTopic);
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
};

const readTopic = async (decoder: Decoder): Promise<unknown> => ({
  topicName: decoder.readString(),
  partitions: await decoder.readArrayAsync(readPartition),
});

const readPartition = async (decoder: Decoder): Promise<unknown> => ({
  partition: decoder.readInt32(),
  errorCode: decoder.readInt16(),
  highWatermark: decoder.readInt64().toString(),
  lastStableOffset: decoder.readInt64().toString(),
  lastStartOffset: decoder.readInt64().toString(),
  ...(await readRecords(
    decoder.readArray((of) => ({ producerId: of.readInt64().toString(), firstOffset: Number(of.readInt64()) })),
    decoder,
  )),
});

/** What was aborted is told here: kafkajs looks at one transaction a message, and a message of ours is many. */
const readRecords = async (aborted: readonly Aborted[], decoder: Decoder): Promise<object> => ({
  preferredReadReplica: decoder.readInt32(),
  abortedTransactions: [],
  messages: withoutAborted(await readBlocks(decoder.readBytes() ?? Buffer.alloc(0), decompress), aborted),
});

/** By the codecs that kafkajs was taught. */
const decompress = async (codec: number, bytes: Buffer): Promise<Buffer> => {
  const make = kafkajs.CompressionCodecs[codec as keyof typeof kafkajs.CompressionCodecs] as (() => Codec) | undefined;
  if (make === undefined) throw new Error(`records are compressed by codec ${codec}, which is none of Kafka's`);
  return make().decompress(bytes);
};

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>;
}
