import { Inject, Injectable } from '@nestjs/common';
import type { Snapshot } from '#contract';
import { PANE_MS } from '#domain';
import type { Pane } from '#domain';
import { StoreReader } from '#store';
import { ALERT_FEED, LIVE_ROOMS } from '../ports.js';
import type { AlertFeed, LiveRooms } from '../ports.js';
import { KnownStreams } from '../streams/known-streams.js';
import { paneShown } from './pane-shown.js';

const PANES = 600;

/** What a subscriber is told first; `gone`: changes after `since_seq` are no longer kept. */
export type SnapshotOutcome = { kind: 'snapshot'; snapshot: Snapshot } | { kind: 'gone' } | { kind: 'not_found' };

/** Puts a room's snapshot together: what is stored, and over it what is newer and still on its way there. */
@Injectable()
export class Snapshots {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
  ) {}

  async isKnown(stream_id: string): Promise<boolean> {
    return this.rooms.get(stream_id) !== undefined || (await this.store.stream(stream_id)) !== null;
  }

  /**
   * `joined` is called between the last wait and the reading of panes and alerts: what happens later comes as messages,
   * what happened before is in the snapshot, and nothing falls between.
   */
  async take(stream_id: string, since_seq: number | null, joined: () => void): Promise<SnapshotOutcome> {
    const stream = await this.store.stream(stream_id);
    if (stream === null) return { kind: 'not_found' };
    const from = (this.rooms.get(stream_id)?.as_of ?? stream.as_of) - PANES * PANE_MS;
    const [stored, presentations, cues] = await Promise.all([
      this.store.panes(stream_id, { from, to: Number.MAX_SAFE_INTEGER }),
      this.store.presentations(stream_id),
      this.store.cues(stream_id),
    ]);
    const alerts = this.feed.since(stream_id, since_seq ?? 0);
    const isGone = since_seq !== null && alerts[0] !== undefined && alerts[0].seq !== since_seq + 1;
    if (isGone) return { kind: 'gone' };

    joined();
    const room = this.rooms.get(stream_id);
    const panes = newest(stored, room?.panes ?? []).slice(-PANES);
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
