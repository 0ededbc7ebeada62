import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StreamSummary } from '#domain';
import { migrate, openClient, type StoreClient } from '#store';

/** A migrated embedded store in a directory of its own, for specs. */
export interface TemporaryStore {
  readonly client: StoreClient;
  readonly path: string;
  discard(): Promise<void>;
}

export const temporaryStore = async (): Promise<TemporaryStore> => {
  const path = mkdtempSync(join(tmpdir(), 'tallylight-store-'));
  const client = await openClient({ kind: 'embedded', path });
  await migrate(client);
  const discard = async (): Promise<void> => {
    await client.close();
    rmSync(path, { recursive: true, force: true });
  };
  return { client, path, discard };
};

/** A live stream that began at 0, changed as told. */
export const streamSummary = (changes: Partial<StreamSummary>): StreamSummary => ({
  stream_id: 's',
  revision: 1,
  title: null,
  host: null,
  host_kind: null,
  channel: null,
  currency: 'CNY',
  planned_gmv_minor: null,
  status: 'live',
  started_at: 0,
  ended_at: null,
  first_pane: 0,
  last_pane: null,
  spans: [{ from: 0, to: null }],
  as_of: 0,
  online: 0,
  quality: 'final',
  late: 0,
  too_late: 0,
  ignored: {
    duplicate: 0,
    unmatched_leave: 0,
    stale_presence: 0,
    too_late: 0,
    after_end: 0,
    order_repeat: 0,
    cue_off: 0,
  },
  coverage: {},
  ...changes,
});
