import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { FEED_OF_TYPE, SHARD_MARK, type Feed } from '#domain';
import { ensureTopics, TOPIC_OF_FEED } from '#ingest';
import type { WireEvent } from '#simulate';
import { noTotals, type EventSink, type SinkOutcome } from './event-sink.js';

/** Produces to the topics of events.md, keyed by stream, acknowledged by all replicas; makes topics that are missing. */
export class KafkaSink implements EventSink {
  readonly totals = noTotals();
  readonly #admin: Admin;
  readonly #producer: Producer;
  #connected = false;

  constructor(
    brokers: string[],
    private readonly topicOf: Readonly<Record<Feed, string>> = TOPIC_OF_FEED,
    /** How many shards each stream's viewers are dealt to; 1: records are keyed by the stream alone. */
    private readonly shards = 1,
  ) {
    const kafka = new Kafka({ clientId: 'tally', brokers, logLevel: logLevel.NOTHING });
    this.#admin = kafka.admin({ retry: { retries: 1 } });
    this.#producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
  }

  async send(events: readonly WireEvent[]): Promise<SinkOutcome> {
    return this.#attempt(async () => {
      if (!this.#connected) await this.#connect();
      for (const slice of slicesOf(events)) {
        await this.#producer.sendBatch({ acks: -1, topicMessages: byTopic(slice, this.topicOf, this.shards) });
        this.totals.sent += slice.length;
        this.totals.accepted += slice.length;
      }
    });
  }

  close(): Promise<SinkOutcome> {
    return this.#attempt(() => this.#producer.disconnect());
  }

  async #connect(): Promise<void> {
    await this.#admin.connect();
    await ensureTopics(this.#admin, Object.values(this.topicOf)).finally(() => this.#admin.disconnect());
    await this.#producer.connect();
    this.#connected = true;
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

/** Event time that may go out at once: however fast it is played, no topic runs ahead of the others by more. */
const SLICE_MS = 1_000;

const slicesOf = (events: readonly WireEvent[]): WireEvent[][] => {
  const slices: WireEvent[][] = [];
  let end = -Infinity;
  for (const event of events) {
    if (event.ts >= end) {
      slices.push([]);
      end = event.ts + SLICE_MS;
    }
    slices.at(-1)!.push(event);
  }
  return slices;
};

const byTopic = (
  events: readonly WireEvent[],
  topicOf: Readonly<Record<Feed, string>>,
  shards: number,
): { topic: string; messages: { key: string; value: string }[] }[] => {
  const topics = new Map<string, { key: string; value: string }[]>();
  for (const event of events) {
    const topic = topicOf[FEED_OF_TYPE[event.type]];
    const messages = topics.get(topic) ?? [];
    messages.push({ key: keyOf(event, shards), value: JSON.stringify(event) });
    topics.set(topic, messages);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
};

/** A viewer's records are always of one shard; what has no viewer is the stream's own. */
const keyOf = (event: WireEvent, shards: number): string =>
  shards === 1 || !('viewer_id' in event)
    ? event.stream_id
    : event.stream_id + SHARD_MARK + shardOf(event.viewer_id, shards);

/** FNV-1a, its halves mixed, so that ids which differ in a digit are dealt out evenly. */
const shardOf = (viewer_id: string, shards: number): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < viewer_id.length; i++) hash = Math.imul(hash ^ viewer_id.charCodeAt(i), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % shards;
};
