import { Subject } from 'rxjs';
import type { Feed, StreamSummary, WindowName } from '#domain';
import { FEEDS } from '#domain';
import type { DataState, MetricValues } from '#contract';
import type { LogLag } from '#ingest';
import type { LiveRoom, LiveRooms, RoomChange } from '../ports.js';
import type { FlowStep } from './live-pipeline.js';
import type { FlowState, RoomStep } from './room-state.js';

/** Log lag above which a live room's figures read `stale`. */
const STALE_MS = 3_000;

/** What the rooms of this process show now: a view of the flow's state, remade from each batch. */
export class Rooms implements LiveRooms {
  readonly changes$ = new Subject<RoomChange>();
  private readonly rooms = new Map<
    string,
    Pick<RoomStep, 'summary' | 'on_air'> & { windows: Record<WindowName, MetricValues> }
  >();

  constructor(
    private readonly state: FlowState,
    private readonly lag: () => LogLag,
  ) {}

  get(stream_id: string): LiveRoom | undefined {
    const room = this.rooms.get(stream_id);
    if (room === undefined) return undefined;
    const { summary, windows, on_air } = room;
    return {
      stream_id,
      as_of: summary.as_of,
      status: summary.status,
      panes: [...(this.state.streams.get(stream_id)?.recent.values() ?? [])].sort((a, b) => a.ts - b.ts),
      windows,
      item_on: on_air,
      online: summary.online,
      quality: summary.quality,
      data: dataOf(summary, this.lag().ms),
    };
  }

  ids(): Iterable<string> {
    return this.rooms.keys();
  }

  /** Takes what a batch did, and tells of it. */
  take({ streams }: FlowStep): void {
    for (const { stream_id, summary, windows, on_air, moments, corrected, presentations, cues } of streams) {
      this.rooms.set(stream_id, { summary, windows, on_air });
      this.changes$.next({ stream_id, panes: [...moments.map(({ pane }) => pane), ...corrected], presentations, cues });
    }
  }
}

/** The state of the data that goes with every answer about a stream. */
export const dataOf = (summary: StreamSummary, log_lag_ms: number): DataState => ({
  as_of: summary.as_of,
  log_lag_ms,
  late: summary.late,
  too_late: summary.too_late,
  coverage: FEEDS.filter((feed: Feed) => summary.coverage[feed] !== undefined),
  quality: summary.status === 'live' && log_lag_ms > STALE_MS ? 'stale' : summary.quality,
});
