import type { Alert, AlertDecision } from '#domain';
import {
  dataStale,
  emptyDataStale,
  emptyFeedSilent,
  endDataStale,
  endFeedSilent,
  feedSilent,
  feedSilentFrom,
  isCalm,
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

/** As much of a stream as is looked at. */
type Heard = Pick<StreamState, 'stream_id' | 'closed' | 'heard'>;

/**
 * Alerts about the monitor itself, which go by the wall clock and are no part of the promise: a feed gone silent, data
 * gone stale. What the owner before left firing is taken up from the alert log, which goes with the stream.
 */
export class MonitorWatch {
  /** `null`: the stream ended, and nothing of it fires any more. */
  private readonly watched = new Map<string, Watched | null>();
  /** No stream's data are stale below this log lag, ms. */
  private lagLimitMs = Infinity;

  constructor(
    private readonly alerts: { openOf(stream_id: string): readonly Alert[] },
    private readonly rulesOf: (stream_id: string) => DetectRules,
  ) {}

  /** Looks at a stream at `now`, ms, with the log lag as it is then, ms. */
  look({ stream_id, closed, heard }: Heard, now: number, log_lag_ms: number): AlertDecision[] {
    const known = this.watched.get(stream_id);
    // One that was closed for being idle may go on.
    const own = known === undefined || (known === null && !closed) ? this.takeUp(stream_id) : known;
    this.watched.set(stream_id, closed ? null : own);
    if (own === null) return [];
    const { silent, stale } = own;
    if (closed) return [...endFeedSilent(silent, now), ...endDataStale(stale, now)];
    const { feed_silent, data_stale } = this.rulesOf(stream_id);
    if (data_stale.enabled) this.lagLimitMs = Math.min(this.lagLimitMs, data_stale.log_lag_s * 1000);
    return [
      ...feedSilent(silent, stream_id, now, byFeed(heard), feed_silent),
      ...dataStale(stale, stream_id, now, log_lag_ms, data_stale),
    ];
  }

  /**
   * The earliest moment, ms, at which looking at the stream again decides anything, unless something comes of it, its
   * rules change or the log falls behind before that; −∞: at any, ∞: never.
   */
  nextLook({ stream_id, heard }: Heard): number {
    const own = this.watched.get(stream_id);
    if (own === undefined || own === null) return own === null ? Infinity : -Infinity;
    return isCalm(own.stale)
      ? feedSilentFrom(own.silent, byFeed(heard), this.rulesOf(stream_id).feed_silent)
      : -Infinity;
  }

  /** With this log lag, ms, every stream is to be looked at: the data of some may be stale. */
  isBehind(log_lag_ms: number): boolean {
    return log_lag_ms > this.lagLimitMs;
  }

  /** Rules changed: every stream is to be looked at again. */
  rulesChanged(): void {
    this.lagLimitMs = Infinity;
  }

  /** The stream went elsewhere, or rests. */
  forget(stream_id: string): void {
    this.watched.delete(stream_id);
  }

  private takeUp(stream_id: string): Watched {
    const open = this.alerts.openOf(stream_id);
    const silent = open.filter(({ rule }) => rule === 'feed_silent');
    const stale = open.find(({ rule }) => rule === 'data_stale');
    return {
      silent: silent.length === 0 ? emptyFeedSilent() : takeUpFeedSilent(silent),
      stale: stale === undefined ? emptyDataStale() : takeUpDataStale(stale),
    };
  }
}
