import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ViewerKey } from '#domain';
import {
  CHUNK,
  chunkOf,
  FROM,
  LAST_TS,
  emptyViewerTable,
  findOrAddViewer as findOrAdd,
  findViewer as find,
  keyOf,
  removeViewer,
  renameViewer,
  timesAt,
  type ViewerTable,
} from './viewer-table.js';

/** Keys as spread as a hash's, the same in every run. */
const keyAt = (n: number): ViewerKey => ({
  hi: Math.imul(n + 1, 0x9e3779b1) | 0,
  lo: Math.imul(n ^ 0x5bd1e995, 0x85ebca6b) | 0,
});
const findViewer = (table: ViewerTable, { hi, lo }: ViewerKey): number => find(table, hi, lo);
const findOrAddViewer = (table: ViewerTable, { hi, lo }: ViewerKey): number => findOrAdd(table, hi, lo);
const fill = (table: ViewerTable, count: number, key = keyAt): number[] =>
  Array.from({ length: count }, (_, n) => findOrAddViewer(table, key(n)));

describe('a table of viewers', () => {
  // Few keys, half of which share a place, so that probing, shifting back and free slots all meet.
  it('holds what a Map would after any adds and removes', () => {
    const key = fc.record({ hi: fc.constantFrom(0, 1, -1, 1 << 30), lo: fc.integer({ min: 0, max: 24 }) });
    const act = fc.record({ adds: fc.boolean(), key });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 400 }), (acts) => {
        const table = emptyViewerTable();
        const model = new Map<string, number>();
        for (const { adds, key } of acts) {
          const name = `${key.hi}/${key.lo}`;
          if (adds) {
            const slot = findOrAddViewer(table, key);
            expect(slot).toBe(model.get(name) ?? slot);
            model.set(name, slot);
          } else if (model.has(name)) {
            removeViewer(table, model.get(name)!);
            model.delete(name);
          }
          expect(findViewer(table, key)).toBe(model.get(name) ?? -1);
        }
        expect(table.size).toBe(model.size);
        expect(new Set(model.values()).size).toBe(model.size);
        for (const [name, slot] of model) {
          const { hi, lo } = keyOf(table, slot);
          expect(`${hi}/${lo}`).toBe(name);
        }
      }),
    );
  });

  it('knows a viewer by another key where she was given one, in the same slot, and by the old one no more', () => {
    const table = emptyViewerTable();
    const slots = fill(table, 3_000);
    const key = (n: number): ViewerKey => keyAt(n + 100_000);
    for (let n = 0; n < 3_000; n += 3) expect(renameViewer(table, keyAt(n), key(n))).toBe(true);
    expect(renameViewer(table, keyAt(0), key(0))).toBe(false);
    expect(table.size).toBe(3_000);
    for (const [n, slot] of slots.entries()) {
      expect(findViewer(table, keyAt(n))).toBe(n % 3 === 0 ? -1 : slot);
      if (n % 3 === 0) expect(findViewer(table, key(n))).toBe(slot);
    }
    fill(table, 20_000, (n) => keyAt(n + 200_000));
    for (let n = 0; n < 3_000; n += 3) expect(findViewer(table, key(n))).toBe(slots[n]!);
  });

  it('keeps every slot for life while it grows past chunks and splits of its index', () => {
    const table = emptyViewerTable();
    const slots = fill(table, 10 * CHUNK);
    expect(table.depth).toBeGreaterThan(2);
    expect(slots).toEqual(slots.map((_, n) => n));
    expect(slots.every((slot, n) => findViewer(table, keyAt(n)) === slot)).toBe(true);
    expect(findViewer(table, keyAt(10 * CHUNK))).toBe(-1);
  });

  it('tells keys apart that share the upper half, or the lower', () => {
    const table = emptyViewerTable();
    const lower = fill(table, 300, (n) => ({ hi: n << 20, lo: 7 }));
    const upper = fill(table, 300, (n) => ({ hi: 7, lo: n }));
    expect(new Set([...lower, ...upper]).size).toBe(600);
  });

  it('gives a free slot out again, empty', () => {
    const table = emptyViewerTable();
    const [first] = fill(table, 3);
    chunkOf(table, first!).times[timesAt(first!) + FROM] = 42;
    removeViewer(table, first!);
    const again = findOrAddViewer(table, keyAt(99));
    expect(again).toBe(first);
    expect(chunkOf(table, again).times[timesAt(again) + FROM]).toBe(0);
    expect(chunkOf(table, again).times[timesAt(again) + LAST_TS]).toBe(-Infinity);
    expect(table.slots).toBe(3);
  });

  it('needs no more room when as many go as come', () => {
    const table = emptyViewerTable();
    fill(table, CHUNK);
    for (let n = CHUNK; n < 4 * CHUNK; n++) {
      removeViewer(table, findViewer(table, keyAt(n - CHUNK)));
      findOrAddViewer(table, keyAt(n));
    }
    expect([table.size, table.slots, table.chunks.length]).toEqual([CHUNK, CHUNK, 1]);
  });

  it('goes on as it would have after a structured clone', () => {
    const table = emptyViewerTable();
    fill(table, CHUNK + 10);
    removeViewer(table, 5);
    const clone = structuredClone(table);
    for (let n = 0; n < 2 * CHUNK; n++)
      expect(findOrAddViewer(clone, keyAt(n * 3))).toBe(findOrAddViewer(table, keyAt(n * 3)));
  });
});
