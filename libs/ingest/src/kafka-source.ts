import {
  Kafka,
  logLevel,
  type Consumer,
  type EachBatchPayload,
  type KafkaConfig as ClientConfig,
  type Producer,
} from 'kafkajs';
import { merge, Subject, type Observable } from 'rxjs';
import {
  FEED_OF_TYPE,
  type Clock,
  type DeadLetter,
  type Feed,
  type InputId,
  type InputReading,
  type LiveEvent,
  type LogRecord,
  type MonitorRecord,
  type RecordBatch,
} from '#domain';
import type { KafkaConfig } from '#config';
import type { Logger } from '#observe';
import type { Journal } from './journal.js';
import type { LogLag, RecordSource } from './source.js';

/** Reads one record of the wire format; handed in, because decoding is the core's. */
export type DecodeRecord = (
  bytes: Buffer,
  append_ts: number,
) => { ok: true; event: LiveEvent } | { ok: false; letter: Pick<DeadLetter, 'reason' | 'detail' | 'bytes'> };

/** Topics of what is posted or imported here, by feed. */
const TOPIC_OF_FEED: Record<Feed, string> = {
  danmaku: 'live.danmaku',
  view: 'live.view',
  order: 'live.order',
  cue: 'live.cue',
};
/** The default of 5 s would make a quiet topic's tail slow. */
const MAX_WAIT_MS = 100;
const HEARTBEAT_EVERY_RECORDS = 5_000;

/** What is known of one topic-partition. */
interface Partition {
  next: number;
  end: number;
  log_time: number;
  at_end_since: number | null;
  /** Append time of the first record not yet read, where one is known to wait. */
  waiting_since: number | null;
}

/**
 * Kafka topics as inputs, one a topic-partition (`live.view/3`), read in batches; whatever is posted goes to Kafka too,
 * and the monitor's own records go to the journal. Offsets are committed only when released: after a checkpoint.
 */
export class KafkaSource implements RecordSource {
  readonly batches$: Observable<RecordBatch>;
  private readonly fromKafka = new Subject<RecordBatch>();
  private readonly consumer: Consumer;
  private readonly producer: Producer;
  private readonly partitions = new Map<InputId, Partition>();
  private ready: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly config: KafkaConfig,
    private readonly journal: Journal,
    private readonly decode: DecodeRecord,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly keepDeadLetters: (letters: DeadLetter[]) => void,
  ) {
    const kafka = new Kafka(clientConfig(config));
    this.consumer = kafka.consumer({ groupId: config.groupId, maxWaitTimeInMs: MAX_WAIT_MS });
    this.producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    this.batches$ = merge(this.fromKafka, journal.batches$);
  }

  async start(from: ReadonlyMap<InputId, number>, ready: () => Promise<void>): Promise<void> {
    this.ready = ready;
    await this.journal.start(from, ready);
    await this.producer.connect();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.config.topics], fromBeginning: true });
    this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) => {
      for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
        for (const partition of partitions) this.resume(topic, partition, from);
      }
    });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.readBatch(payload),
    });
  }

  readings(): ReadonlyMap<InputId, InputReading> {
    return new Map([...this.journal.readings(), ...this.partitions]);
  }

  lag(now: number): LogLag {
    const lag = this.journal.lag(now);
    for (const { next, end, waiting_since } of this.partitions.values()) {
      lag.records += Math.max(0, end - next);
      if (next < end && waiting_since !== null) lag.ms = Math.max(lag.ms, now - waiting_since);
    }
    return lag;
  }

  async append(events: readonly LiveEvent[], wire: (index: number) => Uint8Array): Promise<null> {
    const byTopic = new Map<string, { key: string; value: Buffer }[]>();
    events.forEach((event, i) => {
      const topic = TOPIC_OF_FEED[FEED_OF_TYPE[event.type]];
      const messages = byTopic.get(topic) ?? [];
      messages.push({ key: event.stream_id, value: Buffer.from(wire(i)) });
      byTopic.set(topic, messages);
    });
    await this.producer.sendBatch({
      acks: -1,
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    });
    return null;
  }

  note(records: readonly MonitorRecord[]): Promise<void> {
    return this.journal.note(records);
  }

  async release(upTo: ReadonlyMap<InputId, number>): Promise<void> {
    await this.journal.release(upTo);
    const offsets = [...this.partitions.keys()].flatMap((input) => {
      const offset = upTo.get(input);
      return offset === undefined ? [] : [{ ...placeOf(input), offset: String(offset) }];
    });
    if (offsets.length > 0) await this.consumer.commitOffsets(offsets);
  }

  async stop(): Promise<void> {
    await this.consumer.disconnect();
    await this.producer.disconnect();
    await this.journal.stop();
    this.fromKafka.complete();
  }

  /** A snapshot's position wins over the group's offset. */
  private resume(topic: string, partition: number, from: ReadonlyMap<InputId, number>): void {
    const input = inputOf(topic, partition);
    const position = this.partitions.get(input)?.next ?? from.get(input);
    if (position !== undefined) this.consumer.seek({ topic, partition, offset: String(position) });
  }

  private async readBatch({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload): Promise<void> {
    await this.ready();
    const input = inputOf(batch.topic, batch.partition);
    const records: LogRecord[] = [];
    const letters: DeadLetter[] = [];
    for (const [i, { offset, timestamp, value }] of batch.messages.entries()) {
      const append_ts = Number(timestamp);
      const decoded = this.decode(value ?? Buffer.alloc(0), append_ts);
      if (decoded.ok) records.push({ position: Number(offset), append_ts, body: decoded.event });
      else
        letters.push({
          id: `${input}@${offset}`,
          received_at: append_ts,
          origin: `kafka:${input}@${offset}`,
          ...decoded.letter,
        });
      if (i % HEARTBEAT_EVERY_RECORDS === HEARTBEAT_EVERY_RECORDS - 1) await heartbeat();
    }
    if (!isRunning() || isStale()) return;
    this.noteReading(input, batch);
    if (letters.length > 0) this.keepDeadLetters(letters);
    if (records.length > 0) this.fromKafka.next({ input, records });
    resolveOffset(batch.lastOffset());
    await heartbeat();
  }

  private noteReading(input: InputId, batch: EachBatchPayload['batch']): void {
    const next = Number(batch.lastOffset()) + 1;
    const end = Number(batch.highWatermark);
    const log_time = Number(batch.messages.at(-1)?.timestamp ?? 0);
    const before = this.partitions.get(input);
    const at_end_since = next >= end ? (before?.at_end_since ?? this.clock.now()) : null;
    this.partitions.set(input, { next, end, log_time, at_end_since, waiting_since: next >= end ? null : log_time });
    if (before === undefined) this.log.info({ input, next, end }, 'reading a partition');
  }
}

const inputOf = (topic: string, partition: number): InputId => `${topic}/${partition}`;

const placeOf = (input: InputId): { topic: string; partition: number } => {
  const slash = input.lastIndexOf('/');
  return { topic: input.slice(0, slash), partition: Number(input.slice(slash + 1)) };
};

const clientConfig = ({ brokers, ssl, sasl, groupId }: KafkaConfig): ClientConfig => ({
  clientId: groupId,
  brokers: [...brokers],
  ssl,
  logLevel: logLevel.ERROR,
  ...(sasl === null ? {} : { sasl: sasl as NonNullable<ClientConfig['sasl']> }),
});
