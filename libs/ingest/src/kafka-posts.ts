import type { LiveEvent, MonitorRecord } from '#domain';
import type { KafkaLink } from './kafka-link.js';
import { TOPIC_OF_FEED } from './kafka-topics.js';
import { requestsOf } from './produce-requests.js';
import type { PostedLog } from './source.js';

/**
 * What is posted, on its way to Kafka, where whoever owns its stream reads it. All feeds go into one topic: what is
 * posted is in order already, and stays so only within one input. Split by feed, the orders of a long body would come
 * after its views, by minutes of event time.
 */
export class KafkaPosts implements PostedLog {
  private readonly topic: string;

  constructor(private readonly link: Pick<KafkaLink, 'config' | 'producer' | 'topics'>) {
    const { topics } = link.config;
    this.topic = topics.find((topic) => topic === TOPIC_OF_FEED.view) ?? topics[0]!;
  }

  /** Durable when it answers; where a record stands only its reader will know. */
  async append(events: readonly LiveEvent[], wire: (index: number) => Uint8Array): Promise<null> {
    const messages = events.map((event, i) => ({ key: event.stream_id, value: Buffer.from(wire(i)) }));
    for (const some of requestsOf(messages)) {
      await this.link.producer.send({ topic: this.topic, acks: -1, messages: some });
    }
    return null;
  }

  /** Adds monitor's records to the lanes that their streams' keys lead to. */
  async note(records: readonly MonitorRecord[]): Promise<void> {
    if (records.length === 0) return;
    const messages = records.map((record) => ({ key: record.stream_id, value: JSON.stringify(record) }));
    await this.link.producer.send({ topic: this.link.topics.control, acks: -1, messages });
  }
}
