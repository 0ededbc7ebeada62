import { Subject } from 'rxjs';
import type { Clock, Feed, ReadEvent, StreamSummary, WindowName } from '#domain';
import { FEEDS } from '#domain';
import type { DataState, KeywordsAnswer, MetricValues } from '#contract';
import { topicKey, usualShare } from '#detect';
import type { LogLag } from '#ingest';
import { liveTotals, windowMetrics } from '#metric';
import type { LiveRoom, LiveRooms, RoomChange } from '../ports.js';
import type { FlowStep } from './live-pipeline.js';
import { liveOf, type FlowState, type RoomStep } from './room-state.js';
import { saidLately, standingOf, type StreamState } from '#window';
import { keywordsOf } from '../said/keywords.js';

/** Log lag, or silence, above which a live room's figures read `stale`. */
const STALE_MS = 3_000;

/** What a room shows, and when this process last read something of it (wall clock, ms). */
type Shown = Pick<RoomStep, 'summary' | 'on_air' | 'distinct'> & { heard_at: number };

/** What the rooms of this process show now: a view of the flow's state, remade from each batch. */
export class Rooms implements LiveRooms {
  readonly changes$ = new Subject<RoomChange>();
  readonly read$ = new Subject<readonly ReadEvent[]>();
  /** Grows whenever another room is shown, or one no more. */
  turnover = 0;
  private readonly rooms = new Map<string, Shown>();

  constructor(
    /** The state that a stream is in; `undefined`: it is none of this process's. */
    private readonly stateOf: (stream_id: string) => FlowState | undefined,
    private readonly lagOf: (stream_id: string) => LogLag,
    private readonly clock: Clock,
    readonly stored: () => Promise<void>,
  ) {}

  get(stream_id: string): LiveRoom | undefined {
    const room = this.rooms.get(stream_id);
    const state = this.stateOf(stream_id);
    if (room === undefined || state === undefined) return undefined;
    const { summary, on_air, heard_at } = room;
    return {
      stream_id,
      as_of: summary.as_of,
      status: summary.status,
      panes: [...(state.streams.get(stream_id)?.recent.values() ?? [])].sort((a, b) => a.ts - b.ts),
      windows: windowsOf(state, stream_id, room.distinct),
      item_on: on_air,
      online: summary.online,
      quality: summary.quality,
      data: dataOf(summary, this.lagOf(stream_id).ms, this.clock.now() - heard_at),
    };
  }

  said(stream_id: string): KeywordsAnswer | undefined {
    const state = this.stateOf(stream_id);
    const room = this.rooms.get(stream_id);
    if (state === undefined || room?.summary.status !== 'live') return undefined;
    const { as_of } = room.summary;
    const window = state.detectors.get(stream_id)?.room.words.window;
    const usual = (key: string): number | null => (window === undefined ? null : usualShare(window, key, as_of));
    return keywordsOf(saidLately(state.streams.get(stream_id)!, as_of), {
      word: usual,
      topic: (topic) => usual(topicKey(topic)),
    });
  }

  /** How a stream was shown last. */
  summaryOf(stream_id: string): StreamSummary | undefined {
    return this.rooms.get(stream_id)?.summary;
  }

  ids(): Iterable<string> {
    return this.rooms.keys();
  }

  /** Shows every stream that a state holds, as it was taken up from a checkpoint. */
  seed({ streams }: FlowState): void {
    for (const stream of streams.values()) this.show(stream);
  }

  /** Shows a stream as it stands; a share of one is shown by whoever puts it together. */
  show(stream: StreamState): void {
    if (stream.share_of !== undefined) return;
    this.put(stream.stream_id, { ...standingOf(stream), heard_at: this.clock.now() });
  }

  /** Shows no more of a stream: it ended long ago, and the store has it. */
  drop(stream_id: string): void {
    if (this.rooms.delete(stream_id)) this.turnover++;
  }

  /** Shows no more of the streams of a state: another process does. */
  forget({ streams }: FlowState): void {
    for (const stream_id of streams.keys()) this.drop(stream_id);
  }

  /** Takes what a batch did, and tells of it. */
  take({ streams, read }: Pick<FlowStep, 'streams' | 'read'>): void {
    this.read$.next(read);
    const heard_at = this.clock.now();
    for (const { stream_id, summary, distinct, on_air, moments, corrected, presentations, cues } of streams) {
      this.put(stream_id, { summary, distinct, on_air, heard_at });
      this.changes$.next({ stream_id, panes: [...moments.map(({ pane }) => pane), ...corrected], presentations, cues });
    }
  }

  private put(stream_id: string, shown: Shown): void {
    if (!this.rooms.has(stream_id)) this.turnover++;
    this.rooms.set(stream_id, shown);
  }
}

/** Made when asked for, once a second for a room that is watched: most rooms are not. */
const windowsOf = (
  state: FlowState,
  stream_id: string,
  distinct: RoomStep['distinct'],
): Record<WindowName, MetricValues> => {
  const totals = liveTotals(liveOf(state, stream_id, -Infinity));
  return {
    '10s': windowMetrics(totals['10s'], distinct['10s']),
    '60s': windowMetrics(totals['60s'], distinct['60s']),
    '300s': windowMetrics(totals['300s'], distinct['300s']),
  };
};

/** The state of the data that goes with every answer about a stream; `silent_ms`: how long nothing was heard of it. */
export const dataOf = (summary: StreamSummary, log_lag_ms: number, silent_ms: number): DataState => ({
  as_of: summary.as_of,
  log_lag_ms,
  late: summary.late,
  too_late: summary.too_late,
  coverage: FEEDS.filter((feed: Feed) => summary.coverage[feed] !== undefined),
  quality: qualityOf(summary, log_lag_ms, silent_ms),
});

/** How far a room's figures can be trusted now. */
export const qualityOf = (
  { status, quality }: Pick<StreamSummary, 'status' | 'quality'>,
  log_lag_ms: number,
  silent_ms: number,
): DataState['quality'] => (status === 'live' && Math.max(log_lag_ms, silent_ms) > STALE_MS ? 'stale' : quality);
