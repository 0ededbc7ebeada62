import { Kafka, logLevel, type Producer } from 'kafkajs';
import { FEED_OF_TYPE, type Feed } from '#domain';
import type { WireEvent } from '#simulate';
import { noTotals, type EventSink, type SinkOutcome } from './event-sink.js';

/** The default topic of each feed (events.md). */
const TOPIC_OF_FEED: Readonly<Record<Feed, string>> = {
  danmaku: 'live.danmaku',
  view: 'live.view',
  order: 'live.order',
  cue: 'live.cue',
};

/** Produces to the topics of events.md, keyed by stream, acknowledged by all replicas; the record's time is now. */
export class KafkaSink implements EventSink {
  readonly totals = noTotals();
  readonly #producer: Producer;
  #connected = false;

  constructor(brokers: string[]) {
    const kafka = new Kafka({ clientId: 'tally', brokers, logLevel: logLevel.NOTHING });
    this.#producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  }

  async send(events: readonly WireEvent[]): Promise<SinkOutcome> {
    return this.#attempt(async () => {
      if (!this.#connected) await this.#producer.connect();
      this.#connected = true;
      await this.#producer.sendBatch({ acks: -1, topicMessages: byTopic(events) });
      this.totals.sent += events.length;
      this.totals.accepted += events.length;
    });
  }

  close(): Promise<SinkOutcome> {
    return this.#attempt(() => this.#producer.disconnect());
  }

  async #attempt(act: () => Promise<void>): Promise<SinkOutcome> {
    try {
      await act();
      return { kind: 'ok' };
    } catch (error) {
      return { kind: 'failed', reason: `Kafka: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}

const byTopic = (events: readonly WireEvent[]): { topic: string; messages: { key: string; value: string }[] }[] => {
  const topics = new Map<string, { key: string; value: string }[]>();
  for (const event of events) {
    const topic = TOPIC_OF_FEED[FEED_OF_TYPE[event.type]];
    const messages = topics.get(topic) ?? [];
    messages.push({ key: event.stream_id, value: JSON.stringify(event) });
    topics.set(topic, messages);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
};
