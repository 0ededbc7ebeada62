import { setTimeout as sleep } from 'node:timers/promises';
import { Subject } from 'rxjs';
import type { KeywordsAnswer } from '#contract';
import { PANE_MS, type Clock, type Pane, type ReadEvent } from '#domain';
import type { KafkaLink, LogLag } from '#ingest';
import { qualityOf } from '../flow/rooms.js';
import type { LiveRoom, LiveRooms, RoomChange } from '../ports.js';
import { decodeFrame, type PanesFrame, type RoomFrame } from './room-frames.js';
import { TOLD_AGAIN_MS } from './told-again.js';

/** Beyond the time in which every room is told of again, for what may hold a frame up. */
const READ_BACK_MS = TOLD_AGAIN_MS + 10_000;
/** A room that nothing was told of for so long is not shown live any more: the store has it. */
const FORGOTTEN_AFTER_MS = 3 * TOLD_AGAIN_MS;
/** Panes kept of a room: those that the store may not hold yet, and a minute of corrections. */
const PANES_KEPT = 120;
/** An owner that is silent for longer than this is late. */
const LANE_SILENT_MS = 2_000;
/** Rows reach the store this soon after they were told of, while it is well. */
const STORED_WITHIN_MS = 1_500;

/** What is known of one room. */
interface Known {
  frame: RoomFrame | null;
  partition: number;
  /** Wall clock, ms. */
  told_at: number;
  heard_at: number;
  panes: Map<number, Pane>;
  said: KeywordsAnswer | undefined;
}

interface Lane {
  epoch: number;
  lag: LogLag;
  told_at: number;
}

/**
 * The rooms of all processors, as they tell of them on Kafka. Holds nothing that another process would miss, so any
 * gateway shows any room. Of two owners of a partition the one of the larger epoch is believed, and what an owner that
 * still catches up tells of a moment that is past is not shown again.
 */
export class PublishedRooms implements LiveRooms {
  readonly changes$ = new Subject<RoomChange>();
  readonly read$ = new Subject<readonly ReadEvent[]>();
  private readonly rooms = new Map<string, Known>();
  private readonly lanes = new Map<number, Lane>();
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly clock: Clock) {
    this.timer = setInterval(() => this.forgetSilent(), TOLD_AGAIN_MS);
  }

  /** Answers when it shows what has been told so far. */
  static async follow({ tail, topics }: KafkaLink, clock: Clock): Promise<PublishedRooms> {
    const rooms = new PublishedRooms(clock);
    const since = clock.now() - READ_BACK_MS;
    for (const topic of [topics.panes, topics.metrics]) {
      await tail.follow(
        topic,
        ({ value, timestamp }, partition) => rooms.take(partition, value, Number(timestamp)),
        since,
      );
    }
    return rooms;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  get(stream_id: string): LiveRoom | undefined {
    const known = this.rooms.get(stream_id);
    if (known === undefined || known.frame === null) return undefined;
    const { room } = known.frame;
    const log_lag_ms = this.lagOf(known.partition).ms;
    const silent_ms = this.clock.now() - known.heard_at;
    const quality = qualityOf(room, log_lag_ms, silent_ms);
    return {
      ...room,
      panes: [...known.panes.values()].sort((a, b) => a.ts - b.ts),
      data: { ...room.data, log_lag_ms, quality },
    };
  }

  said(stream_id: string): KeywordsAnswer | undefined {
    const known = this.rooms.get(stream_id);
    return known?.frame?.room.status === 'live' ? known.said : undefined;
  }

  ids(): Iterable<string> {
    return this.rooms.keys();
  }

  async stored(): Promise<void> {
    await sleep(STORED_WITHIN_MS);
  }

  /** Largest `ts` of a stream as it was told last, ms. */
  largestTs(stream_id: string): number | undefined {
    return this.rooms.get(stream_id)?.frame?.largest_ts;
  }

  /** Has any processor been heard? */
  get isTold(): boolean {
    return this.lanes.size > 0;
  }

  /** Of the partition that is furthest behind; one whose owner is silent counts as behind for as long. */
  lag(): LogLag {
    const worst = { records: 0, ms: 0 };
    for (const partition of this.lanes.keys()) {
      const { records, ms } = this.lagOf(partition);
      worst.records += records;
      worst.ms = Math.max(worst.ms, ms);
    }
    return worst;
  }

  private lagOf(partition: number): LogLag {
    const lane = this.lanes.get(partition);
    if (lane === undefined) return { records: 0, ms: 0 };
    const silent = this.clock.now() - lane.told_at;
    return { ...lane.lag, ms: lane.lag.ms + (silent > LANE_SILENT_MS ? silent : 0) };
  }

  private take(partition: number, value: Buffer | null, told_at: number): void {
    const frame = value === null ? null : decodeFrame(value);
    const lane = this.lanes.get(partition) ?? { epoch: 0, lag: { records: 0, ms: 0 }, told_at };
    if (frame === null || frame.epoch < lane.epoch) return;
    this.lanes.set(partition, {
      ...lane,
      epoch: frame.epoch,
      ...(frame.kind === 'lane' && { lag: frame.lag, told_at }),
    });
    if (frame.kind === 'panes') this.takePanes(partition, frame, told_at);
    if (frame.kind === 'room') this.takeRoom(partition, frame, told_at);
  }

  private takePanes(partition: number, { stream_id, panes }: PanesFrame, told_at: number): void {
    const known = this.known(stream_id, partition, told_at);
    const news = panes.filter((pane) => (known.panes.get(pane.ts)?.revision ?? -1) < pane.revision);
    if (news.length === 0) return;
    for (const pane of news) known.panes.set(pane.ts, pane);
    const newest = Math.max(...known.panes.keys());
    for (const ts of known.panes.keys()) if (ts <= newest - PANES_KEPT * PANE_MS) known.panes.delete(ts);
    this.changes$.next({ stream_id, panes: news, presentations: [], cues: [] });
  }

  private takeRoom(partition: number, frame: RoomFrame, told_at: number): void {
    const { room, presentations, cues, read, silent_ms } = frame;
    const { stream_id } = room;
    const known = this.known(stream_id, partition, told_at);
    if (known.frame !== null && room.as_of < known.frame.room.as_of) return;
    known.frame = frame;
    known.said = frame.said ?? known.said;
    known.heard_at = told_at - silent_ms;
    if (read.length > 0) this.read$.next(read);
    this.changes$.next({ stream_id, panes: [], presentations, cues });
  }

  private known(stream_id: string, partition: number, told_at: number): Known {
    let known = this.rooms.get(stream_id);
    if (known === undefined) {
      known = { frame: null, partition, told_at, heard_at: told_at, panes: new Map(), said: undefined };
      this.rooms.set(stream_id, known);
    }
    known.told_at = told_at;
    return known;
  }

  private forgetSilent(): void {
    const oldest = this.clock.now() - FORGOTTEN_AFTER_MS;
    for (const [stream_id, { told_at }] of this.rooms) if (told_at < oldest) this.rooms.delete(stream_id);
  }
}
