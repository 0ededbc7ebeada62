import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';

/** Takes one message of a partition, in order. */
export type TakeMessage = (message: KafkaMessage, partition: number) => void;

interface Reading {
  topic: string;
  partition: number;
  next: number;
  /** Offset at which it is read up; +∞: it is followed for good. */
  end: number;
  take: TakeMessage;
  done: () => void;
}

/** What is appended to a partition that is read comes at once; one that begins to be read waits up to this long for its first. */
const FETCH_WAIT_MS = 250;
/** After a broker was away the group of one waits so long for the member that it was before; the broker allows no less. */
const SESSION_MS = 6_000;
const FETCH_BYTES_MAX = 16 << 20;

/**
 * Reads partitions outside the group that shares the records: each from its beginning, either to its end of now or for
 * good. kafkajs knows no reading without a group, so this is a group of one, which nobody else joins and which commits
 * nothing; what is not being read is paused.
 */
export class KafkaTail {
  private readonly consumer: Consumer;
  private readonly readings = new Map<string, Reading>();
  /** One look at a time: told when anything was read. */
  private progressed: (() => void)[] = [];

  constructor(
    kafka: Kafka,
    private readonly admin: Admin,
    group: string,
    private readonly topics: readonly string[],
    private readonly crash: (error: unknown) => void,
  ) {
    this.consumer = kafka.consumer({
      groupId: `${group}-tail-${randomUUID()}`,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytes: FETCH_BYTES_MAX,
      maxBytesPerPartition: FETCH_BYTES_MAX,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: SESSION_MS / 4,
      retry: { restartOnFailure: () => Promise.resolve(true) },
    });
  }

  /** Begins; the topics must be there. */
  async start(): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.topics], fromBeginning: true });
    const { GROUP_JOIN, END_BATCH_PROCESS, CRASH } = this.consumer.events;
    // Of a batch that compaction left empty this alone tells; of any other also when its reading was broken off.
    this.consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) this.noteRead(placeOf(topic, partition), Number(lastOffset) + 1);
    });
    this.consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart) this.crash(error);
    });
    const joined = new Promise<void>((resolve) => {
      this.consumer.on(GROUP_JOIN, ({ payload: { memberAssignment } }) => {
        this.placeAgain(memberAssignment as Record<string, number[]>);
        resolve();
      });
    });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.readBatch(payload),
    });
    await joined;
  }

  /** Reads a partition from its beginning to where it ends now. */
  async readToEnd(topic: string, partition: number, take: TakeMessage): Promise<void> {
    const { low, high } = await this.range(topic, partition);
    await this.readBetween(topic, partition, low, high, take);
  }

  /** Reads a partition from an offset to another; answers `false`, and reads nothing, where it does not reach so far, or so far back. */
  async readRange(topic: string, partition: number, next: number, end: number, take: TakeMessage): Promise<boolean> {
    const { low, high } = await this.range(topic, partition);
    if (next < low || end > high) return false;
    await this.readBetween(topic, partition, next, end, take);
    return true;
  }

  /**
   * Reads a partition from its beginning until it is let go: what is appended meanwhile comes at once. `toEnd` answers when
   * it is read to where it ends then.
   */
  async hold(
    topic: string,
    partition: number,
    take: TakeMessage,
  ): Promise<{ toEnd: () => Promise<void>; letGo: () => void }> {
    const { low } = await this.range(topic, partition);
    this.read({ topic, partition, next: low, end: Infinity, take, done: () => undefined });
    return {
      toEnd: async () => this.readTo(topic, partition, (await this.range(topic, partition)).high),
      letGo: () => {
        this.readings.delete(placeOf(topic, partition));
        this.consumer.pause([{ topic, partitions: [partition] }]);
      },
    };
  }

  /** Reads every partition of a topic for good, from its beginning or an append time, ms; answers when it stands at their ends of now. */
  async follow(topic: string, take: TakeMessage, since: number | null = null): Promise<void> {
    for (const { partition, offset } of await this.firstOffsets(topic, since)) {
      const done = (): void => undefined;
      this.read({ topic, partition, next: Number(offset), end: Infinity, take, done });
    }
    await this.caughtUp(topic);
  }

  /** Answers when what is followed has been read to where it ends now. */
  async caughtUp(topic: string): Promise<void> {
    for (const { partition, low, high } of await this.admin.fetchTopicOffsets(topic)) {
      if (Number(low) < Number(high)) await this.readTo(topic, partition, Number(high));
    }
  }

  /** Answers when a partition that is followed has been read up to an offset. */
  async readTo(topic: string, partition: number, offset: number): Promise<void> {
    const reading = this.readings.get(placeOf(topic, partition));
    while (reading !== undefined && reading.next < offset) {
      await new Promise<void>((resolve) => this.progressed.push(resolve));
    }
  }

  stop(): Promise<void> {
    return this.consumer.disconnect();
  }

  private async readBetween(topic: string, partition: number, next: number, end: number, take: TakeMessage) {
    if (next < end) await new Promise<void>((done) => this.read({ topic, partition, next, end, take, done }));
  }

  private async firstOffsets(topic: string, since: number | null): Promise<{ partition: number; offset: string }[]> {
    if (since !== null) return this.admin.fetchTopicOffsetsByTimestamp(topic, since);
    return (await this.admin.fetchTopicOffsets(topic)).map(({ partition, low }) => ({ partition, offset: low }));
  }

  private async range(topic: string, partition: number): Promise<{ low: number; high: number }> {
    const offsets = await this.admin.fetchTopicOffsets(topic);
    const range = offsets.find((each) => each.partition === partition);
    return { low: Number(range?.low ?? 0), high: Number(range?.high ?? 0) };
  }

  private read(reading: Reading): void {
    const { topic, partition, next } = reading;
    this.readings.set(placeOf(topic, partition), reading);
    this.consumer.seek({ topic, partition, offset: String(next) });
    this.consumer.resume([{ topic, partitions: [partition] }]);
  }

  /** A join forgets where each partition stood: what is read goes on there, all else stays paused. */
  private placeAgain(assignment: Record<string, number[]>): void {
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const reading = this.readings.get(placeOf(topic, partition));
        if (reading === undefined) this.consumer.pause([{ topic, partitions: [partition] }]);
        else this.consumer.seek({ topic, partition, offset: String(reading.next) });
      }
    }
  }

  private async readBatch({ batch, heartbeat, resolveOffset, isStale }: EachBatchPayload): Promise<void> {
    const place = placeOf(batch.topic, batch.partition);
    const reading = this.readings.get(place);
    if (reading === undefined || isStale()) return;
    for (const message of batch.messages) {
      const offset = Number(message.offset);
      if (offset < reading.next || offset >= reading.end) continue;
      reading.take(message, reading.partition);
      reading.next = offset + 1;
    }
    resolveOffset(batch.messages.at(-1)!.offset);
    this.noteRead(place, Number(batch.lastOffset()) + 1);
    await heartbeat();
  }

  private noteRead(place: string, next: number): void {
    const reading = this.readings.get(place);
    if (reading === undefined) return;
    reading.next = Math.max(reading.next, Math.min(next, reading.end));
    if (reading.next >= reading.end) {
      this.readings.delete(place);
      this.consumer.pause([{ topic: reading.topic, partitions: [reading.partition] }]);
      reading.done();
    }
    this.tell();
  }

  private tell(): void {
    const waiting = this.progressed;
    this.progressed = [];
    for (const resolve of waiting) resolve();
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;
