import type { Alert } from '#domain';
import type { AlertEntry } from './alert-entry.js';
import type { KnownAlert } from './shall-we-tell.js';

/** Changes kept in memory for those who were away, per stream; whoever asks for older ones is told that they are gone. */
export const CHANGES_KEPT_MAX = 10_000;

/** The alerts of one stream, of all its changes or of those after a `seq`: the changes in order, and each alert as it is now. */
export class StreamAlerts {
  private readonly entries: AlertEntry[] = [];
  private readonly byId = new Map<string, { latest: Alert; decided: Set<string> }>();

  constructor(
    readonly stream_id: string,
    public newestSeq = 0,
  ) {}

  take(entry: AlertEntry): void {
    const { alert, cause } = entry;
    this.newestSeq = alert.seq;
    this.entries.push(entry);
    if (this.entries.length > CHANGES_KEPT_MAX) this.entries.shift();
    const decided = this.byId.get(alert.alert_id)?.decided ?? new Set();
    if (cause.kind === 'decision') decided.add(cause.key);
    this.byId.set(alert.alert_id, { latest: alert, decided });
  }

  /** Changes that are kept. */
  get size(): number {
    return this.entries.length;
  }

  /** Entries with `seq` above this, in order; the first has a larger `seq` than the next one where older ones are gone. */
  entriesSince(seq: number): AlertEntry[] {
    const first = this.entries[0]?.alert.seq ?? 1;
    return this.entries.slice(Math.max(0, seq + 1 - first));
  }

  known(alert_id: string): KnownAlert | undefined {
    return this.byId.get(alert_id);
  }

  /** Each alert as it is now, newest change first. */
  latest(): Alert[] {
    return [...this.byId.values()].map(({ latest }) => latest).sort((a, b) => b.seq - a.seq);
  }
}
