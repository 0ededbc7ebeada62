import type { AlertDecision } from '#domain';
import {
  dataStale,
  emptyDataStale,
  emptyFeedSilent,
  endDataStale,
  endFeedSilent,
  feedSilent,
  type DataStaleState,
  type DetectRules,
  type FeedSilentState,
} from '#detect';
import { byFeed, type StreamState } from '#window';

/** Alerts about the monitor itself, which go by the wall clock and are no part of the promise: a feed gone silent, data gone stale. */
export class MonitorWatch {
  private readonly watched = new Map<string, { silent: FeedSilentState; stale: DataStaleState }>();

  constructor(
    /** All that this process owns. */
    private readonly streams: () => Iterable<StreamState>,
    private readonly rulesOf: (stream_id: string) => DetectRules,
  ) {}

  /** Looks at every live stream at `now`, ms, with the log lag as it is then, ms. */
  look(now: number, log_lag_ms: number): AlertDecision[] {
    const decided: AlertDecision[] = [];
    for (const { stream_id, closed, heard } of this.streams()) {
      const own = this.watched.get(stream_id);
      if (closed) {
        if (own === undefined) continue;
        decided.push(...endFeedSilent(own.silent, now), ...endDataStale(own.stale, now));
        this.watched.delete(stream_id);
        continue;
      }
      const { silent, stale } = own ?? this.watch(stream_id);
      const rules = this.rulesOf(stream_id);
      decided.push(...feedSilent(silent, stream_id, now, byFeed(heard), rules.feed_silent));
      decided.push(...dataStale(stale, stream_id, now, log_lag_ms, rules.data_stale));
    }
    return decided;
  }

  private watch(stream_id: string): { silent: FeedSilentState; stale: DataStaleState } {
    const own = { silent: emptyFeedSilent(), stale: emptyDataStale() };
    this.watched.set(stream_id, own);
    return own;
  }
}
