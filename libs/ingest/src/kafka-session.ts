import kafkajs from 'kafkajs';
import type { LogRecord, RecordBatch } from '#domain';
import { AppendOrder } from './append-order.js';
import { inputOf } from './kafka-lane.js';
import type { KafkaLink } from './kafka-link.js';
import { readNote } from './kafka-note.js';
import type { DecodeRecord } from './kafka-source.js';
import { KafkaTail } from './kafka-tail.js';
import { partitionsOf } from './kafka-topics.js';

/** All that Kafka holds of one stream. */
export interface KafkaSession {
  partition: number;
  records: number;
  /** Kafka has deleted the beginning of at least one of the partitions that were read. */
  isCut: boolean;
  /** In the order in which the stream's owner read them. */
  batches: RecordBatch[];
}

/**
 * Reads a stream once more from the partition of its key (or from `partition`, where its producers deal keys out
 * otherwise), up to where it ends now. What of it is no event was a dead letter the first time. Holds the whole session.
 */
export const readSession = async (
  link: KafkaLink,
  stream_id: string,
  decode: DecodeRecord,
  partition: number | null,
  crash: (error: unknown) => void,
): Promise<KafkaSession> => {
  const { control } = link.topics;
  const topics = [...link.config.topics, control];
  const number = partition ?? (await partitionOfKey(link, stream_id));
  const tail = new KafkaTail(link.kafka, link.admin, link.config.groupId, topics, crash);
  await tail.start();
  const order = new AppendOrder(inputOf(control, number));
  let records = 0;
  let isCut = false;
  try {
    for (const topic of topics) {
      const read = topic === control ? readNote : (value: Buffer, at: number) => decode(value, 0, value.length, at);
      const own: LogRecord[] = [];
      await tail.readToEnd(topic, number, ({ offset, timestamp, key, value }) => {
        if (value === null || (key !== null && key.toString() !== stream_id)) return;
        const append_ts = Number(timestamp);
        const decoded = read(value, append_ts);
        if (decoded.ok && decoded.event.stream_id === stream_id)
          own.push({ input: inputOf(topic, number), position: Number(offset), append_ts, body: decoded.event });
      });
      isCut ||= await startsLate(link, topic, number);
      order.own(inputOf(topic, number));
      order.offer(inputOf(topic, number), own);
      order.readTo(inputOf(topic, number), Number.MAX_SAFE_INTEGER);
      records += own.length;
    }
  } finally {
    await tail.stop();
  }
  return { partition: number, records, isCut, batches: [...spansOf(order)] };
};

function* spansOf(order: AppendOrder): Generator<RecordBatch> {
  for (let records = order.takeSpan(); records !== null; records = order.takeSpan()) yield { records };
}

const partitionOfKey = async ({ admin, config }: KafkaLink, key: string): Promise<number> => {
  const topic = config.topics[0]!;
  const [count] = await partitionsOf(admin, [topic]);
  const partitionMetadata = Array.from({ length: count! }, (_, partitionId) => ({ partitionId, leader: 0 }));
  const place = kafkajs.Partitioners.DefaultPartitioner();
  return place({ topic, partitionMetadata: partitionMetadata as never, message: { key, value: null } });
};

const startsLate = async ({ admin }: KafkaLink, topic: string, partition: number): Promise<boolean> =>
  (await admin.fetchTopicOffsets(topic)).some((each) => each.partition === partition && Number(each.low) > 0);
