import type { Subscription } from 'rxjs';
import type { ActionShown, CueShown, MetricsMessage } from '#contract';
import type { Alert, Pane, ReadEvent } from '#domain';
import type { Logger, Meters } from '#observe';
import { redact } from '#words';
import type { AlertFeed, LiveRooms, RoomChange } from '../ports.js';
import { Audiences } from './audience.js';
import type { LiveNamespace, LiveSocket, Slice } from './audience.js';
import { cueShown, isCue } from './cue-shown.js';
import { Outbox } from './outbox.js';
import { paneShown } from './pane-shown.js';

/** Danmaku shown of a room in one second; the rest is counted, not shown. */
const DANMAKU_SAMPLE = 5;

/** What happened in a listened-to room since its last metrics message. */
interface Pending {
  panes: Map<number, Pane>;
  danmaku: { ts: number; text: string }[];
  /** The last message told of a stream that had ended. */
  isOver: boolean;
}

/**
 * Tells listeners of a room what happens in it. Alerts and cues go out at once, to everybody, in order. Figures and a
 * sample of the danmaku go out once a second and are volatile: who cannot take them now goes without. Rooms that
 * nobody listens to cost nothing but a look-up.
 */
export class RoomBroadcast {
  private readonly audiences = new Audiences();
  private readonly pending = new Map<string, Pending>();
  private readonly outbox: Outbox;
  private readonly subscriptions: Subscription[];

  constructor(
    private readonly namespace: LiveNamespace,
    private readonly rooms: LiveRooms,
    feed: AlertFeed,
    private readonly meters: Meters,
    log: Logger,
  ) {
    this.outbox = new Outbox((err) => log.error({ err }, 'a message could not be sent'));
    this.subscriptions = [
      rooms.changes$.subscribe((change) => this.keepPanes(change)),
      rooms.read$.subscribe((events) => this.hear(events)),
      feed.changes$.subscribe((alert) => this.tellAlert(alert)),
    ];
  }

  join(stream_id: string, socket: LiveSocket): void {
    this.audiences.join(stream_id, socket);
    if (!this.pending.has(stream_id)) this.pending.set(stream_id, { panes: new Map(), danmaku: [], isOver: false });
  }

  leave(stream_id: string, socket: LiveSocket): void {
    this.audiences.leave(stream_id, socket);
    this.forget();
  }

  leaveAll(socket: LiveSocket): void {
    this.audiences.leaveAll(socket);
    this.forget();
  }

  /** To be called once a second: each room's figures, in slices. */
  tellFigures(): void {
    this.outbox.replacePatient(this.audiences.names().flatMap((stream_id) => this.metricsJobs(stream_id)));
  }

  /** To be called every 5 s: what each live room says, counted. */
  tellWords(): void {
    for (const stream_id of this.audiences.names()) {
      const said = this.rooms.said(stream_id);
      const room = this.rooms.get(stream_id);
      if (said === undefined || room === undefined) continue;
      const message = { v: 1, stream_id, mode: 'live', as_of: room.as_of, ...said } as const;
      for (const { name } of this.audiences.get(stream_id)?.listening() ?? [])
        this.namespace.to(name).volatile.emit('words', message);
    }
  }

  /**
   * To be called once a second, apart from the figures: a volatile message on the heels of another finds every socket
   * still busy with it, and is lost.
   */
  tellDanmaku(): void {
    for (const [stream_id, pending] of this.pending) {
      const messages = pending.danmaku;
      pending.danmaku = [];
      if (messages.length === 0) continue;
      for (const { name } of this.audiences.get(stream_id)?.listening() ?? [])
        this.namespace.to(name).volatile.emit('danmaku', { v: 1, stream_id, mode: 'live', messages });
    }
  }

  stop(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  private keepPanes({ stream_id, panes }: RoomChange): void {
    const pending = this.pending.get(stream_id);
    if (pending === undefined) return;
    for (const pane of panes) pending.panes.set(pane.ts, pane);
  }

  private hear(events: readonly ReadEvent[]): void {
    if (this.pending.size === 0) return;
    for (const { event, lateness } of events) {
      const pending = this.pending.get(event.stream_id);
      if (pending === undefined || lateness === 'too_late') continue;
      if (event.type === 'danmaku') {
        if (pending.danmaku.length < DANMAKU_SAMPLE) pending.danmaku.push({ ts: event.ts, text: redact(event.text) });
      } else if (isCue(event)) {
        this.tellCue(event.stream_id, cueShown(event));
      }
    }
  }

  private tellAlert(alert: Alert): void {
    const { stream_id } = alert;
    this.meters.alertChanges.inc({ rule: alert.rule, status: alert.status });
    const message = { v: 1, stream_id, mode: 'live', alert } as const;
    this.toEverybody(stream_id, (slice) => this.namespace.to(slice.name).emit('alert', message));
  }

  private tellCue(stream_id: string, cue: CueShown): void {
    const message = { v: 1, stream_id, mode: 'live', cue } as const;
    this.toEverybody(stream_id, (slice) => this.namespace.to(slice.name).emit('cue', message));
  }

  /** To everybody in its room, in order, like alerts. */
  tellAction(action: ActionShown): void {
    const { stream_id } = action;
    const message = { v: 1, stream_id, mode: 'live', action } as const;
    this.toEverybody(stream_id, (slice) => this.namespace.to(slice.name).emit('action', message));
  }

  private toEverybody(stream_id: string, send: (slice: Slice) => void): void {
    const slices = this.audiences.get(stream_id)?.listening() ?? [];
    this.outbox.putUrgent(slices.map((slice) => () => send(slice)));
  }

  private metricsJobs(stream_id: string): (() => void)[] {
    const slices = this.audiences.get(stream_id)?.listening() ?? [];
    const pending = this.pending.get(stream_id);
    const message = pending && this.metricsMessage(stream_id, pending);
    if (pending === undefined || message === undefined) return [];
    pending.panes = new Map();
    return slices.map((slice) => () => {
      this.count(slice);
      this.namespace.to(slice.name).volatile.emit('metrics', message);
    });
  }

  /** `undefined` where there is nothing to tell: the room is not live here, or it has ended and said so. */
  private metricsMessage(stream_id: string, pending: Pending): MetricsMessage | undefined {
    const room = this.rooms.get(stream_id);
    if (room === undefined || (pending.isOver && pending.panes.size === 0)) return undefined;
    pending.isOver = room.status === 'ended';
    const { as_of, windows, item_on, data } = room;
    const panes = [...pending.panes.values()].sort((a, b) => a.ts - b.ts).map(paneShown);
    return { v: 1, stream_id, mode: 'live', as_of, panes, windows, item_on, data };
  }

  private count({ sockets }: Slice): void {
    let skipped = 0;
    for (const socket of sockets) if (!socket.conn.transport.writable) skipped++;
    this.meters.metricsSkipped.inc(skipped);
    this.meters.metricsSent.inc(sockets.size - skipped);
  }

  private forget(): void {
    for (const stream_id of this.pending.keys())
      if (this.audiences.get(stream_id) === undefined) this.pending.delete(stream_id);
  }
}
