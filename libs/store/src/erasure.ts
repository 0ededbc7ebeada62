import type { ViewerKey } from '#domain';
import type { StoreClient } from './client.js';
import { readQuery } from './sql-files.js';
import { viewerToUInt64 } from './viewer-column.js';

/** What became of an erasure: the sessions the viewer is gone from, and those still live, which go on writing. */
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

  /**
   * `at`: wall clock, ms. The mark comes first, so that no session is ever without rows and without their mark; and again
   * when the rows are gone, so that what was read between is known to be old.
   */
  async erase(key: ViewerKey, at: number): Promise<Erasure> {
    const viewer = viewerToUInt64(key);
    const found = await this.client.read<{ stream_id: string; is_over: number }>(this.streams, { viewer });
    const erased = found.filter(({ is_over }) => is_over === 1).map(({ stream_id }) => stream_id);
    const live = found.filter(({ is_over }) => is_over === 0).map(({ stream_id }) => stream_id);
    if (erased.length > 0) {
      await this.mark(erased, viewer, at);
      for (const statement of this.deletions) await this.client.write.run(statement, { viewer, stream_ids: erased });
      await this.mark(erased, viewer, at + 1);
    }
    return { erased, live };
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
