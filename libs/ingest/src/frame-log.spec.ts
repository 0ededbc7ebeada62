import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open as openFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { FrameLog, type FrameLogSettings } from './frame-log.js';

const SETTINGS: FrameLogSettings = { fsync: false, segmentBytesMax: 1 << 20 };
const HEADER_BYTES = 16;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallylight-frames-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

const open = (settings: Partial<FrameLogSettings> = {}): Promise<FrameLog> =>
  FrameLog.open(directory, { ...SETTINGS, ...settings });
const framesOf = async (log: FrameLog, from?: number): Promise<[number, string][]> => {
  const frames: [number, string][] = [];
  for await (const { position, payload } of log.read(from)) frames.push([position, Buffer.from(payload).toString()]);
  return frames;
};
const framesOnDisk = async (): Promise<[number, string][]> => {
  const log = await open();
  return framesOf(log).finally(() => log.close());
};
const segmentFiles = (): string[] => readdirSync(directory).sort();
const lastSegment = (): string => join(directory, segmentFiles().at(-1)!);
/** A closed log of these texts at positions 0, 1, 2 …, each in a segment of its own where `apart`. */
const logOf = async (texts: readonly string[], apart = false): Promise<void> => {
  const log = await open(apart ? { segmentBytesMax: 1 } : {});
  for (const [position, text] of texts.entries()) await log.append(position, bytes(text));
  await log.close();
};

describe('a frame log', () => {
  it.each([true, false])(
    'gives back what was appended, in order, after it was opened again (fsync %s)',
    async (fsync) => {
      const log = await open({ fsync });
      await log.append(0, bytes('one'));
      await log.append(5, bytes(''));
      await log.close();
      const again = await open({ fsync });
      await again.append(7, bytes('三'));
      expect(await framesOf(again)).toEqual([
        [0, 'one'],
        [5, ''],
        [7, '三'],
      ]);
      await again.close();
    },
  );

  it('answers appends in the order of the calls, however many share one write', async () => {
    const log = await open();
    const answered: number[] = [];
    const positions = Array.from({ length: 200 }, (_, i) => i);
    await Promise.all(positions.map((i) => log.append(i, bytes(`frame ${i}`)).then(() => answered.push(i))));
    expect(answered).toEqual(positions);
    expect((await framesOf(log)).map(([position]) => position)).toEqual(positions);
    await log.close();
  });

  it('is durable when it answers: a reader of the files finds the frame', async () => {
    const log = await open();
    await log.append(0, bytes('here'));
    expect(readFileSync(lastSegment()).subarray(HEADER_BYTES).toString()).toBe('here');
    await log.close();
  });

  it('tells how much is handed over and not yet durable', async () => {
    const log = await open();
    const appended = log.append(0, bytes('12345'));
    expect(log.waitingBytes).toBe(HEADER_BYTES + 5);
    await appended;
    expect(log.waitingBytes).toBe(0);
    await log.close();
  });

  it('waits for what was handed over before it closes', async () => {
    const log = await open();
    const appended = log.append(0, bytes('last'));
    await log.close();
    await appended;
    expect(await framesOnDisk()).toEqual([[0, 'last']]);
  });
});

describe('segments', () => {
  it('are named by their first position, and reading begins with the one that holds what is asked for', async () => {
    await logOf(['a', 'b', 'c', 'd'], true);
    expect(segmentFiles()).toEqual([0, 1, 2, 3].map((n) => `${String(n).padStart(16, '0')}.log`));
    const log = await open();
    expect((await framesOf(log, 2)).map(([, text]) => text)).toEqual(['c', 'd']);
    expect((await framesOf(log, 99)).map(([, text]) => text)).toEqual(['d']);
    await log.close();
  });

  it('are pruned when all of their frames lie below; the last one stays', async () => {
    await logOf(['a', 'b', 'c', 'd'], true);
    const log = await open();
    await log.prune(2);
    expect((await framesOf(log)).map(([, text]) => text)).toEqual(['c', 'd']);
    await log.prune(1_000);
    expect((await framesOf(log)).map(([, text]) => text)).toEqual(['d']);
    await log.append(4, bytes('e'));
    expect((await framesOf(log)).map(([, text]) => text)).toEqual(['d', 'e']);
    await log.close();
  });
});

describe('a crash in the middle of a write', () => {
  it('leaves every frame before it, whatever byte it tore the file at, and the log goes on from there', async () => {
    const texts = ['first', 'the second', '第三'];
    const ends = texts.map((_, n) =>
      texts.slice(0, n + 1).reduce((sum, text) => sum + HEADER_BYTES + bytes(text).length, 0),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: ends.at(-1)! }), async (cut) => {
        await logOf(texts);
        truncateSync(lastSegment(), cut);
        const whole = ends.filter((end) => end <= cut).length;
        const log = await open();
        await log.append(9, bytes('after'));
        await log.close();
        expect((await framesOnDisk()).map(([, text]) => text)).toEqual([...texts.slice(0, whole), 'after']);
        rmSync(directory, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });

  it('may leave any bytes at the end: they are no frame', async () => {
    await logOf(['a']);
    appendFileSync(lastSegment(), Buffer.alloc(100, 0xa5));
    const log = await open();
    expect(await framesOf(log)).toEqual([[0, 'a']]);
    await log.append(1, bytes('b'));
    expect(await framesOf(log)).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    await log.close();
  });
});

describe('a file that was damaged', () => {
  it('anywhere but at the very end is an error that names file and byte, never a gap', async () => {
    await logOf(['a', 'b', 'c'], true);
    const middle = join(directory, segmentFiles()[1]!);
    const damaged = readFileSync(middle);
    damaged[HEADER_BYTES]! ^= 1;
    writeFileSync(middle, damaged);
    const log = await open();
    await expect(framesOf(log)).rejects.toThrow(`${middle}: broken frame at byte 0`);
    await log.close();
  });
});

describe('a disk that takes no more', () => {
  it('fails the append, leaves no half frame, and the log goes on once there is room', async () => {
    const log = await open();
    await log.append(0, bytes('kept'));
    await fillDisk(0);
    const half = log.append(1, bytes('half of this is written'));
    await expect(half).rejects.toThrow(`${directory}: could not be written (no space left); free space`);
    expect(log.waitingBytes).toBe(0);
    await log.append(1, bytes('kept too'));
    await log.close();
    expect(await framesOnDisk()).toEqual([
      [0, 'kept'],
      [1, 'kept too'],
    ]);
  });

  it('is no trouble any more once there is room, though nobody appends', async () => {
    const log = await open();
    await fillDisk(0);
    await expect(log.append(0, bytes('nothing of this'))).rejects.toThrow('free space');
    expect(log.failure).not.toBeNull();
    while (log.failure !== null) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await framesOf(log)).toEqual([]);
    await log.close();
  });

  it('fails every append that shared the write, and none that went before', async () => {
    const log = await open();
    await fillDisk(1);
    const appends = ['alone', 'together', 'with this'].map((text, position) => log.append(position, bytes(text)));
    const outcomes = await Promise.allSettled(appends);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await framesOf(log)).toEqual([[0, 'alone']]);
    await log.close();
  });
});

/** After so many writes, one gets half of its bytes onto the disk and then fails. */
const fillDisk = async (afterWrites: number): Promise<void> => {
  const any = await openFile(tmpdir(), 'r');
  const prototype = Object.getPrototypeOf(any) as FileHandle;
  await any.close();
  const write = prototype.write as (this: FileHandle, ...bytesFromLengthAt: unknown[]) => Promise<never>;
  const spy = jest.spyOn(prototype, 'write') as unknown as jest.Mocked<typeof write>;
  for (let i = 0; i < afterWrites; i++) spy.mockImplementationOnce(write);
  spy.mockImplementationOnce(function (bytes, from, length, at) {
    return write.call(this, bytes, from, (length as number) >> 1, at);
  });
  spy.mockRejectedValueOnce(new Error('no space left'));
};
