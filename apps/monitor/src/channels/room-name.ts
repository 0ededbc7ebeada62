import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreReader } from '#store';

/** A name is not waited for: a channel is told all the same while the store is away. */
const NAMED_WITHIN_MS = 2_000;

/**
 * What people call a stream, whoever owns it: its title as `titleOf` knows it where it is owned here, else as it is
 * stored; its id where there is none, or the store does not say in time. Never rejects.
 */
export const roomNamer =
  (titleOf: (stream_id: string) => string | null, store: Pick<StoreReader, 'summaries'>) =>
  async (stream_id: string): Promise<string> => {
    const stored = async (): Promise<string | null> => (await store.summaries([stream_id]))[0]?.title ?? null;
    const inTime = (): Promise<string | null> =>
      Promise.race([stored().catch(() => null), sleep(NAMED_WITHIN_MS, null, { ref: false })]);
    return titleOf(stream_id) ?? (await inTime()) ?? stream_id;
  };
