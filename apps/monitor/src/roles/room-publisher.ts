import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Producer } from 'kafkajs';
import type { Subscription } from 'rxjs';
import type { KeywordsAnswer } from '#contract';
import type { Clock, CueMark, Pane, Presentation, ReadEvent } from '#domain';
import { requestsOf, type KafkaLink, type LogLag, type Outgoing } from '#ingest';
import type { Logger } from '#observe';
import { isCue } from '../live/cue-shown.js';
import type { LiveRoom, LiveRooms, RoomChange } from '../ports.js';
import { encodeFrame, type Frame } from './room-frames.js';
import { ToldAgain } from './told-again.js';

const BEAT_MS = 250;
const BEATS_A_SECOND = 4;
/** What is said in a room is told again after this. */
const SAID_MS = 5_000;
const RETRY_MS = 1_000;
/** What waits of one room: more panes than a page shows, more danmaku than it samples. */
const PANES_MAX = 600;
const DANMAKU_MAX = 5;
/** A broker takes messages of up to 1 MiB; a pane with many items and sources is a few KB. */
const PANES_A_FRAME = 100;

/** Where a stream is owned: the partition of that number, in the epoch of its owner. */
export interface StreamPlace {
  partition: number;
  epoch: number;
  largest_ts: number;
}

/** What the publisher is given by the flow around it. */
export interface PublisherEdge {
  rooms: LiveRooms & {
    /** Grows whenever another room is shown, or one no more. */
    readonly turnover: number;
  };
  placeOf(stream_id: string): StreamPlace | undefined;
  /** The partitions that this process owns, and how far behind each of them is. */
  places(): Iterable<Pick<StreamPlace, 'partition' | 'epoch'> & { lag: LogLag }>;
  clock: Clock;
  log: Logger;
}

/** What happened in a room since it was last told. */
interface News {
  panes: Map<number, Pane>;
  presentations: Presentation[];
  cues: CueMark[];
  read: ReadEvent[];
  danmaku: number;
}

/**
 * Tells gateways, over Kafka, what the rooms of this process show: their panes on one topic, their figures on another,
 * keyed by stream, in the partition in which the stream is owned. A room is told at most four times a second, with all
 * that happened meanwhile; while Kafka does not take it, it waits, and only the newest of it. Nothing here is needed to
 * compute a number again: what is lost here is in the store a second later.
 */
export class RoomPublisher {
  private readonly news = new Map<string, News>();
  /** Rooms that were told, and when something was heard of each last, wall clock, ms. */
  private readonly told = new Map<string, number>();
  private readonly again = new ToldAgain();
  private turnover = -1;
  /** When what is said in a room was told last, wall clock, ms. */
  private readonly saidAt = new Map<string, number>();
  private readonly subscriptions: Subscription[];
  private readonly timer: NodeJS.Timeout;
  private beats = 0;
  private sending: Promise<void> | null = null;
  private stopped = false;

  private constructor(
    private readonly edge: PublisherEdge,
    private readonly topics: Pick<KafkaLink['topics'], 'panes' | 'metrics'>,
    /** One of its own: no alert waits behind what is told here. */
    private readonly producer: Producer,
  ) {
    const { rooms } = edge;
    this.subscriptions = [
      rooms.changes$.subscribe((change) => this.noteChange(change)),
      rooms.read$.subscribe((events) => this.noteRead(events)),
    ];
    this.timer = setInterval(() => this.beat(), BEAT_MS);
  }

  static async start(link: KafkaLink, edge: PublisherEdge): Promise<RoomPublisher> {
    const producer = link.kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
    await producer.connect();
    return new RoomPublisher(edge, link.topics, producer);
  }

  /** Tells what waits and ends. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    this.stopped = true;
    await this.sending;
    await this.send(this.framesOfNews());
    await this.producer.disconnect();
  }

  private noteChange({ stream_id, panes, presentations, cues }: RoomChange): void {
    const news = this.newsOf(stream_id);
    for (const pane of panes) news.panes.set(pane.ts, pane);
    for (const ts of news.panes.keys()) {
      if (news.panes.size <= PANES_MAX) break;
      news.panes.delete(ts);
    }
    news.presentations.push(...presentations);
    news.cues.push(...cues);
  }

  private noteRead(events: readonly ReadEvent[]): void {
    for (const each of events) {
      const { event, lateness } = each;
      if (lateness === 'too_late') continue;
      const isDanmaku = event.type === 'danmaku';
      if (!isDanmaku && !isCue(event)) continue;
      const news = this.newsOf(event.stream_id);
      if (isDanmaku && ++news.danmaku > DANMAKU_MAX) continue;
      news.read.push(each);
    }
  }

  private newsOf(stream_id: string): News {
    let news = this.news.get(stream_id);
    if (news === undefined) {
      news = { panes: new Map(), presentations: [], cues: [], read: [], danmaku: 0 };
      this.news.set(stream_id, news);
    }
    return news;
  }

  private beat(): void {
    if (this.sending !== null) return;
    const isFullSecond = this.beats++ % BEATS_A_SECOND === 0;
    const frames = [
      ...this.framesOfNews(),
      ...(isFullSecond ? [...this.framesOfQuiet(), ...this.framesOfLanes()] : []),
    ];
    if (frames.length === 0) return;
    this.sending = this.send(frames).finally(() => {
      this.sending = null;
    });
  }

  private framesOfNews(): Addressed[] {
    const now = this.edge.clock.now();
    const frames: Addressed[] = [];
    for (const [stream_id, news] of this.news) {
      // Its first frame tells all that is shown of it.
      const isFirst = !this.told.has(stream_id);
      const panes = isFirst ? (this.edge.rooms.get(stream_id)?.panes ?? []) : [];
      for (const pane of panes) if (!news.panes.has(pane.ts)) news.panes.set(pane.ts, pane);
      const said = this.framesOf(stream_id, news, 0);
      if (said.length > 0) this.noteTold(stream_id, now, now);
      frames.push(...said);
    }
    this.news.clear();
    return frames;
  }

  /** Rooms that were just taken over, and those that nothing was told of for long. */
  private framesOfQuiet(): Addressed[] {
    const now = this.edge.clock.now();
    const frames = this.framesOfNew(now);
    for (const stream_id of this.again.due(now)) {
      const room = this.edge.rooms.get(stream_id);
      if (room === undefined || room.status === 'ended') continue;
      frames.push(...this.framesOfStanding(stream_id, room, [], this.told.get(stream_id)!, now));
    }
    return frames;
  }

  /** Of rooms that nothing was told of yet; those that went are forgotten. */
  private framesOfNew(now: number): Addressed[] {
    const { rooms } = this.edge;
    if (rooms.turnover === this.turnover) return [];
    this.turnover = rooms.turnover;
    const here = new Set(rooms.ids());
    for (const stream_id of this.told.keys()) {
      if (here.has(stream_id)) continue;
      this.told.delete(stream_id);
      this.again.forget(stream_id);
      this.saidAt.delete(stream_id);
    }
    const frames: Addressed[] = [];
    for (const stream_id of here) {
      if (this.told.has(stream_id)) continue;
      const room = rooms.get(stream_id);
      if (room !== undefined) frames.push(...this.framesOfStanding(stream_id, room, room.panes, now, now));
    }
    return frames;
  }

  private noteTold(stream_id: string, heard_at: number, now: number): void {
    this.told.set(stream_id, heard_at);
    this.again.note(stream_id, now);
  }

  private framesOfStanding(
    stream_id: string,
    room: LiveRoom,
    panes: readonly Pane[],
    heard_at: number,
    now: number,
  ): Addressed[] {
    this.noteTold(stream_id, heard_at, now);
    const byTs = new Map(panes.map((pane) => [pane.ts, pane]));
    const news = { panes: byTs, presentations: [], cues: [], read: [], danmaku: 0 };
    return this.framesOf(stream_id, news, now - heard_at, room);
  }

  private framesOfLanes(): Addressed[] {
    return [...this.edge.places()].map(({ partition, epoch, lag }) =>
      addressed(this.topics.metrics, partition, 'lane', { kind: 'lane', epoch, lag }),
    );
  }

  /** Panes first: figures that tell of a pane come after it. */
  private framesOf(
    stream_id: string,
    { panes, presentations, cues, read }: News,
    silent_ms: number,
    shown = this.edge.rooms.get(stream_id),
  ): Addressed[] {
    const place = this.edge.placeOf(stream_id);
    if (place === undefined || shown === undefined) return [];
    const room = { ...shown, panes: [] };
    const { partition, epoch, largest_ts } = place;
    const frames: Addressed[] = [];
    const inOrder = [...panes.values()].sort((a, b) => a.ts - b.ts);
    for (let from = 0; from < inOrder.length; from += PANES_A_FRAME) {
      const some = inOrder.slice(from, from + PANES_A_FRAME);
      const frame = { kind: 'panes', epoch, stream_id, panes: some } as const;
      frames.push(addressed(this.topics.panes, partition, stream_id, frame));
    }
    const said = this.saidIn(stream_id);
    const standing = { kind: 'room', epoch, room, largest_ts, silent_ms, presentations, cues, read, said } as const;
    frames.push(addressed(this.topics.metrics, partition, stream_id, standing));
    return frames;
  }

  private saidIn(stream_id: string): KeywordsAnswer | null {
    const now = this.edge.clock.now();
    if (now - (this.saidAt.get(stream_id) ?? 0) < SAID_MS) return null;
    this.saidAt.set(stream_id, now);
    return this.edge.rooms.said(stream_id) ?? null;
  }

  private async send(frames: readonly Addressed[]): Promise<void> {
    for (const topic of [this.topics.panes, this.topics.metrics]) {
      const messages = frames.filter((each) => each.topic === topic);
      for (const some of requestsOf(messages)) await this.sendSome(topic, some);
    }
  }

  private async sendSome(topic: string, messages: Addressed[]): Promise<void> {
    for (;;) {
      try {
        await this.producer.send({ topic, acks: 1, messages });
        return;
      } catch (err) {
        if (this.stopped) return;
        if (isForGood(err)) {
          this.edge.log.error(
            { err, topic, rooms: messages.map(({ key }) => key) },
            'gateways cannot be told of rooms',
          );
          return;
        }
        this.edge.log.warn({ err }, 'gateways could not be told of the rooms; they are told again');
        await sleep(RETRY_MS);
      }
    }
  }
}

/** Refused whenever it is tried, as a message that is too large: what else there is to tell does not wait for it. */
const isForGood = (err: unknown): boolean => {
  const cause = err instanceof Error ? (err.cause ?? err) : err;
  return cause instanceof kafkajs.KafkaJSProtocolError && !cause.retriable;
};

/** A frame, written, and where it goes. */
interface Addressed extends Outgoing {
  readonly topic: string;
  readonly partition: number;
}

/** Written at once: what a room shows is many small objects, and those of a whole beat together would outlive their youth. */
const addressed = (topic: string, partition: number, key: string, frame: Frame): Addressed => ({
  ...{ topic, partition, key },
  value: encodeFrame(frame),
});
