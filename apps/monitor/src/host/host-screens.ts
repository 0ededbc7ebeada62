import { Inject, Injectable } from '@nestjs/common';
import { rundownProgress } from '#contract';
import type { HostAnswer, HostView, RundownLine } from '#contract';
import type { Clock } from '#domain';
import { StoreNotes, StoreReader } from '#store';
import type { StoredPresentation, StoredSession } from '#store';
import { SharedReading } from '../live/shared-reading.js';
import { ALERT_FEED, CLOCK, LIVE_ROOMS } from '../ports.js';
import type { AlertFeed, LiveRooms } from '../ports.js';
import { KnownStreams } from '../streams/known-streams.js';

/** What is read from the store may be this old, ms; what moves each second is taken from the live room. */
const READ_AGE_MS = 3_000;

/** What a host sees of a session whose producer has said nothing. */
export const HOST_VIEW_DEFAULT: HostView = { show: [], message: null };

/** The stored part of a screen. */
interface Read {
  readonly stream: StoredSession;
  readonly view: HostView;
  readonly lines: readonly RundownLine[];
  readonly presentations: readonly StoredPresentation[];
  /** Units of the item that is on, paid since it came on. */
  readonly units_sold: number;
  readonly orders: number;
  readonly gmv_minor: number;
}

/** Puts the host's screen together: what is on, how long still, what is asked; beyond that only what the producer shows. */
@Injectable()
export class HostScreens {
  private readonly recent = new Map<string, SharedReading<Read>>();

  constructor(
    private readonly notes: StoreNotes,
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async view(stream_id: string): Promise<HostView> {
    return ((await this.notes.hostView(stream_id)) as HostView | null) ?? HOST_VIEW_DEFAULT;
  }

  async putView(stream_id: string, view: HostView): Promise<void> {
    await this.notes.putHostView(stream_id, view, this.clock.now());
    this.recent.delete(stream_id);
  }

  /** Rejects with 404 where there is no such stream. */
  async of(stream_id: string): Promise<HostAnswer> {
    const read = await this.read(stream_id);
    const room = this.rooms.get(stream_id);
    const { stream } = read;
    const as_of = room?.as_of ?? stream.as_of;
    return {
      v: 1,
      stream_id,
      as_of,
      ...script(read, as_of, stream.status === 'live'),
      questions: this.rooms.said(stream_id)?.questions ?? [],
      message: read.view.message,
      ...this.shown(read, room?.online ?? stream.online),
      currency: stream.currency,
      data_quality: room?.data.quality ?? this.streams.data(stream).quality,
    };
  }

  private shown({ view, orders, gmv_minor, stream: { stream_id } }: Read, online: number | null) {
    const ratio = this.rooms.get(stream_id)?.windows['60s']['dropoff_ratio'] ?? null;
    const firing = this.feed.openOf(stream_id).filter(({ status }) => status === 'firing');
    const alerts = firing.map(({ rule, summary }) => ({ rule, summary }));
    const all = {
      online: { online },
      orders: { orders },
      gmv: { gmv_minor },
      dropoff: { dropoff_ratio: ratio },
      alerts: { alerts },
    };
    return Object.assign({}, ...view.show.map((name) => all[name])) as Partial<HostAnswer>;
  }

  /** Shared by all who watch a session within a moment. */
  private read(stream_id: string): Promise<Read> {
    for (const [id, reading] of this.recent) if (reading.isOld) this.recent.delete(id);
    const known = this.recent.get(stream_id);
    if (known !== undefined) return known.now();
    const reading = new SharedReading(() => this.readAnew(stream_id), READ_AGE_MS, this.clock);
    this.recent.set(stream_id, reading);
    return reading.now();
  }

  private async readAnew(stream_id: string): Promise<Read> {
    const stream = await this.streams.get(stream_id);
    const [view, rundown, presentations, session] = await Promise.all([
      this.view(stream_id),
      this.notes.rundown(stream_id),
      this.store.presentations(stream_id),
      this.store.totals(stream),
    ]);
    const on = openOf(presentations);
    const since =
      on === undefined ? null : await this.store.totals(stream, { from: on.from, to: Number.MAX_SAFE_INTEGER });
    return {
      ...{ stream, view, presentations },
      lines: (rundown?.lines ?? []) as RundownLine[],
      units_sold: on === undefined ? 0 : (since?.by_item[on.item_id]?.units_paid ?? 0),
      orders: session.orders_paid,
      gmv_minor: session.gmv_paid_minor,
    };
  }
}

const openOf = (presentations: readonly StoredPresentation[]): StoredPresentation | undefined =>
  presentations.findLast(({ to }) => to === null);

/** What is on with its time and stock, and what comes next by the plan. */
const script = (
  { lines, presentations, stream, units_sold }: Read,
  as_of: number,
  isLive: boolean,
): Pick<HostAnswer, 'item' | 'next'> => {
  const progress = rundownProgress(lines, presentations, stream.started_at, as_of).lines;
  const planned = progress.find(({ state }) => state === 'next')?.line;
  const next = planned === undefined ? null : { item_id: planned.item_id, title: planned.title };
  const on = isLive ? openOf(presentations) : undefined;
  if (on === undefined) return { item: null, next };
  const { item_id, title, price_minor, stock, from } = on;
  const planned_seconds = progress.find(({ state }) => state === 'on')?.line.planned_seconds ?? null;
  return {
    item: {
      ...{ item_id, title, price_minor, from, planned_seconds },
      seconds_left: planned_seconds === null ? null : Math.round(planned_seconds - (as_of - from) / 1000),
      stock_left: stock === null ? null : Math.max(0, stock - units_sold),
    },
    next,
  };
};
