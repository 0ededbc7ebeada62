import { setImmediate as giveWay, setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Consumer, type EachBatchPayload } from 'kafkajs';
import { Subject, type Observable } from 'rxjs';
import {
  SHARD_MARK,
  shareIdOf,
  type Clock,
  type DeadLetter,
  type InputId,
  type InputReading,
  type LiveEvent,
  type LogRecord,
  type MonitorRecord,
} from '#domain';
import { inSpan, type Logger } from '#observe';
import { coPartitioned } from './co-partitioned.js';
import { blocksOf, fetchingInPlace } from './fetch-in-place.js';
import { KafkaUnavailable, reasonOf, RETRY } from './kafka-client.js';
import { inputOf, KafkaLane, type Partition } from './kafka-lane.js';
import type { KafkaLink } from './kafka-link.js';
import { readNote, writeNote } from './kafka-note.js';
import type { LaneBatch, LaneId, LaneKeeper, LaneSource } from './lane.js';
import { RecordCursor } from './record-block.js';
import type { LogLag } from './source.js';

/** Reads the record of the wire format in `bytes[start, end)`; handed in, because decoding is the core's. */
export type DecodeRecord = (
  bytes: Buffer,
  start: number,
  end: number,
  append_ts: number,
) => { ok: true; event: LiveEvent } | { ok: false; letter: Pick<DeadLetter, 'reason' | 'detail' | 'bytes'> };

/** What the source is given by the program around it. */
export interface KafkaEdge {
  decode: DecodeRecord;
  clock: Clock;
  log: Logger;
  /** Told how many records were fetched, and their bytes. */
  fetched: (records: number, bytes: number) => void;
  keepDeadLetters: (letters: DeadLetter[]) => void;
  /** Is the stream spread over lanes? */
  isSharded: (stream_id: string) => boolean;
}

/** A fetch that finds nothing is answered after so long, and what was resumed meanwhile waits for it; kafkajs's own is 5 s. */
const FETCH_WAIT_MS = 250;
const FETCH_BYTES_MAX = 8 << 20;
const PARTITION_BYTES_MAX = 1 << 20;
/** A killed member's partitions are free after this; the broker allows no less than 6 s. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** Records decoded before the group hears from us and other work gets its turn: a compressed batch may hold any number. */
const DECODE_SLICE = 2_000;
/** How often the partitions' ends are asked for. */
const LOOK_MS = 1_000;
/** Where it was asked in time for what waits and the answer did not help, as a partition was not read to its end: again after this. */
const LOOK_AGAIN_MS = 50;
/** Where nobody has answered for so long, it is not known that a partition is silent. */
const LOOK_STALE_MS = 2_500;
/** After it was away, Kafka is given so long to hear from producers what they could not write meanwhile: it was no silence. */
const COME_BACK_MS = 10_000;
/** Clocks of broker and monitor are closer than this. */
const CLOCKS_APART_MS = 10_000;
const TAKE_OVER_AGAIN_MS = 1_000;
const SHARD_MARK_BYTE = SHARD_MARK.charCodeAt(0);

/**
 * The share of the topics that the group gives this process: one lane for each number of a partition, over all topics,
 * each in the order of append time. The monitor's own records are written to Kafka too, to be read back in their place
 * among the others: reading again decides the same again, whoever reads. Where reading of a
 * lane begins its snapshot says, never the group's offset; that is committed when released, after a checkpoint, for
 * whoever watches the group.
 */
export class KafkaSource implements LaneSource {
  readonly batches$: Observable<LaneBatch>;
  private readonly given = new Subject<LaneBatch>();
  private readonly consumer: Consumer;
  private readonly topics: readonly string[];
  private readonly lanes = new Map<number, KafkaLane>();
  private readonly committed = new Map<InputId, number>();
  /** What was warned of already. */
  private readonly warnedOf = new Set<string>();
  private keeper!: LaneKeeper;
  /** Lanes are taken over one after the other, and then catch up side by side. */
  private takingOver: Promise<void> = Promise.resolve();
  private readonly catchingUp: Promise<void>[] = [];
  private lookTimer: NodeJS.Timeout | undefined;
  private nextLookAt = 0;
  private askedAt = 0;
  /** When that was asked which was answered last. */
  private lookedAt = 0;
  private unreachable: string | null = null;
  private answersAgainAt = -Infinity;
  private stopped = false;

  constructor(
    private readonly link: KafkaLink,
    private readonly edge: KafkaEdge,
  ) {
    const { config, kafka } = link;
    this.consumer = fetchingInPlace(kafka).consumer({
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
    this.batches$ = this.given;
    this.topics = [...config.topics, link.topics.control];
  }

  get trouble(): string | null {
    const waiting = [...this.lanes.values()].filter(({ begun }) => !begun);
    if (this.unreachable !== null || waiting.length === 0) return this.unreachable;
    return `the state of partitions ${waiting.map(({ id }) => id).join(', ')} is being loaded`;
  }

  async start(keeper: LaneKeeper): Promise<void> {
    this.keeper = keeper;
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.topics], fromBeginning: true });
    const { GROUP_JOIN, END_BATCH_PROCESS, CRASH } = this.consumer.events;
    // Of a batch that holds nothing to read, as a transaction's markers, this alone tells. Of any other it also tells
    // when the reading was broken off, and what was not read would count as read.
    this.consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset, highWatermark } }) => {
      if (batchSize === 0)
        this.lanes.get(partition)?.noteRead(inputOf(topic, partition), Number(lastOffset) + 1, Number(highWatermark));
    });
    this.consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart) this.given.error(error);
      else this.edge.log.error({ err: error }, `reading broke off and begins again: ${reasonOf(error)}`);
    });
    const joined = new Promise<void>((resolve) => {
      let memberId: string | null = null;
      this.consumer.on(GROUP_JOIN, ({ payload }) => {
        // By another id: we were put out of the group, and what we are given again may have been another's meanwhile.
        if (memberId !== null && payload.memberId !== memberId) this.assign({});
        memberId = payload.memberId;
        this.assign(payload.memberAssignment as Record<string, number[]>);
        resolve();
      });
    });
    await this.learnCommitted();
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.readBatch(payload),
    });
    await joined;
    await this.look();
    await this.takingOver;
    await Promise.all(this.catchingUp.splice(0));
  }

  readings(): ReadonlyMap<InputId, InputReading> {
    const readings = [...this.lanes.values()].flatMap((lane) => lane.readings());
    const now = this.edge.clock.now();
    const isKnown = now - this.lookedAt <= LOOK_STALE_MS && now - this.answersAgainAt > COME_BACK_MS;
    if (isKnown) return new Map(readings);
    return new Map(readings.map(([input, reading]) => [input, { ...reading, at_end_since: null }]));
  }

  lag(now: number, of?: LaneId): LogLag {
    const lag = { records: 0, ms: 0 };
    for (const lane of this.lanes.values()) {
      if (of !== undefined && lane.id !== of) continue;
      const { records, ms } = lane.lag(now);
      lag.records += records;
      lag.ms = Math.max(lag.ms, ms);
    }
    if (this.unreachable !== null) lag.ms = Math.max(lag.ms, now - this.lookedAt);
    return lag;
  }

  async note(id: LaneId, records: readonly MonitorRecord[]): Promise<void> {
    const lane = this.lanes.get(Number(id));
    const fresh = lane?.unnoted(records) ?? [];
    if (fresh.length === 0) return;
    const messages = fresh.map((record) => ({
      key: record.stream_id,
      value: writeNote(record),
      partition: lane!.number,
    }));
    try {
      await this.link.producer.send({ topic: this.link.topics.control, acks: -1, messages });
    } catch (error) {
      lane!.forgetNoted(fresh);
      throw error;
    }
  }

  async release(upTo: ReadonlyMap<InputId, number>): Promise<void> {
    const offsets = [...this.lanes.values()].flatMap(({ partitions }) =>
      [...partitions].flatMap(([input, { topic, partition }]) => {
        const offset = upTo.get(input) ?? 0;
        return offset > (this.committed.get(input) ?? 0) ? [{ input, topic, partition, offset }] : [];
      }),
    );
    if (offsets.length === 0) return;
    try {
      await this.consumer.commitOffsets(
        offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
      );
      for (const { input, offset } of offsets) this.committed.set(input, offset);
    } catch (error) {
      this.edge.log.warn({ err: error }, "the group's offsets could not be committed; the snapshot has them");
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.lookTimer);
    await this.consumer.disconnect();
    for (const lane of this.lanes.values()) lane.lose();
    await Promise.all([...this.lanes.values()].map((lane) => lane.rest()));
    this.given.complete();
  }

  /** What the group has committed before, so that it is never moved back. */
  private async learnCommitted(): Promise<void> {
    const { groupId } = this.link.config;
    for (const { topic, partitions } of await this.link.admin.fetchOffsets({ groupId, topics: [...this.topics] })) {
      for (const { partition, offset } of partitions) this.committed.set(inputOf(topic, partition), Number(offset));
    }
  }

  /**
   * What the group gave: lanes that are new are taken over, those that went are dropped with all that waits of them, and
   * those that stayed go on where they stand: kafkajs itself would begin again at the committed offsets.
   */
  private assign(assignment: Record<string, number[]>): void {
    const numbers = new Set(Object.values(assignment).flat());
    for (const [number, lane] of this.lanes) {
      if (numbers.has(number)) continue;
      this.edge.log.info({ partition: number }, 'another member of the group owns this partition now');
      lane.lose();
      this.lanes.delete(number);
      this.keeper.lose(lane.id);
    }
    for (const number of numbers) {
      const lane = this.lanes.get(number);
      if (lane === undefined) this.gain(number);
      else if (lane.begun) this.seek(lane);
      else this.pauseAll(lane);
    }
    this.edge.log.info({ partitions: numbers.size }, 'joined the group');
  }

  private gain(number: number): void {
    const lane = new KafkaLane(number, this.topics, inputOf(this.link.topics.control, number), {
      ready: () => this.keeper.ready(),
      wake: (batch) => this.keeper.wake(batch),
      give: (batch) => this.given.next(batch),
      pause: (partition, paused) => this.pause(partition, paused),
      blocked: () => this.lookInTime(),
      crash: (error) => this.given.error(error),
    });
    this.lanes.set(number, lane);
    this.pauseAll(lane);
    this.takingOver = this.takingOver.then(() => this.takeOver(lane));
  }

  /** Loads the lane's state and begins to read it. Kafka may fail meanwhile: it is tried for as long as the lane is ours. */
  private async takeOver(lane: KafkaLane): Promise<void> {
    while (!lane.lost && !this.stopped) {
      try {
        await this.begin(lane, await this.keeper.gain(lane.id));
        if (lane.lost) return this.keeper.lose(lane.id);
        this.catchingUp.push(lane.readUp().then(() => (lane.lost ? undefined : this.keeper.caughtUp(lane.id))));
        return;
      } catch (error) {
        if (!(error instanceof kafkajs.KafkaJSError)) return this.given.error(error);
        this.edge.log.error(
          { partition: lane.number, err: error },
          'the state of a partition could not be loaded; it is tried again',
        );
        await sleep(TAKE_OVER_AGAIN_MS);
      }
    }
  }

  private async begin(lane: KafkaLane, from: ReadonlyMap<InputId, number>): Promise<void> {
    for (const [input, partition] of lane.partitions) {
      const offsets = await this.link.admin.fetchTopicOffsets(partition.topic);
      const range = offsets.find((each) => each.partition === lane.number);
      const [low, high] = [Number(range?.low ?? 0), Number(range?.high ?? 0)];
      const position = from.get(input) ?? 0;
      if (position > high) throw new KafkaUnavailable(otherLog(input, high, position));
      if (position > 0 && position < low)
        this.edge.log.error({ input, position, first: low }, 'Kafka has deleted records that were not read yet');
      partition.next = Math.max(position, low);
      partition.end = high;
    }
    if (lane.lost) return;
    lane.begun = true;
    for (const partition of lane.partitions.values()) partition.paused = false;
    this.seek(lane);
    this.lookBy(this.edge.clock.now());
  }

  private seek(lane: KafkaLane): void {
    for (const partition of lane.partitions.values()) {
      const { topic, partition: number, next, paused } = partition;
      this.consumer.seek({ topic, partition: number, offset: String(next) });
      this.pause(partition, paused);
    }
  }

  private pauseAll(lane: KafkaLane): void {
    for (const partition of lane.partitions.values()) this.pause(partition, true);
  }

  /** Between a reading that broke off and the next there is nothing to pause: whoever joins again places every partition anew. */
  private pause({ topic, partition }: Partition, paused: boolean): void {
    const place = [{ topic, partitions: [partition] }];
    try {
      if (paused) this.consumer.pause(place);
      else this.consumer.resume(place);
    } catch (error) {
      if (!(error instanceof kafkajs.KafkaJSError)) throw error;
    }
  }

  /** Decodes what was fetched and lets it wait for its turn: nothing here waits for the store, so the group hears from us in time. */
  private async readBatch({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const lane = this.lanes.get(partition);
    const records = new RecordCursor(blocksOf(batch));
    while (records.left > 0) {
      if (lane === undefined || !lane.begun || lane.lost || !isRunning() || isStale()) return;
      inSpan('decode', { topic, partition }, () => this.offer(lane, topic, records));
      resolveOffset(records.readTo);
      await giveWay();
      await heartbeat();
    }
    // Blocks that were compacted to nothing leave their place to be passed.
    resolveOffset(batch.lastOffset());
    lane?.noteRead(inputOf(topic, partition), Number(batch.lastOffset()) + 1, Number(batch.highWatermark));
  }

  /** Reads a slice of the records. */
  private offer(lane: KafkaLane, topic: string, fetched: RecordCursor): void {
    const input = inputOf(topic, lane.number);
    const { next } = lane.partitions.get(input)!;
    const now = this.edge.clock.now();
    const read = topic === this.link.topics.control ? noteReader : this.eventReader(topic);
    const records: LogRecord[] = [];
    const letters: DeadLetter[] = [];
    let bytes = 0;
    let append_ts = -Infinity;
    for (let n = 0; n < DECODE_SLICE && fetched.next(); n++) {
      const position = fetched.offset;
      append_ts = this.appendTime(topic, fetched.timestamp, now);
      if (position < next) continue;
      bytes += fetched.valueEnd - fetched.valueStart;
      const decoded = read(fetched, append_ts);
      if (decoded.ok) records.push({ input, position, append_ts, body: decoded.event });
      else {
        const origin = `${input}@${position}`;
        letters.push({ id: origin, received_at: append_ts, origin: `kafka:${origin}`, ...decoded.letter });
      }
    }
    this.edge.fetched(records.length + letters.length, bytes);
    if (letters.length > 0) this.edge.keepDeadLetters(letters);
    lane.offer(input, records, append_ts, bytes);
    lane.noteRead(input, fetched.offset + 1, 0);
  }

  private eventReader(topic: string) {
    return (record: RecordCursor, append_ts: number): ReturnType<DecodeRecord> => {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
      const read = this.edge.decode(bytes, valueStart, valueEnd, append_ts);
      return isOfShard(record) ? this.ofShare(topic, bytes.toString('utf8', keyStart, keyEnd), read) : read;
    };
  }

  /** A record keyed by a shard is its lane's share of the stream, where the stream is known to be spread; only what a viewer does has a shard. */
  private ofShare(topic: string, key: string, read: ReturnType<DecodeRecord>): ReturnType<DecodeRecord> {
    if (!read.ok) return read;
    const { event } = read;
    if (!this.edge.isSharded(event.stream_id)) this.warnOnce(`${topic} ${event.stream_id}`, notSharded(topic, key));
    else if ((event as { viewer?: unknown }).viewer !== undefined) event.stream_id = shareIdOf(event.stream_id);
    else {
      const detail = `keyed ${key}, but has no viewer: key it ${event.stream_id}`;
      return { ok: false, letter: { reason: 'invalid_field', detail, bytes: JSON.stringify(event) } };
    }
    return read;
  }

  /**
   * A producer that stamps its records by a clock far ahead would put them behind all others of its lane, for as long as
   * that clock is ahead: they count as appended now.
   */
  private appendTime(topic: string, timestamp: number, now: number): number {
    if (timestamp <= now + CLOCKS_APART_MS) return timestamp;
    this.warnOnce(topic, aheadOf(topic, timestamp - now));
    return now;
  }

  private warnOnce(of: string, words: string): void {
    if (!this.warnedOf.has(of)) this.edge.log.warn(words);
    this.warnedOf.add(of);
  }

  /** Asks where the partitions end: one that is read to its end holds nothing back, and its silence is known. */
  private async look(): Promise<void> {
    const at = (this.askedAt = this.edge.clock.now());
    try {
      await Promise.all(this.topics.map((topic) => this.lookAt(topic, at)));
      this.lookedAt = at;
      if (this.unreachable !== null) {
        this.answersAgainAt = this.edge.clock.now();
        this.edge.log.info('Kafka answers again');
      }
      this.unreachable = null;
    } catch (error) {
      if (this.stopped) return;
      if (this.unreachable === null) this.edge.log.error({ err: error }, 'Kafka does not answer; it is asked again');
      this.unreachable = `Kafka does not answer: ${reasonOf(error)}`;
      for (const { partitions } of this.lanes.values())
        for (const partition of partitions.values()) partition.at_end_since = null;
    }
    this.lookBy(this.edge.clock.now() + LOOK_MS);
    this.lookInTime();
  }

  /** Asks at the very moment from which the answer can let go what waits: not before, for nothing, and not later. */
  private lookInTime(): void {
    const wanted = Math.min(...[...this.lanes.values()].map((lane) => lane.wantsEndsAt));
    this.lookBy(wanted > this.askedAt ? wanted : this.edge.clock.now() + LOOK_AGAIN_MS);
  }

  private async lookAt(topic: string, at: number): Promise<void> {
    for (const { partition, high } of await this.link.admin.fetchTopicOffsets(topic))
      this.lanes.get(partition)?.noteEnd(inputOf(topic, partition), Number(high), at);
  }

  /** Asks at `at`, unless it is to ask before. */
  private lookBy(at: number): void {
    const now = this.edge.clock.now();
    if (this.stopped || at === Infinity || (this.nextLookAt > now && this.nextLookAt <= at)) return;
    clearTimeout(this.lookTimer);
    this.nextLookAt = Math.max(at, now);
    // A timer may fire within the millisecond before.
    this.lookTimer = setTimeout(() => void this.look(), this.nextLookAt - now + 1);
  }
}

const noteReader = ({ bytes, valueStart, valueEnd }: RecordCursor): ReturnType<typeof readNote> =>
  readNote(bytes.subarray(valueStart, valueEnd));

/** Looked at byte by byte: nearly no key has a mark, and to look for one otherwise would cost a call for each record. */
const isOfShard = ({ bytes, keyStart, keyEnd }: RecordCursor): boolean => {
  for (let at = keyStart; at < keyEnd; at++) if (bytes[at] === SHARD_MARK_BYTE) return true;
  return false;
};

const notSharded = (topic: string, key: string): string =>
  `records of ${topic} are keyed ${key}, but SHARDED_STREAMS names no such stream: each of its shards is ` +
  'counted as the whole stream by whoever owns its partition; name it there, in every process, or key them by the stream alone';

const aheadOf = (topic: string, ms: number): string =>
  `records of ${topic} are stamped ${ms} ms ahead of this clock and count as appended now; let the broker stamp them ` +
  '(message.timestamp.type=LogAppendTime), or a second reading may decide otherwise';

const otherLog = (input: InputId, end: number, position: number): string =>
  `${input} ends at ${end} but had been read up to ${position}: the topic was made anew or cut off; ` +
  'start with another KAFKA_LIVE_PREFIX (and database) to read what it holds now';
