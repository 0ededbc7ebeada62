import { Inject, Injectable } from '@nestjs/common';
import { visible } from '#auth';
import type { Principal } from '#auth';
import type { WallRow } from '#contract';
import { StoreReader } from '#store';
import type { StoredLiveStream } from '#store';
import { ALERT_FEED, CLOCK, LIVE_ROOMS } from '../ports.js';
import type { AlertFeed, LiveRooms } from '../ports.js';
import type { Alert, Clock, Severity } from '#domain';
import { KnownStreams } from '../streams/known-streams.js';
import { SharedReading } from './shared-reading.js';

/** How old the stored half of a row may be; its live half is as of now. */
const STORED_AGE_MS = 5_000;

/** One line for each live room, the one that needs somebody first. */
@Injectable()
export class Wall {
  private readonly stored: SharedReading<StoredLiveStream[]>;

  constructor(
    store: StoreReader,
    private readonly streams: KnownStreams,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.stored = new SharedReading(() => store.liveStreams(), STORED_AGE_MS, clock);
  }

  /** The rows that this caller may see. */
  async rows(caller: Pick<Principal, 'role' | 'streams'>): Promise<WallRow[]> {
    const principal = { sub: '', expires_at: null, ...caller };
    return (await this.stored.now())
      .filter(({ stream_id }) => visible(principal, stream_id))
      .map((stream) => this.row(stream))
      .sort((a, b) => b.need - a.need || (b.online ?? 0) - (a.online ?? 0));
  }

  private row(stream: StoredLiveStream): WallRow {
    const row = this.streams.uncounted(stream);
    const room = this.rooms.get(stream.stream_id);
    const firing = this.feed.openOf(stream.stream_id).filter(({ status }) => status === 'firing');
    const alerts_firing = firing.length;
    const dropoff_ratio = room?.windows['60s']['dropoff_ratio'] ?? null;
    const data = room?.data ?? row.data;
    return {
      ...row,
      ...(room && { online: room.online, status: room.status }),
      ...{ data, alerts_firing, item_on: room?.item_on ?? null, dropoff_ratio, alert: worstOf(firing) },
      need: need({ ...row, ...(room && { online: room.online }), firing, dropoff_ratio, data }),
    };
  }
}

/** Fewer viewers than this are often silent for seconds with nothing wrong. */
const HEARD_ONLINE_MIN = 20;

/** What one alert that fires adds to its room's need. */
const NEED_OF: Readonly<Record<Severity, number>> = { critical: 100, warning: 10, info: 1 };

/**
 * How much a room needs somebody: alerts that nobody took up weigh most, the critical ones above all; then data that cannot
 * be trusted where enough viewers should be heard of, then leaving above the expected.
 */
export const need = (
  room: Pick<WallRow, 'online' | 'dropoff_ratio' | 'data'> & { firing: readonly Pick<Alert, 'severity'>[] },
): number => {
  const isLost = room.data.quality === 'stale' && (room.online ?? 0) >= HEARD_ONLINE_MIN;
  const alerts = room.firing.reduce((sum, { severity }) => sum + NEED_OF[severity], 0);
  return alerts + (isLost ? 5 : 0) + Math.max(0, (room.dropoff_ratio ?? 1) - 1);
};

/** The worst alert, of equals the newest, as a wall shows it. */
export const worstOf = (firing: readonly Alert[]): WallRow['alert'] => {
  const [worst] = firing.toSorted((a, b) => NEED_OF[b.severity] - NEED_OF[a.severity] || b.detected_at - a.detected_at);
  if (worst === undefined) return null;
  const { alert_id, rule, severity, started_at, detected_at, item_id } = worst;
  return { alert_id, rule, severity, started_at, detected_at, item_id };
};
