import type { DistinctCounts } from '#domain';
import type { StoreClient } from './client.js';
import { readQuery } from './sql-files.js';

/** Exact distinct viewers of windows that end at one moment. */
export class StoreWindows {
  private readonly sql = readQuery('windows-distinct');

  constructor(private readonly client: StoreClient) {}

  /** By length of the window, ms; one in which nobody was is absent. */
  async distinct(stream_id: string, at: number, spans_ms: readonly number[]): Promise<Map<number, DistinctCounts>> {
    const rows = await this.client.read<DistinctCounts & { span_ms: number }>(this.sql, { stream_id, at, spans_ms });
    return new Map(rows.map(({ span_ms, ...counts }) => [span_ms, counts]));
  }
}
