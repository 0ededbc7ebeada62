import { Inject, Injectable } from '@nestjs/common';
import type { DataState, StreamRow } from '#contract';
import type { StreamSummary } from '#domain';
import { StoreReader } from '#store';
import type { StoredLiveStream, StoredSession, StoredStream } from '#store';
import { dataOf } from '../flow/rooms.js';
import { LIVE_ROOMS } from '../ports.js';
import type { LiveRooms } from '../ports.js';
import { notFound } from '../rest/problem.js';
import { KeptOfSessions } from './kept-of-sessions.js';

/** Sessions whose sums are kept in memory. */
const SESSIONS_KEPT_MAX = 10_000;

/** The streams that are stored, each with the state of the data that was read of it. */
@Injectable()
export class KnownStreams {
  private readonly sums = new KeptOfSessions<Pick<StoredStream, 'online_peak' | 'gmv_minor' | 'viewers'>>(
    SESSIONS_KEPT_MAX,
  );

  constructor(
    private readonly store: StoreReader,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
  ) {}

  /** The stream; 404 where there is none. */
  async get(stream_id: string): Promise<StoredSession> {
    const stream = await this.orJustBegun(stream_id, () => this.read(stream_id));
    if (stream === null) throw notFound(`the stream "${stream_id}"`);
    return stream;
  }

  /** The stream with the sums that a list shows, which cost far more to read; 404 where there is none. */
  async withSums(stream_id: string): Promise<StoredStream & StoredSession> {
    const session = await this.get(stream_id);
    const known = this.sums.get(session, 'sums');
    if (known !== undefined) return { ...session, ...known, alerts_firing: await this.store.alertsFiring(stream_id) };
    const stream = (await this.store.stream(stream_id))!;
    const { online_peak, gmv_minor, viewers } = stream;
    this.sums.put(session, 'sums', { online_peak, gmv_minor, viewers }, 1);
    return { ...stream, erased_at: session.erased_at };
  }

  private async read(stream_id: string): Promise<StoredSession | null> {
    return (await this.store.summaries([stream_id]))[0] ?? null;
  }

  /** What is read of a stream; of one that is on air and not stored yet, once its first rows are, which are on their way. */
  async orJustBegun<T>(stream_id: string, read: () => Promise<T | null>): Promise<T | null> {
    const stored = await read();
    if (stored !== null || this.rooms.get(stream_id) === undefined) return stored;
    await this.rooms.stored();
    return read();
  }

  /**
   * How far the stored numbers reach (not the live room, which may be ahead of them), and how far the log is unread. What
   * is stored as ended is not stale, though the room, which another process tells of, may not show the end yet.
   */
  data(stream: StreamSummary): DataState {
    const live = this.rooms.get(stream.stream_id)?.data;
    const data = dataOf(stream, live?.log_lag_ms ?? 0, 0);
    return stream.status === 'live' && live?.quality === 'stale' ? { ...data, quality: 'stale' } : data;
  }

  row(stream: StoredStream): StreamRow {
    // Who is only counted is nobody in particular.
    const viewers = stream.quality === 'reported' ? null : stream.viewers;
    return { ...this.uncounted(stream), viewers, alerts_firing: stream.alerts_firing };
  }

  /** The row of a stream whose viewers and alerts nobody counted. */
  uncounted(stream: StoredLiveStream): Omit<StreamRow, 'viewers' | 'alerts_firing'> {
    const { stream_id, title, host, status, started_at, ended_at, online, online_peak, gmv_minor, currency } = stream;
    const data = this.data(stream);
    return {
      ...{ stream_id, title, host, status, started_at, ended_at },
      ...{ online, online_peak, gmv_minor, currency, data },
    };
  }
}
