import { Inject, Injectable } from '@nestjs/common';
import type { Snapshot } from '#contract';
import { PANE_MS } from '#domain';
import type { Clock, Pane } from '#domain';
import { StoreReader } from '#store';
import type { StoredCue, StoredPresentation, StoredStream } from '#store';
import { ALERT_FEED, CLOCK, LIVE_ROOMS } from '../ports.js';
import type { AlertFeed, LiveRooms } from '../ports.js';
import { KnownStreams } from '../streams/known-streams.js';
import { paneShown } from './pane-shown.js';

const PANES = 600;
/** The live half of a snapshot is of now; the stored half may be this old, ms: less than rows wait before they are stored. */
const SHARED_MS = 500;

interface Stored {
  stream: StoredStream;
  panes: Pane[];
  presentations: StoredPresentation[];
  cues: StoredCue[];
}

/** What a subscriber is told first; `gone`: changes after `since_seq` are no longer kept. */
export type SnapshotOutcome = { kind: 'snapshot'; snapshot: Snapshot } | { kind: 'gone' } | { kind: 'not_found' };

/** Puts a room's snapshot together: what is stored, and over it what is newer and still on its way there. */
@Injectable()
export class Snapshots {
  private readonly recent = new Map<string, { asked_at: number; answer: Promise<Stored | null> }>();

  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async isKnown(stream_id: string): Promise<boolean> {
    return this.rooms.get(stream_id) !== undefined || (await this.store.stream(stream_id)) !== null;
  }

  /**
   * `joined` is called between the last wait and the reading of panes and alerts: what happens later comes as messages,
   * what happened before is in the snapshot, and nothing falls between.
   */
  async take(stream_id: string, since_seq: number | null, joined: () => void): Promise<SnapshotOutcome> {
    const stored = await this.stored(stream_id);
    if (stored === null) return { kind: 'not_found' };
    const { stream, presentations, cues } = stored;
    const alerts = this.feed.since(stream_id, since_seq ?? 0);
    const isGone = since_seq !== null && alerts[0] !== undefined && alerts[0].seq !== since_seq + 1;
    if (isGone) return { kind: 'gone' };

    joined();
    const room = this.rooms.get(stream_id);
    const panes = newest(stored.panes, room?.panes ?? []).slice(-PANES);
    const row = this.streams.row(stream);
    const now = room && { online: room.online, status: room.status, data: room.data };
    return {
      kind: 'snapshot',
      snapshot: {
        stream: { ...row, ...now },
        panes: panes.map(paneShown),
        presentations,
        cues,
        alerts,
        seq: this.feed.newestSeq(stream_id),
      },
    };
  }

  /** Shared by all who ask within a moment: when a thousand sockets come back at once, the store is asked once. */
  private stored(stream_id: string): Promise<Stored | null> {
    const now = this.clock.now();
    for (const [id, { asked_at }] of this.recent) if (now - asked_at > SHARED_MS) this.recent.delete(id);
    const known = this.recent.get(stream_id);
    if (known !== undefined) return known.answer;
    const answer = this.read(stream_id);
    this.recent.set(stream_id, { asked_at: now, answer });
    const forget = (): void => void this.recent.delete(stream_id);
    answer.then((stored) => stored ?? forget(), forget);
    return answer;
  }

  private async read(stream_id: string): Promise<Stored | null> {
    const stream = await this.streams.orJustBegun(stream_id, () => this.store.stream(stream_id));
    if (stream === null) return null;
    const from = (this.rooms.get(stream_id)?.as_of ?? stream.as_of) - PANES * PANE_MS;
    const [panes, presentations, cues] = await Promise.all([
      this.store.panes(stream_id, { from, to: Number.MAX_SAFE_INTEGER }),
      this.store.presentations(stream_id),
      this.store.cues(stream_id),
    ]);
    return { stream, panes, presentations, cues };
  }
}

/** The panes of both, oldest first, of each moment the larger revision. */
const newest = (stored: readonly Pane[], live: readonly Pane[]): Pane[] => {
  const byTime = new Map(stored.map((pane) => [pane.ts, pane]));
  for (const pane of live) {
    const known = byTime.get(pane.ts);
    if (known === undefined || known.revision <= pane.revision) byTime.set(pane.ts, pane);
  }
  return [...byTime.values()].sort((a, b) => a.ts - b.ts);
};
