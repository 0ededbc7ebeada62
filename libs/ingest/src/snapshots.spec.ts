import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { readSnapshot, snapshotBytes, type SnapshotPart } from './snapshot-bytes.js';
import { Snapshots, type SnapshotRooms } from './snapshots.js';

interface State {
  seen: Map<string, number>;
  columns: Uint32Array;
  watermark: number;
}
const partOf = (n: number, stream_id = `room-${n}`): SnapshotPart<State> => ({
  stream_id,
  positions: new Map([['journal', n]]),
  state: { seen: new Map([['e1', n]]), columns: Uint32Array.of(n, n + 1), watermark: -Infinity },
});
const whole = (parts: Iterable<SnapshotPart<State>>): SnapshotRooms<State> => ({ all: () => parts, since: null });
const SAFE = (): Promise<void> => Promise.resolve();
const headAt = (n: number) => ({ positions: new Map([['journal', n]]), resting: new Map() });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallylight-snapshots-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const snapshots = (): Snapshots<State> => new Snapshots<State>(directory);
/** Writes a snapshot of one room that stands at position n. */
const write = (n: number): Promise<void> => snapshots().write(headAt(n), whole([partOf(n)]), SAFE);
const newestPosition = async (): Promise<number | undefined> => (await snapshots().newest())?.positions.get('journal');
const files = (): string[] => readdirSync(directory).sort();

describe('snapshots', () => {
  it('give back maps, columns and infinities as they were', async () => {
    await snapshots().write(headAt(9), whole([partOf(1), partOf(2)]), SAFE);
    expect(await snapshots().newest()).toEqual({
      positions: new Map([['journal', 9]]),
      parts: [partOf(1), partOf(2)],
      resting: new Map(),
    });
  });

  it('are none in a folder that is empty or not there', async () => {
    expect(await snapshots().newest()).toBeNull();
    expect(await new Snapshots(join(directory, 'nowhere')).newest()).toBeNull();
  });

  it('are kept two at a time, beyond any number of digits', async () => {
    writeFileSync(join(directory, 'snapshot-999999.bin'), '');
    for (const n of [1, 2, 3]) await write(n);
    expect(files()).toEqual(['snapshot-1000001.bin', 'snapshot-1000002.bin']);
    expect(await newestPosition()).toBe(3);
  });

  it('hold each room as it was when its turn came, and give way in between', async () => {
    const rooms = [partOf(1), partOf(2)];
    for (const { state } of rooms) state.columns = new Uint32Array(1 << 18);
    function* inTurn() {
      for (const room of rooms) {
        setImmediate(() => rooms.forEach(({ state }) => (state.watermark = 77)));
        yield room;
      }
    }
    await snapshots().write(headAt(1), whole(inTurn()), SAFE);
    expect((await snapshots().newest())!.parts.map(({ state }) => state.watermark)).toEqual([-Infinity, 77]);
  });

  it('count only once what they tell of is safe, which is asked after the last room', async () => {
    await write(1);
    const taken: number[] = [];
    function* inTurn() {
      for (const n of [2, 3]) {
        taken.push(n);
        yield partOf(n);
      }
    }
    const unsafe = snapshots().write(headAt(2), whole(inTurn()), () =>
      Promise.reject(new Error(`unsafe after ${String(taken)}`)),
    );
    await expect(unsafe).rejects.toThrow('unsafe after 2,3');
    expect(await newestPosition()).toBe(1);
  });
});

describe('bytes of a snapshot that follow upon others', () => {
  const bytes = (n: number, parts: SnapshotPart<State>[], dropped: string[] = []): Buffer =>
    Buffer.concat([...snapshotBytes({ ...headAt(n), dropped }, parts)]);

  it('stand for what changed since: rooms anew, rooms that went, and where reading goes on', () => {
    const all = [
      bytes(1, [partOf(1, 'a'), partOf(1, 'b'), partOf(1, 'c')]),
      bytes(2, [partOf(2, 'b')], ['a']),
      bytes(3, [partOf(3, 'a')], ['c']),
    ];
    const read = readSnapshot<State>(Buffer.concat(all))!;
    expect(read.positions).toEqual(headAt(3).positions);
    const byId = Object.fromEntries(read.parts.map((part) => [part.stream_id, part]));
    expect(byId).toEqual({ a: partOf(3, 'a'), b: partOf(2, 'b') });
  });

  it('leave nothing to be read where the last of them are not whole', () => {
    const all = Buffer.concat([bytes(1, [partOf(1)]), bytes(2, [partOf(2)])]);
    const first = bytes(1, [partOf(1)]).length;
    for (let cut = 0; cut < all.length; cut++)
      expect([cut, readSnapshot(all.subarray(0, cut)) !== null]).toEqual([cut, cut === first]);
  });
});

describe('a crash while a snapshot is written', () => {
  it('leaves the one before: what is not renamed is no snapshot, and the next one takes its place', async () => {
    await write(1);
    writeFileSync(join(directory, 'snapshot.partial'), 'half of a sna');
    expect(await newestPosition()).toBe(1);
    await write(2);
    expect(await newestPosition()).toBe(2);
    expect(files()).toEqual(['snapshot-000001.bin', 'snapshot-000002.bin']);
  });

  it('or a disk that lost its end, at whatever byte, leaves the one before', async () => {
    await write(1);
    await write(2);
    const newest = join(directory, files().at(-1)!);
    const whole = readFileSync(newest);
    for (let cut = 0; cut < whole.length; cut++) {
      writeFileSync(newest, whole.subarray(0, cut));
      expect([cut, await newestPosition()]).toEqual([cut, 1]);
    }
  });

  it('or a bit that turned leaves the one before', async () => {
    await write(1);
    await write(2);
    const newest = join(directory, files().at(-1)!);
    const damaged = readFileSync(newest);
    damaged[damaged.length - 3]! ^= 4;
    writeFileSync(newest, damaged);
    expect(await newestPosition()).toBe(1);
  });
});

describe('snapshots that cannot be used', () => {
  const ofAnotherFormat = (): Buffer => {
    const head = serialize({ format: 999, positions: new Map() });
    const header = Buffer.alloc(8);
    header.writeUInt32LE(head.length, 0);
    header.writeUInt32LE(crc32(head), 4);
    return Buffer.concat([header, head]);
  };

  it('stop the start: the log no longer reaches back to the beginning', async () => {
    writeFileSync(join(directory, 'snapshot-000001.bin'), ofAnotherFormat());
    await expect(snapshots().newest()).rejects.toThrow(`${directory}: no snapshot here is whole and of format`);
  });

  it('are passed over where an older one can be', async () => {
    await write(1);
    writeFileSync(join(directory, 'snapshot-000002.bin'), ofAnotherFormat());
    expect(await newestPosition()).toBe(1);
  });
});
