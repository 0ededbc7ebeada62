import { join } from 'node:path';
import type { Config } from '#config';
import { FrameLog } from '#ingest';
import type { Appender } from '#push';

const SEGMENT_BYTES_MAX = 64 << 20;

/** The file that the alert log is kept in: framed and synced like the journal, beside it. */
export const openAlertFrames = async ({
  dataDir,
  journalFsync,
}: Config): Promise<Appender & { close(): Promise<void> }> => {
  const frames = await FrameLog.open(join(dataDir, 'alerts'), {
    fsync: journalFsync,
    segmentBytesMax: SEGMENT_BYTES_MAX,
  });
  let next = 0;
  return {
    append: (bytes) => frames.append(next++, bytes),
    async *readAll() {
      for await (const { position, payload } of frames.read()) {
        next = position + 1;
        yield payload;
      }
    },
    close: () => frames.close(),
  };
};
