import { Inject, Injectable } from '@nestjs/common';
import type { DataState, StreamRow } from '#contract';
import { StoreReader } from '#store';
import type { StoredStream } from '#store';
import { dataOf } from '../flow/rooms.js';
import { LIVE_ROOMS } from '../ports.js';
import type { LiveRooms } from '../ports.js';
import { notFound } from '../rest/problem.js';

/** The streams that are stored, each with the state of the data that was read of it. */
@Injectable()
export class KnownStreams {
  constructor(
    private readonly store: StoreReader,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
  ) {}

  /** The stream; 404 where there is none. */
  async get(stream_id: string): Promise<StoredStream> {
    const stream = (await this.store.stream(stream_id)) ?? (await this.justBegun(stream_id));
    if (stream === null) throw notFound(`the stream "${stream_id}"`);
    return stream;
  }

  /** A stream that is on air and not stored yet: its first rows are on their way. */
  private async justBegun(stream_id: string): Promise<StoredStream | null> {
    if (this.rooms.get(stream_id) === undefined) return null;
    await this.rooms.stored();
    return this.store.stream(stream_id);
  }

  /** How far the stored numbers reach (not the live room, which may be ahead of them), and how far the log is unread. */
  data(stream: StoredStream): DataState {
    const live = this.rooms.get(stream.stream_id)?.data;
    const data = dataOf(stream, live?.log_lag_ms ?? 0, 0);
    return live?.quality === 'stale' ? { ...data, quality: 'stale' } : data;
  }

  row(stream: StoredStream): StreamRow {
    const { stream_id, title, host, status, started_at, ended_at, online, online_peak } = stream;
    const { viewers, gmv_minor, currency, alerts_firing } = stream;
    const data = this.data(stream);
    return {
      ...{ stream_id, title, host, status, started_at, ended_at, online, online_peak },
      ...{ viewers, gmv_minor, currency, alerts_firing, data },
    };
  }
}
