import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#config';
import { FrameLog } from '#ingest';
import type { Logger } from '#observe';
import type { AlertTape, TakeEntry } from '#push';

const SEGMENT_BYTES_MAX = 64 << 20;
const RETRY_MS = 1_000;

/**
 * The file that the alert log is kept in: framed and synced like the journal, beside it. An append that fails is tried
 * again until it is durable: an alert waits for the disk, it is not lost.
 */
export const openAlertFrames = async (
  { dataDir, journalFsync }: Config,
  log: Logger,
): Promise<AlertTape & { close(): Promise<void> }> => {
  const settings = { fsync: journalFsync, segmentBytesMax: SEGMENT_BYTES_MAX };
  const frames = await FrameLog.open(join(dataDir, 'alerts'), settings);
  let next = 0;
  let isOpen = true;
  let take: TakeEntry = () => false;
  return {
    async append(_stream_id, bytes) {
      const position = next++;
      for (;;) {
        try {
          await frames.append(position, bytes);
          return take(bytes);
        } catch (err) {
          if (!isOpen) throw err;
          log.error({ err }, 'an alert could not be logged; it waits');
          await sleep(RETRY_MS);
        }
      }
    },
    async open(takeEntry) {
      take = takeEntry;
      for await (const { position, payload } of frames.read()) {
        next = position + 1;
        take(payload);
      }
    },
    close: () => {
      isOpen = false;
      return frames.close();
    },
  };
};
