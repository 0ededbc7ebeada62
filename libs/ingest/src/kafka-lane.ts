import { isMonitorRecord, type InputId, type InputReading, type LogRecord, type MonitorRecord } from '#domain';
import { AppendOrder } from './append-order.js';
import type { LaneBatch, LaneId } from './lane.js';
import type { LogLag } from './source.js';

/** What is known of one topic-partition that this process reads. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
  /** Offset to be read next. */
  next: number;
  end: number;
  /** Append time of the last record given out. */
  log_time: number;
  at_end_since: number | null;
  /** Nothing that is unread was appended before this: when it was last known to be read to its end. */
  ended_at: number;
  paused: boolean;
  /** Of a record as it was read, on average over the last batch. */
  recordBytes: number;
}

/** Records of a partition that is ahead of the others, or that the flow has no room for, beyond which no more of it is read. */
const WAITING_RECORDS_MAX = 4_000;
const WAITING_BYTES_MAX = 4 << 20;
/** A record can be read this long after its append time at the latest, clocks of broker and monitor apart. */
const SETTLE_MS = 200;

/** What a lane is given by the source around it. */
export interface LaneEdge {
  /** Settles when the flow can take more. */
  ready(): Promise<void>;
  /** Settles when the flow has the state that the batch needs. */
  wake(batch: LaneBatch): Promise<void>;
  give(batch: LaneBatch): void;
  pause(partition: Partition, paused: boolean): void;
  /** Records wait for a quiet partition. */
  blocked(): void;
  crash(error: unknown): void;
}

/**
 * The partitions of one number, over all topics, in the one order of their append times: what is read of them waits
 * here until it is its turn, and no more than the flow has room for.
 */
export class KafkaLane {
  readonly id: LaneId;
  readonly partitions = new Map<InputId, Partition>();
  /** Its state is loaded and its partitions are read. */
  begun = false;
  /** Another process owns it. */
  lost = false;
  private readonly order: AppendOrder;
  /** The monitor's own records that were written and not yet read back. */
  private readonly noted = new Set<string>();
  private giving: Promise<void> | null = null;
  private giveAgain = false;
  private isHeldBack = false;
  private progressed: () => void = () => undefined;

  constructor(
    readonly number: number,
    topics: readonly string[],
    private readonly control: InputId,
    private readonly edge: LaneEdge,
  ) {
    this.id = String(number);
    this.order = new AppendOrder(control);
    for (const topic of topics) {
      const input = inputOf(topic, number);
      const unread = { next: 0, end: 0, log_time: -Infinity, at_end_since: null };
      const asRead = { ended_at: -Infinity, paused: true, recordBytes: 0 };
      this.partitions.set(input, { topic, partition: number, ...unread, ...asRead });
      this.order.own(input);
    }
  }

  /** When it helps to ask where the partitions end: what waits can be given out by what was asked from then on, ms; +∞: nothing waits. */
  get wantsEndsAt(): number {
    return this.begun ? this.order.wantsReadTo + SETTLE_MS : Infinity;
  }

  /** How far each of its inputs is given out: one that was read to its end is not silent while some of it waits here. */
  readings(): [InputId, InputReading][] {
    return [...this.partitions].map(([input, { log_time, at_end_since }]) => {
      const isGiven = !this.isHeldBack && this.order.waiting(input) === 0;
      return [input, { log_time, at_end_since: isGiven ? at_end_since : null }];
    });
  }

  /** Records that were not given out, and how old the oldest of them is at most, ms: 0 where there is none, or nothing is known of it. */
  lag(now: number): LogLag {
    const lag = { records: 0, ms: 0 };
    for (const [input, { next, end, log_time, ended_at }] of this.partitions) {
      const unread = Math.max(0, end - next) + this.order.waiting(input);
      const oldest = this.order.oldestWaiting(input)?.append_ts ?? Math.max(log_time, ended_at);
      lag.records += unread;
      if (unread > 0 && oldest > -Infinity) lag.ms = Math.max(lag.ms, now - oldest);
    }
    return lag;
  }

  /** Takes in what was read next of an input, with its append time and its bytes. */
  offer(input: InputId, records: readonly LogRecord[], readTo: number, bytes: number): void {
    const partition = this.partitions.get(input)!;
    if (records.length > 0) partition.recordBytes = bytes / records.length;
    this.order.offer(input, records);
    this.order.readTo(input, readTo);
    this.give();
    this.pauseOrResume();
  }

  /** Also told of batches that hold nothing to read, as a transaction's markers. */
  noteRead(input: InputId, next: number, end: number): void {
    const partition = this.partitions.get(input);
    if (partition === undefined) return;
    partition.next = Math.max(partition.next, next);
    partition.end = Math.max(partition.end, end);
    if (partition.next < partition.end) partition.at_end_since = null;
    this.give();
  }

  /** One that is read to its end holds nothing back, and its silence is known. `at`: when that end was asked for. */
  noteEnd(input: InputId, end: number, at: number): void {
    const partition = this.partitions.get(input);
    if (partition === undefined || !this.begun) return;
    partition.end = end;
    if (partition.next < end) partition.at_end_since = null;
    else {
      partition.at_end_since ??= at;
      partition.ended_at = at;
      this.order.readTo(input, at - SETTLE_MS);
    }
    this.give();
  }

  /** Those of the monitor's records that are not on their way already. */
  unnoted(records: readonly MonitorRecord[]): MonitorRecord[] {
    const fresh = records.filter((record) => !this.noted.has(JSON.stringify(record)));
    for (const record of fresh) this.noted.add(JSON.stringify(record));
    return fresh;
  }

  /** They could not be written. */
  forgetNoted(records: readonly MonitorRecord[]): void {
    for (const record of records) this.noted.delete(JSON.stringify(record));
  }

  /** Answers when every partition has been given out up to its end of now, or the lane is lost; what comes meanwhile may wait. */
  readUp(): Promise<void> {
    const ends = [...this.partitions].map(([input, { end }]) => [input, end] as const);
    return new Promise((resolve) => {
      this.progressed = () => {
        const isRead = ([input, end]: readonly [InputId, number]): boolean =>
          this.partitions.get(input)!.next >= end && (this.order.oldestWaiting(input)?.position ?? Infinity) >= end;
        if (this.lost || ends.every(isRead)) resolve();
      };
      this.give();
    });
  }

  lose(): void {
    this.lost = true;
    this.progressed();
  }

  /** Settles when nothing is being given out. */
  async rest(): Promise<void> {
    await this.giving;
  }

  /** Gives out every span that is complete; one giving at a time. */
  private give(): void {
    this.giveAgain = true;
    if (this.giving !== null) return;
    this.giving = this.giveAll()
      .catch((error: unknown) => this.edge.crash(error))
      .finally(() => {
        this.giving = null;
        if (this.giveAgain && !this.lost) this.give();
      });
  }

  private async giveAll(): Promise<void> {
    let span: LogRecord[] | null = null;
    while (!this.lost && (this.giveAgain || span !== null)) {
      this.giveAgain = false;
      span = this.order.takeSpan();
      if (span !== null) await this.giveSpan(span);
      this.pauseOrResume();
      this.progressed();
    }
    if (this.wantsEndsAt < Infinity) this.edge.blocked();
  }

  private async giveSpan(records: readonly LogRecord[]): Promise<void> {
    const batch = { records, lane: this.id };
    this.isHeldBack = true;
    await this.edge.ready();
    await this.edge.wake(batch);
    this.isHeldBack = false;
    if (this.lost) return;
    const notes: MonitorRecord[] = [];
    for (const { input, append_ts, body } of records) {
      this.partitions.get(input)!.log_time = append_ts;
      if (input === this.control && isOwnNote(body)) notes.push(body);
    }
    this.forgetNoted(notes);
    this.edge.give(batch);
  }

  /** A partition that is ahead of the others, or of the store, waits in Kafka and not here. */
  private pauseOrResume(): void {
    for (const [input, partition] of this.partitions) {
      const records = this.order.waiting(input);
      const isMuch = records > WAITING_RECORDS_MAX || records * partition.recordBytes > WAITING_BYTES_MAX;
      const pause = isMuch && (this.isHeldBack || this.order.isAhead(input));
      if (pause === partition.paused || !this.begun) continue;
      partition.paused = pause;
      this.edge.pause(partition, pause);
    }
  }
}

/** What this lane's owners note; what other lanes tell is told once. */
const isOwnNote = (body: LogRecord['body']): body is MonitorRecord =>
  isMonitorRecord(body) && body.kind !== 'share_told' && body.kind !== 'share_asked';

export const inputOf = (topic: string, partition: number): InputId => `${topic}/${partition}`;
