import type { Clock, ViewerKey } from '#domain';
import type { StoreClient } from './client.js';
import { readQuery } from './sql-files.js';
import { viewerToUInt64 } from './viewer-column.js';

/** The sessions that a viewer is erased from, those that are over; and those still live, which go on writing. */
export interface Erasure {
  erased: string[];
  live: string[];
}

/** Takes viewers out of what is stored. Panes stay as they are: they count people and know none. */
export class StoreErasure {
  private readonly streams = readQuery('viewer-streams');
  private readonly deletions = [readQuery('erase-events'), readQuery('erase-visits')];
  private readonly count = readQuery('erased');

  constructor(private readonly client: StoreClient) {}

  async sessionsOf(key: ViewerKey): Promise<Erasure> {
    const found = await this.client.read<{ stream_id: string; is_over: number }>(this.streams, {
      viewer: viewerToUInt64(key),
    });
    const erased = found.filter(({ is_over }) => is_over === 1).map(({ stream_id }) => stream_id);
    const live = found.filter(({ is_over }) => is_over === 0).map(({ stream_id }) => stream_id);
    return { erased, live };
  }

  /**
   * The mark comes first, so that no session is ever without rows and without their mark; and again when the rows are gone,
   * with the time of that, so that what was read between is known to be old, also where another erasure ended meanwhile.
   */
  async erase(key: ViewerKey, stream_ids: readonly string[], clock: Clock): Promise<void> {
    if (stream_ids.length === 0) return;
    const viewer = viewerToUInt64(key);
    const began = clock.now();
    await this.mark(stream_ids, viewer, began);
    for (const statement of this.deletions) await this.client.write.run(statement, { viewer, stream_ids });
    await this.mark(stream_ids, viewer, Math.max(began + 1, clock.now()));
  }

  private mark(stream_ids: readonly string[], viewer: string, erased_at: number): Promise<void> {
    const marks = stream_ids.map((stream_id) => JSON.stringify({ stream_id, viewer, erased_at }));
    return this.client.write.insertJson('erasures', marks.join('\n'));
  }

  /** How many viewers were erased of a session. */
  async erased(stream_id: string): Promise<number> {
    const [row] = await this.client.read<{ viewers: number }>(this.count, { stream_id });
    return row?.viewers ?? 0;
  }
}
