import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { Principal } from '#auth';
import type { ActionKind, ActionRequest, ActionShown, BeforeAfter } from '#contract';
import { PANE_MS, paneStart } from '#domain';
import type { Clock, StreamSummary } from '#domain';
import { beforeAfter } from '#metric';
import { StoreNotes, StoreReader } from '#store';
import type { StoredAction } from '#store';
import { AuditLog } from '../audit/audit-log.js';
import { CLOCK, LIVE_ROOMS } from '../ports.js';
import type { LiveRooms } from '../ports.js';
import { KnownStreams } from '../streams/known-streams.js';

/** Seconds that are compared on either side of an action. */
const SIDE_MS = 120_000;
/** A stream that stands further than this from the clock lives in its own time: a recording. */
const OWN_TIME_MS = 600_000;

/** What came of a request to note an action; `out_of_session`: its `ts` is at no moment of the session. */
export type ActionOutcome =
  { kind: 'noted'; action: ActionShown } | { kind: 'out_of_session'; from: number; to: number };

/** What producers changed on air, and what followed: figures before and after, no claim about the cause. */
@Injectable()
export class Actions {
  /** Each action that this process noted, and again when it is known what followed. */
  readonly told$ = new Subject<ActionShown>();
  private open: StoredAction[] = [];
  private following: Promise<void> | null = null;

  constructor(
    private readonly notes: StoreNotes,
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly audit: AuditLog,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Oldest first. */
  async of(stream: StreamSummary): Promise<ActionShown[]> {
    const actions = await this.notes.actions(stream.stream_id);
    return Promise.all(actions.map((action) => this.shown(action, stream)));
  }

  async add(stream_id: string, request: ActionRequest, caller: Principal): Promise<ActionOutcome> {
    const stream = await this.streams.get(stream_id);
    const now = this.momentIn(stream);
    const ts = request.ts ?? now;
    const to = stream.ended_at ?? Math.max(now, stream.as_of);
    if (ts < stream.first_pane || ts > to) return { kind: 'out_of_session', from: stream.first_pane, to };
    const { kind, text, alert_id = null } = request;
    const item_id = await this.itemAt(stream_id, ts);
    const action = { action_id: randomUUID(), stream_id, ts, kind, text, by: caller.sub, alert_id, item_id };
    await this.audit.note(caller, 'add_action', stream_id, { action_id: action.action_id, kind, ts });
    await this.notes.addAction(action, this.clock.now());
    const shown = await this.shown(action, stream);
    this.told$.next(shown);
    if (shown.followed === null) this.open.push(action);
    return { kind: 'noted', action: shown };
  }

  /** To be called now and then: tells what followed those actions whose time after has passed. What fails is tried again. */
  follow(): Promise<void> {
    this.following ??= this.tellFollowed().finally(() => {
      this.following = null;
    });
    return this.following;
  }

  private async tellFollowed(): Promise<void> {
    const due = this.open.filter(({ stream_id, ts }) => this.reach(stream_id) >= ts + SIDE_MS);
    if (due.length === 0) return;
    await this.rooms.stored();
    for (const action of due) {
      const shown = await this.shown(action, await this.streams.get(action.stream_id));
      this.open = this.open.filter((each) => each !== action);
      this.told$.next(shown);
    }
  }

  /** Up to where the stream is known; a stream that is over has no more to come. */
  private reach(stream_id: string): number {
    const room = this.rooms.get(stream_id);
    return room === undefined || room.status === 'ended' ? Infinity : room.as_of;
  }

  private async shown(action: StoredAction, stream: StreamSummary): Promise<ActionShown> {
    const isKnown = stream.status === 'ended' || stream.as_of >= action.ts + SIDE_MS + PANE_MS;
    const followed = isKnown ? await this.followed(action, stream) : null;
    return { ...action, kind: action.kind as ActionKind, followed };
  }

  private async followed({ ts }: StoredAction, stream: StreamSummary): Promise<BeforeAfter[]> {
    const at = paneStart(ts);
    const steps = await this.store.steps(stream, { from: at - SIDE_MS, to: at + SIDE_MS }, PANE_MS);
    const side = (isBefore: boolean) =>
      steps.filter((step) => step.ts < at === isBefore && step.totals.panes > 0).map(({ totals }) => totals);
    return beforeAfter(side(true), side(false));
  }

  private async itemAt(stream_id: string, ts: number): Promise<string | null> {
    const presentations = await this.store.presentations(stream_id);
    const on = presentations.findLast(({ from, to }) => from <= ts && ts < (to ?? Infinity));
    return on?.item_id ?? null;
  }

  /** A person means now; in a stream whose own time is far from the clock's, where that stream stands. */
  private momentIn(stream: StreamSummary): number {
    const now = this.clock.now();
    const as_of = this.rooms.get(stream.stream_id)?.as_of ?? stream.as_of;
    return Math.abs(now - as_of) < OWN_TIME_MS ? now : as_of;
  }
}
