import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#domain';
import { runTally } from '../../apps/cli/src/tally.js';
import { leaveOut } from '../kit/leave-out.js';
import { answersOf, comparable } from '../simulation/crash-answers.js';
import { CRASH_TOKEN, CrashMonitor } from '../simulation/crash-monitor.js';

const TIMEOUT_MS = 240_000;
const DISK_BYTES = 256 << 20;

const disk = mkdtempSync(join(tmpdir(), 'tallylight-disk-'));
const mounted = ((): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!mounted) leaveOut('a full disk', 'a small file system must be mounted, which takes root');
const withDisk = mounted ? describe : describe.skip;
afterAll(() => {
  if (mounted) execFileSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true, force: true });
});

withDisk('a monitor whose disk is full', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-full-'));
  const ballast = join(disk, 'ballast');
  const full = new CrashMonitor({ DATA_DIR: join(disk, 'data') });
  const ample = new CrashMonitor();
  let lines: string[];

  beforeAll(async () => {
    const file = join(folder, 'session.ndjson');
    const session = ['--stream', 'full', '--start', '1750000000000', '--seed', '7', '--duration', '8m'];
    const shape = ['--effect', '240:60:8', '--online', '200', '--speed', 'max', '--out', file];
    const code = await runTally(['simulate', ...session, ...shape], {
      environment: {},
      clock: systemClock,
      print: () => undefined,
      complain: () => undefined,
      progress: { write: () => true, isTTY: false },
      stop: new AbortController().signal,
    });
    expect(code).toBe(0);
    lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    await Promise.all([full.start(), ample.start()]);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all([full.discard(), ample.discard()]);
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  /** To the last block: what the store merges away meanwhile is taken too. */
  const fill = (): void => {
    const file = openSync(ballast, 'a');
    try {
      for (let size = 1 << 20; size >= 1 << 12;) {
        try {
          writeSync(file, Buffer.alloc(size));
        } catch {
          size >>= 1;
        }
      }
    } finally {
      closeSync(file);
    }
  };

  const post = (some: readonly string[]): Promise<Response> =>
    fetch(`${full.url}/api/v1/events`, {
      method: 'POST',
      body: `${some.join('\n')}\n`,
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${CRASH_TOKEN}`, connection: 'close' },
    });

  it(
    'takes nothing, says why, and goes on with the same numbers when there is room again',
    async () => {
      const half = Math.ceil(lines.length / 2);
      expect((await post(lines.slice(0, half))).status).toBe(200);
      fill();
      const refused = await post(lines.slice(half));
      const { detail } = (await refused.json()) as { detail: string };
      expect([refused.status, detail]).toEqual([503, expect.stringMatching(/ENOSPC.*free space/)]);
      await full.readiness((answer) => answer.includes('ENOSPC'));
      rmSync(ballast);
      await full.readiness((answer) => answer.includes('"ready"'));
      expect((await post(lines.slice(half))).status).toBe(200);
      expect((await ample.post(lines)).kind).toBe('taken');
      expect(comparable(await answersOf(full, 'full'))).toEqual(comparable(await answersOf(ample, 'full')));
    },
    TIMEOUT_MS,
  );
});
