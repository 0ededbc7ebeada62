import type { Alert, AlertDecision } from '#domain';
import {
  dataStale,
  emptyDataStale,
  emptyFeedSilent,
  endDataStale,
  endFeedSilent,
  feedSilent,
  takeUpDataStale,
  takeUpFeedSilent,
  type DataStaleState,
  type DetectRules,
  type FeedSilentState,
} from '#detect';
import { byFeed, type StreamState } from '#window';

interface Watched {
  silent: FeedSilentState;
  stale: DataStaleState;
}

/**
 * Alerts about the monitor itself, which go by the wall clock and are no part of the promise: a feed gone silent, data
 * gone stale. What the owner before left firing is taken up from the alert log, which goes with the stream.
 */
export class MonitorWatch {
  /** `null`: the stream ended, and nothing of it fires any more. */
  private watched = new Map<string, Watched | null>();

  constructor(
    /** All that this process owns. */
    private readonly streams: () => Iterable<StreamState>,
    private readonly alerts: { latest(stream_id: string): readonly Alert[] },
    private readonly rulesOf: (stream_id: string) => DetectRules,
  ) {}

  /** Looks at every stream at `now`, ms, with the log lag as it is then, ms; one that went elsewhere is forgotten. */
  look(now: number, log_lag_ms: number): AlertDecision[] {
    const before = this.watched;
    this.watched = new Map();
    const decided: AlertDecision[] = [];
    for (const { stream_id, closed, heard } of this.streams()) {
      const known = before.get(stream_id);
      // One that was closed for being idle may go on.
      const own = known === undefined || (known === null && !closed) ? this.takeUp(stream_id) : known;
      this.watched.set(stream_id, closed ? null : own);
      if (own === null) continue;
      const { silent, stale } = own;
      if (closed) {
        decided.push(...endFeedSilent(silent, now), ...endDataStale(stale, now));
        continue;
      }
      const rules = this.rulesOf(stream_id);
      decided.push(...feedSilent(silent, stream_id, now, byFeed(heard), rules.feed_silent));
      decided.push(...dataStale(stale, stream_id, now, log_lag_ms, rules.data_stale));
    }
    return decided;
  }

  private takeUp(stream_id: string): Watched {
    const open = this.alerts.latest(stream_id).filter(({ resolved_at }) => resolved_at === null);
    const silent = open.filter(({ rule }) => rule === 'feed_silent');
    const stale = open.find(({ rule }) => rule === 'data_stale');
    return {
      silent: silent.length === 0 ? emptyFeedSilent() : takeUpFeedSilent(silent),
      stale: stale === undefined ? emptyDataStale() : takeUpDataStale(stale),
    };
  }
}
