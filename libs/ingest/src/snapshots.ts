import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  inChunks,
  readSnapshot,
  SNAPSHOT_FORMAT,
  snapshotBytes,
  type Snapshot,
  type SnapshotHead,
  type SnapshotPart,
} from './snapshot-bytes.js';

/** The rooms of a snapshot: all of them, or what became of them since the one that was written last. One of both is asked for. */
export interface SnapshotRooms<State> {
  all(): Iterable<SnapshotPart<State>>;
  /** `null`: not known; all of them are to be written. */
  since: { parts(): Iterable<SnapshotPart<State>>; dropped: readonly string[] } | null;
}

/** Where the snapshots of one lane are kept. */
export interface SnapshotStore<State> {
  /**
   * Makes these rooms the newest snapshot, each taken and written when its turn comes: no more than one of them and a
   * chunk is in memory. It counts only once `safe`, asked after the last of them, has settled.
   */
  write(head: SnapshotHead, rooms: SnapshotRooms<State>, safe: () => Promise<void>): Promise<void>;
  /** The newest that is whole; `null` where there has never been one. Rejects where there are some and none can be used. */
  newest(): Promise<Snapshot<State> | null>;
}

const KEPT = 2;
const NAME = /^snapshot-(\d{6,})\.bin$/;

/**
 * Snapshots of the flow in a folder, the last two kept. A snapshot is written beside the others and renamed once whole
 * and synced, so a crash leaves the one before.
 */
export class Snapshots<State> implements SnapshotStore<State> {
  constructor(private readonly directory: string) {}

  async write(head: SnapshotHead, { all }: SnapshotRooms<State>, safe: () => Promise<void>): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const number = ((await this.numbers()).at(-1) ?? 0) + 1;
    const temporary = join(this.directory, 'snapshot.partial');
    const file = await open(temporary, 'w');
    try {
      for (const chunk of inChunks(snapshotBytes(head, all()))) await file.write(chunk);
      await file.datasync();
      await safe();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path(number));
    for (const old of (await this.numbers()).slice(0, -KEPT)) await unlink(this.path(old));
  }

  /**
   * The newest snapshot that is whole; `null` where there has never been one. Where there are some and none can be used,
   * that is an error: the log alone does not reach back to the beginning any more.
   */
  async newest(): Promise<Snapshot<State> | null> {
    const numbers = await this.numbers();
    for (const number of numbers.reverse()) {
      const snapshot = readSnapshot<State>(await readFile(this.path(number)));
      if (snapshot !== null) return snapshot;
    }
    if (numbers.length === 0) return null;
    throw new Error(
      `${this.directory}: no snapshot here is whole and of format ${SNAPSHOT_FORMAT}; run the version that wrote them, or move the data folder away and import the sessions again`,
    );
  }

  private async numbers(): Promise<number[]> {
    const files = await readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return files
      .map((file) => NAME.exec(file)?.[1])
      .filter((number) => number !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  private path(number: number): string {
    return join(this.directory, `snapshot-${String(number).padStart(6, '0')}.bin`);
  }
}
