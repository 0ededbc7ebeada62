import type { PresentationRow } from '#contract';
import type { StreamSummary } from '#domain';

type Session = Pick<StreamSummary, 'stream_id' | 'revision' | 'status'>;

/**
 * Ledgers of sessions that are over, as long as nothing changes in them: whatever does gives the session a larger revision.
 * Those asked for longest ago go first; `rowsMax` presentations are kept at most.
 */
export class KeptLedgers {
  private readonly kept = new Map<string, { revision: number; rows: readonly PresentationRow[] }>();
  private rowsKept = 0;

  constructor(private readonly rowsMax: number) {}

  get({ stream_id, revision }: Session): readonly PresentationRow[] | undefined {
    const found = this.kept.get(stream_id);
    if (found === undefined || found.revision !== revision) return undefined;
    this.kept.delete(stream_id);
    this.kept.set(stream_id, found);
    return found.rows;
  }

  put({ stream_id, revision, status }: Session, rows: readonly PresentationRow[]): void {
    this.drop(stream_id);
    if (status !== 'ended' || rows.length > this.rowsMax) return;
    this.kept.set(stream_id, { revision, rows });
    this.rowsKept += rows.length;
    for (const oldest of this.kept.keys()) {
      if (this.rowsKept <= this.rowsMax) return;
      this.drop(oldest);
    }
  }

  /** What was stored has changed without a new revision: somebody was erased. */
  forget(stream_ids: readonly string[]): void {
    for (const stream_id of stream_ids) this.drop(stream_id);
  }

  private drop(stream_id: string): void {
    this.rowsKept -= this.kept.get(stream_id)?.rows.length ?? 0;
    this.kept.delete(stream_id);
  }
}
