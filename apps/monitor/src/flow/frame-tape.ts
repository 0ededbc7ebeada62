import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#config';
import { FrameLog } from '#ingest';
import type { Logger } from '#observe';
import type { TakeEntry } from '#push';
import type { OpenTape } from '../channels/notifications.js';

const SEGMENT_BYTES_MAX = 64 << 20;
const RETRY_MS = 1_000;

/**
 * A tape in files of the data folder, framed and synced like the journal, beside it. An append that fails is tried
 * again until it is durable: what it says waits for the disk, it is not lost.
 */
export const openFrameTape = async (
  folder: 'alerts' | 'settings' | 'outbox',
  { dataDir, journalFsync }: Config,
  log: Logger,
): Promise<OpenTape> => {
  const settings = { fsync: journalFsync, segmentBytesMax: SEGMENT_BYTES_MAX };
  const frames = await FrameLog.open(join(dataDir, folder), settings);
  let next = 0;
  let isPatient = true;
  const giveUp = (): void => void (isPatient = false);
  let take: TakeEntry = () => false;
  return {
    async append(_key, bytes) {
      const position = next++;
      for (;;) {
        try {
          await frames.append(position, bytes);
          return take(bytes, position);
        } catch (err) {
          if (!isPatient) throw err;
          log.error({ err, folder }, 'a line could not be written; it waits');
          await sleep(RETRY_MS);
        }
      }
    },
    async open(takeEntry, from = 0) {
      take = takeEntry;
      next = from;
      for await (const { position, payload } of frames.read(from)) {
        next = Math.max(next, position + 1);
        if (position >= from) take(payload, position);
      }
    },
    giveUp,
    close: () => {
      giveUp();
      return frames.close();
    },
  };
};
