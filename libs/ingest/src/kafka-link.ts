import type { Admin, Kafka, Producer } from 'kafkajs';
import type { KafkaConfig } from '#config';
import type { Logger } from '#observe';
import { ArchiveTopic } from './archive-topic.js';
import { KafkaUnavailable, openKafka, reasonOf, RETRY, RETRY_BRIEFLY } from './kafka-client.js';
import { KafkaTail } from './kafka-tail.js';
import {
  COMPACTED,
  ensureTopics,
  KEPT,
  liveTopics,
  partitionsOf,
  PASSING,
  stampedByProducers,
} from './kafka-topics.js';
import { SnapshotTopic } from './snapshot-topic.js';
import type { LaneId } from './lane.js';

/** A process's ties to Kafka beside its share of the records: topics that are there, a producer, a reader of whole partitions. */
export class KafkaLink {
  readonly topics: ReturnType<typeof liveTopics>;
  /** By number, of every topic: each is a lane. */
  lanes: readonly LaneId[] = [];

  private constructor(
    readonly config: KafkaConfig,
    readonly kafka: Kafka,
    readonly admin: Admin,
    readonly producer: Producer,
    readonly tail: KafkaTail,
  ) {
    this.topics = liveTopics(config.livePrefix);
  }

  /** Reaches a broker and makes the topics that are missing; rejects with what is wrong and what to change. */
  static async open(config: KafkaConfig, log: Logger, crash: (error: unknown) => void): Promise<KafkaLink> {
    const admin = openKafka(config, log, RETRY_BRIEFLY).admin({ retry: RETRY });
    const kafka = openKafka(config, log, RETRY);
    // Not idempotent: an event that is sent twice counts once anyway, and kafkajs's idempotent producer does not
    // survive every restart of a broker.
    const producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
    const { alerts, settings, outbox, snapshots, archive, panes, metrics } = liveTopics(config.livePrefix);
    const followed = [alerts, settings, outbox, snapshots, archive, panes, metrics];
    const tail = new KafkaTail(kafka, admin, config.groupId, followed, crash);
    const link = new KafkaLink(config, kafka, admin, producer, tail);
    try {
      await admin.connect();
      await link.makeTopics(log);
      await producer.connect();
      await tail.start();
    } catch (error) {
      await link.close();
      if (error instanceof KafkaUnavailable) throw error;
      throw new KafkaUnavailable(
        `Kafka at KAFKA_BROKERS=${config.brokers.join(',')} cannot be used: ${reasonOf(error)}; check that it runs there ` +
          'and, where it asks for them, KAFKA_SSL and KAFKA_SASL_*',
      );
    }
    return link;
  }

  /** Where the state of a lane is kept. */
  snapshots<State>(lane: LaneId): SnapshotTopic<State> {
    return new SnapshotTopic(this.producer, this.tail, this.admin, this.topics.snapshots, Number(lane));
  }

  /** Where the streams of a lane rest. */
  archive<State>(lane: LaneId): ArchiveTopic<State> {
    return new ArchiveTopic(this.producer, this.tail, this.topics.archive, Number(lane));
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.tail.stop(), this.producer.disconnect()]);
    await this.admin.disconnect().catch(() => undefined);
  }

  private async makeTopics(log: Logger): Promise<void> {
    const { admin } = this;
    const { topics } = this.config;
    const { control, alerts, settings, outbox, snapshots, archive, panes, metrics } = this.topics;
    const made = [
      ...(await ensureTopics(admin, topics)),
      ...(await ensureTopics(admin, [control, alerts, settings, outbox, archive], KEPT, topics)),
      ...(await ensureTopics(admin, [snapshots], COMPACTED, topics)),
      ...(await ensureTopics(admin, [panes, metrics], PASSING, topics)),
    ];
    if (made.length > 0) log.info({ topics: made }, 'made the topics that were missing');
    const all = [...topics, ...Object.values(this.topics)];
    const counts = [...new Set(await partitionsOf(admin, all))];
    if (counts.length > 1) throw new KafkaUnavailable(unequalTopics(all, counts));
    // Who may not ask is not warned; nothing else is lost.
    const stamped = await stampedByProducers(admin, topics).catch((): string[] => []);
    if (stamped.length > 0) log.warn(stampedElsewhere(stamped));
    this.lanes = Array.from({ length: counts[0]! }, (_, number) => String(number));
  }
}

const stampedElsewhere = (topics: readonly string[]): string =>
  `records of ${topics.join(', ')} are stamped by their producers: those that come more than a moment after their stamp ` +
  'may be placed otherwise when they are read again; let the broker stamp them (message.timestamp.type=LogAppendTime)';

const unequalTopics = (topics: readonly string[], counts: readonly number[]): string =>
  `the topics ${topics.join(', ')} have ${counts.join(' and ')} partitions, so a stream's records would be apart; ` +
  'give all of them the same number (kafka-topics --alter --partitions) and produce anew what had been in the smaller ones';
