import { setImmediate as giveWay } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload, Producer } from 'kafkajs';
import { Subject, type Observable } from 'rxjs';
import {
  type Clock,
  type DeadLetter,
  type InputId,
  type InputReading,
  type LiveEvent,
  type LogRecord,
  type MonitorRecord,
  type RecordBatch,
} from '#domain';
import type { KafkaConfig } from '#config';
import type { Logger } from '#observe';
import { AppendOrder } from './append-order.js';
import { coPartitioned } from './co-partitioned.js';
import { JOURNAL_INPUT, type Journal } from './journal.js';
import { KafkaUnavailable, openKafka, RETRY, RETRY_BRIEFLY } from './kafka-client.js';
import { ensureTopics, TOPIC_OF_FEED } from './kafka-topics.js';
import { requestsOf } from './produce-requests.js';
import type { LogLag, RecordSource } from './source.js';

/** Reads one record of the wire format; handed in, because decoding is the core's. */
export type DecodeRecord = (
  bytes: Buffer,
  append_ts: number,
) => { ok: true; event: LiveEvent } | { ok: false; letter: Pick<DeadLetter, 'reason' | 'detail' | 'bytes'> };

/** kafkajs's default of 5 s would make a quiet topic's tail slow. */
const FETCH_WAIT_MS = 100;
const FETCH_BYTES_MAX = 8 << 20;
const PARTITION_BYTES_MAX = 1 << 20;
/** A killed member's partitions are free after this; the broker allows no less than 6 s. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** Records of a partition that is ahead of the others, beyond which no more of it is read. */
const WAITING_MAX = 4_000;
/** How often the partitions' ends are asked for: while records wait for a quiet partition, and otherwise. */
const LOOK_BLOCKED_MS = 50;
const LOOK_MS = 1_000;
/** A record can be read this long after its append time at the latest, clocks of broker and monitor apart. */
const SETTLE_MS = 200;

/** What is known of one topic-partition that this process reads. */
interface Partition {
  topic: string;
  partition: number;
  /** Offset to be read next. */
  next: number;
  end: number;
  /** Append time of the last record given out. */
  log_time: number;
  at_end_since: number | null;
  paused: boolean;
}

/**
 * Kafka topics as inputs, one a topic-partition (`live.view/3`), given out in the order of append time over all of them;
 * whatever is posted goes to Kafka too, and the monitor's own records go to the journal, with the place among the others
 * at which they took effect: reading again decides the same again. Where reading begins the snapshot says, never the
 * group's offset; that is committed when released, after a checkpoint, for whoever watches the group.
 */
export class KafkaSource implements RecordSource {
  readonly batches$: Observable<RecordBatch>;
  private readonly given = new Subject<RecordBatch>();
  private readonly admin: Admin;
  private readonly consumer: Consumer;
  private readonly producer: Producer;
  private readonly topicOfPosted: string;
  private readonly order = new AppendOrder(JOURNAL_INPUT);
  private readonly partitions = new Map<InputId, Partition>();
  private readonly committed = new Map<InputId, number>();
  private from: ReadonlyMap<InputId, number> = new Map();
  private starts: ReadonlyMap<InputId, number> = new Map();
  private ready: () => Promise<void> = () => Promise.resolve();
  private notes: { records: readonly MonitorRecord[]; done: () => void; failed: (error: unknown) => void }[] = [];
  private giving: Promise<void> | null = null;
  private giveAgain = false;
  private lookTimer: NodeJS.Timeout | undefined;
  private nextLookAt = 0;
  private lookedAt = 0;
  private unreachable: string | null = null;
  private replaying = true;
  private stopped = false;
  /** Called between two spans. */
  private progressed: () => void = () => undefined;

  constructor(
    private readonly config: KafkaConfig,
    private readonly journal: Journal,
    private readonly decode: DecodeRecord,
    private readonly clock: Clock,
    private readonly log: Logger,
    /** Told how many records were fetched, and their bytes. */
    private readonly fetched: (records: number, bytes: number) => void,
    private readonly keepDeadLetters: (letters: DeadLetter[]) => void,
  ) {
    this.admin = openKafka(config, log, RETRY_BRIEFLY).admin({ retry: RETRY });
    const kafka = openKafka(config, log, RETRY);
    this.consumer = kafka.consumer({
      groupId: config.groupId,
      partitionAssigners: [coPartitioned],
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytes: FETCH_BYTES_MAX,
      maxBytesPerPartition: PARTITION_BYTES_MAX,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: 2 * SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      retry: { ...RETRY, restartOnFailure: () => Promise.resolve(true) },
    });
    // Not idempotent: an event that is sent twice counts once anyway, and kafkajs's idempotent producer does not
    // survive every restart of a broker.
    this.producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
    this.batches$ = this.given;
    this.topicOfPosted = config.topics.find((topic) => topic === TOPIC_OF_FEED.view) ?? config.topics[0]!;
  }

  get trouble(): string | null {
    return this.unreachable ?? this.journal.trouble;
  }

  async start(from: ReadonlyMap<InputId, number>, ready: () => Promise<void>): Promise<void> {
    this.from = from;
    this.ready = ready;
    await this.prepare();
    await this.replayJournal(from);
    await this.producer.connect();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.config.topics], fromBeginning: true });
    const { GROUP_JOIN, END_BATCH_PROCESS, CRASH } = this.consumer.events;
    this.consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset, highWatermark } }) =>
      this.noteRead(inputOf(topic, partition), Number(lastOffset) + 1, Number(highWatermark)),
    );
    this.consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart) this.given.error(error);
    });
    const joined = new Promise<void>((resolve) => {
      this.consumer.on(GROUP_JOIN, ({ payload }) => {
        this.assign(payload.memberAssignment);
        resolve();
      });
    });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.readBatch(payload),
    });
    await joined;
    await this.learnCommitted();
    await this.look();
    await this.readUpTo(new Map([...this.partitions].map(([input, { end }]) => [input, end])));
  }

  readings(): ReadonlyMap<InputId, InputReading> {
    return new Map([...this.journal.readings(), ...this.partitions]);
  }

  lag(now: number): LogLag {
    const lag = this.journal.lag(now);
    for (const [input, { next, end, log_time }] of this.partitions) {
      const unread = Math.max(0, end - next) + this.order.waiting(input);
      lag.records += unread;
      const oldest = this.order.oldestWaiting(input) ?? (next < end && log_time > -Infinity ? log_time : null);
      if (unread > 0 && oldest !== null) lag.ms = Math.max(lag.ms, now - oldest);
    }
    if (this.unreachable !== null) lag.ms = Math.max(lag.ms, now - this.lookedAt);
    return lag;
  }

  /**
   * All feeds into one topic: what is posted is in order already, and stays so only within one input. Split by feed, the
   * orders of a long body would come after its views, by minutes of event time.
   */
  async append(events: readonly LiveEvent[], wire: (index: number) => Uint8Array): Promise<null> {
    const messages = events.map((event, i) => ({ key: event.stream_id, value: Buffer.from(wire(i)) }));
    for (const some of requestsOf(messages)) {
      await this.producer.send({ topic: this.topicOfPosted, acks: -1, messages: some });
    }
    return null;
  }

  /** They take effect between two spans of the log, as soon as the flow stands there. */
  note(records: readonly MonitorRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.notes.push({ records, done, failed });
      this.give();
    });
  }

  async release(upTo: ReadonlyMap<InputId, number>): Promise<void> {
    await this.journal.release(upTo);
    const offsets = [...this.partitions].flatMap(([input, { topic, partition }]) => {
      const offset = upTo.get(input) ?? 0;
      return offset > (this.committed.get(input) ?? 0) ? [{ input, topic, partition, offset }] : [];
    });
    if (offsets.length === 0) return;
    try {
      await this.consumer.commitOffsets(offsets.map(({ offset, ...place }) => ({ ...place, offset: String(offset) })));
      for (const { input, offset } of offsets) this.committed.set(input, offset);
    } catch (error) {
      this.log.warn({ err: error }, "the group's offsets could not be committed; the snapshot has them");
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.lookTimer);
    await this.consumer.disconnect();
    await this.giving;
    await this.producer.disconnect();
    await this.admin.disconnect();
    await this.journal.stop();
    this.given.complete();
  }

  /** Reaches a broker, makes missing topics, and learns where each partition begins and ends. */
  private async prepare(): Promise<void> {
    const { brokers, topics } = this.config;
    try {
      await this.admin.connect();
      const made = await ensureTopics(this.admin, topics);
      if (made.length > 0) this.log.info({ topics: made }, 'made the topics that were missing');
      this.starts = await this.firstOffsets();
    } catch (error) {
      if (error instanceof KafkaUnavailable) throw error;
      await this.admin.disconnect().catch(() => undefined);
      throw new KafkaUnavailable(
        `Kafka at KAFKA_BROKERS=${brokers.join(',')} cannot be used: ${reasonOf(error)}; check that it runs there and, ` +
          'where it asks for them, KAFKA_SSL and KAFKA_SASL_*',
      );
    }
  }

  /** What the group has committed before, so that it is never moved back. */
  private async learnCommitted(): Promise<void> {
    const { groupId, topics } = this.config;
    for (const { topic, partitions } of await this.admin.fetchOffsets({ groupId, topics: [...topics] })) {
      for (const { partition, offset } of partitions) this.committed.set(inputOf(topic, partition), Number(offset));
    }
  }

  private async firstOffsets(): Promise<Map<InputId, number>> {
    const starts = new Map<InputId, number>();
    const counts = new Set<number>();
    for (const topic of this.config.topics) {
      const offsets = await this.admin.fetchTopicOffsets(topic);
      counts.add(offsets.length);
      for (const { partition, low, high } of offsets) {
        const input = inputOf(topic, partition);
        const position = this.from.get(input) ?? 0;
        if (position > Number(high)) throw new KafkaUnavailable(otherLog(input, Number(high), position));
        if (position > 0 && position < Number(low))
          this.log.error({ input, position, first: Number(low) }, 'Kafka has deleted records that were not read yet');
        starts.set(input, Number(low));
      }
    }
    if (counts.size > 1) throw new KafkaUnavailable(unequalTopics(this.config.topics, [...counts]));
    return starts;
  }

  /** What the monitor added since the snapshot takes its place among the records it was added to. */
  private async replayJournal(from: ReadonlyMap<InputId, number>): Promise<void> {
    this.order.own(JOURNAL_INPUT);
    this.journal.batches$.subscribe((batch) => {
      if (this.replaying) this.order.offer(JOURNAL_INPUT, batch.records);
      else this.given.next(batch);
    });
    await this.journal.start(from, () => Promise.resolve());
    this.order.readTo(JOURNAL_INPUT, Infinity);
    this.replaying = false;
  }

  /** Takes over what the group gave, each from where this process stands, else the snapshot, else the beginning. */
  private assign(assignment: Record<string, number[]>): void {
    const assigned = new Map(
      Object.entries(assignment).flatMap(([topic, numbers]) =>
        numbers.map((partition) => [inputOf(topic, partition), { topic, partition }] as const),
      ),
    );
    for (const input of this.partitions.keys()) {
      if (assigned.has(input)) continue;
      this.log.warn({ input }, 'another member of the group took this partition');
      this.partitions.delete(input);
      this.order.disown(input);
    }
    for (const [input, { topic, partition }] of assigned) {
      const known = this.partitions.get(input);
      const start = this.starts.get(input) ?? 0;
      const next = known?.next ?? Math.max(this.from.get(input) ?? 0, start);
      this.consumer.seek({ topic, partition, offset: String(next) });
      if (known !== undefined) continue;
      this.order.own(input);
      const fresh = { next, end: next, log_time: -Infinity, at_end_since: null, paused: false };
      this.partitions.set(input, { topic, partition, ...fresh });
    }
    this.log.info({ partitions: assigned.size }, 'joined the group');
  }

  /** Decodes what was fetched and lets it wait for its turn: nothing here waits for anybody, so the group hears from us in time. */
  private async readBatch({ batch, isRunning, isStale, resolveOffset }: EachBatchPayload): Promise<void> {
    const input = inputOf(batch.topic, batch.partition);
    const partition = this.partitions.get(input);
    if (partition === undefined || !isRunning() || isStale()) return;
    const records: LogRecord[] = [];
    const letters: DeadLetter[] = [];
    let bytes = 0;
    for (const { offset, timestamp, value } of batch.messages) {
      const position = Number(offset);
      if (position < partition.next) continue;
      const append_ts = Number(timestamp);
      bytes += value?.length ?? 0;
      const decoded = this.decode(value ?? Buffer.alloc(0), append_ts);
      if (decoded.ok) records.push({ position, append_ts, body: decoded.event });
      else {
        const origin = `${input}@${offset}`;
        letters.push({ id: origin, received_at: append_ts, origin: `kafka:${origin}`, ...decoded.letter });
      }
    }
    this.fetched(records.length + letters.length, bytes);
    if (letters.length > 0) this.keepDeadLetters(letters);
    this.order.offer(input, records);
    this.order.readTo(input, Number(batch.messages.at(-1)!.timestamp));
    resolveOffset(batch.messages.at(-1)!.offset);
    this.give();
    this.pauseOrResume();
    await giveWay();
  }

  /** Also told of batches that hold nothing to read, as a transaction's markers. */
  private noteRead(input: InputId, next: number, end: number): void {
    const partition = this.partitions.get(input);
    if (partition === undefined || next <= partition.next) return;
    partition.next = next;
    partition.end = Math.max(partition.end, end);
    if (partition.next < partition.end) partition.at_end_since = null;
    this.give();
  }

  /** Gives out every span that is complete, and what is to be noted in between; one giving at a time. */
  private give(): void {
    this.giveAgain = true;
    if (this.giving !== null) return;
    this.giving = this.giveAll()
      .catch((error: unknown) => this.given.error(error))
      .finally(() => {
        this.giving = null;
        if (this.giveAgain) this.give();
      });
  }

  private async giveAll(): Promise<void> {
    let span: RecordBatch[] | null = null;
    while (this.giveAgain || span !== null) {
      this.giveAgain = false;
      span = this.order.takeSpan();
      for (const batch of span ?? []) await this.giveBatch(batch);
      await this.writeNotes();
      this.pauseOrResume();
      this.progressed();
    }
    if (this.order.isBlocked) this.lookWithin(LOOK_BLOCKED_MS);
  }

  private async giveBatch(batch: RecordBatch): Promise<void> {
    await this.ready();
    const partition = this.partitions.get(batch.input);
    if (partition !== undefined) partition.log_time = batch.records.at(-1)!.append_ts;
    if (partition !== undefined || batch.input === JOURNAL_INPUT) this.given.next(batch);
  }

  private async writeNotes(): Promise<void> {
    const notes = this.notes;
    if (notes.length === 0) return;
    this.notes = [];
    const upTo = this.order.takenUpTo;
    // Asked again before they took effect, the same ones come twice.
    const records = new Map(notes.flatMap((each) => each.records.map((record) => [JSON.stringify(record), record])));
    try {
      await this.journal.note([...records.values()], upTo > -Infinity ? upTo - 1 : this.clock.now());
      for (const { done } of notes) done();
    } catch (error) {
      for (const { failed } of notes) failed(error);
    }
  }

  /** A partition that is ahead of the others waits for them in Kafka, not here. */
  private pauseOrResume(): void {
    for (const [input, partition] of this.partitions) {
      const { topic, partition: number, paused } = partition;
      const pause = this.order.waiting(input) > WAITING_MAX && this.order.isAhead(input);
      if (pause === paused) continue;
      partition.paused = pause;
      const place = [{ topic, partitions: [number] }];
      if (pause) this.consumer.pause(place);
      else this.consumer.resume(place);
    }
  }

  /** Asks where the partitions end: one that is read to its end holds nothing back, and its silence is known. */
  private async look(): Promise<void> {
    const at = this.clock.now();
    try {
      for (const topic of this.config.topics) {
        for (const { partition, high } of await this.admin.fetchTopicOffsets(topic)) {
          this.noteEnd(inputOf(topic, partition), Number(high), at);
        }
      }
      this.lookedAt = at;
      if (this.unreachable !== null) this.log.info('Kafka answers again');
      this.unreachable = null;
    } catch (error) {
      if (this.stopped) return;
      if (this.unreachable === null) this.log.error({ err: error }, 'Kafka does not answer; it is asked again');
      this.unreachable = `Kafka does not answer: ${reasonOf(error)}`;
      for (const partition of this.partitions.values()) partition.at_end_since = null;
    }
    if (this.stopped) return;
    this.give();
    this.lookWithin(this.order.isBlocked ? LOOK_BLOCKED_MS : LOOK_MS);
  }

  private noteEnd(input: InputId, end: number, at: number): void {
    const partition = this.partitions.get(input);
    if (partition === undefined) return;
    partition.end = end;
    if (partition.next < end) partition.at_end_since = null;
    else {
      partition.at_end_since ??= at;
      this.order.readTo(input, at - SETTLE_MS);
    }
  }

  private lookWithin(ms: number): void {
    const at = this.clock.now() + ms;
    if (this.stopped || (this.nextLookAt > this.clock.now() && this.nextLookAt <= at)) return;
    clearTimeout(this.lookTimer);
    this.nextLookAt = at;
    this.lookTimer = setTimeout(() => void this.look(), ms);
  }

  /** Answers when every partition that is still ours has been given out up to these offsets. */
  private readUpTo(ends: ReadonlyMap<InputId, number>): Promise<void> {
    return new Promise((resolve) => {
      this.progressed = () => {
        for (const [input, end] of ends) {
          const next = this.partitions.get(input)?.next ?? Infinity;
          if (next < end || this.order.waiting(input) > 0) return;
        }
        this.progressed = () => undefined;
        resolve();
      };
      this.give();
    });
  }
}

const inputOf = (topic: string, partition: number): InputId => `${topic}/${partition}`;

const unequalTopics = (topics: readonly string[], counts: readonly number[]): string =>
  `the topics ${topics.join(', ')} have ${counts.join(' and ')} partitions, so a stream's records would be apart; ` +
  'give all of them the same number (kafka-topics --alter --partitions) and produce anew what had been in the smaller ones';

const otherLog = (input: InputId, end: number, position: number): string =>
  `${input} ends at ${end} but had been read up to ${position}: the topic was made anew or cut off; ` +
  'start with another DATA_DIR (and database) to read what it holds now';

/** The first cause says what happened; what kafkajs wraps around it says how often it tried. */
const reasonOf = (error: unknown): string => {
  let first = error;
  while (first instanceof Error && first.cause instanceof Error) first = first.cause;
  return first instanceof Error ? first.message : String(first);
};
