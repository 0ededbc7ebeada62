import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PANE_MS, SOURCES, viewerFromHex, type Pane, type Visit } from '#domain';
import { StoreReader, StoreWriter } from '#store';
import { arbitraryPane } from '../kit/arbitrary-panes.js';
import { temporaryStore, type TemporaryStore } from '../kit/temporary-store.js';

let store: TemporaryStore;
let writer: StoreWriter;
beforeAll(async () => {
  store = await temporaryStore();
  writer = new StoreWriter(store.client, (table, error) => {
    throw new Error(`insert into ${table} failed`, { cause: error });
  });
});
afterAll(async () => {
  await writer.close();
  await store.discard();
});

let runs = 0;

it('reads every pane back as it was written, block after block', async () => {
  const reader = new StoreReader(store.client);
  const panes = fc
    .nat(12)
    .chain((length) => fc.tuple(...Array.from({ length: length + 1 }, (_, n) => arbitraryPane(n * PANE_MS))));
  await fc.assert(
    fc.asyncProperty(panes, fc.nat(12), async (drawn, cut) => {
      const stream_id = `panes ${runs++}`;
      const written: Pane[] = drawn.map((pane) => ({ ...pane, stream_id }));
      for (const block of [written.slice(0, cut), written.slice(cut)]) {
        writer.writePanes(block);
        await writer.flush();
      }
      expect(await reader.panes(stream_id, { from: 0, to: written.length * PANE_MS })).toEqual(written);
    }),
    { numRuns: 25 },
  );
});

it('reads every visit back as it was written', async () => {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const visit = fc.record({
    viewer: fc.record({ hi: int32, lo: int32 }),
    from: fc.nat(),
    to: fc.option(fc.nat()),
    ended: fc.option(fc.constantFrom('leave', 'timeout', 'censored')),
    source: fc.constantFrom(...SOURCES),
    returning: fc.boolean(),
    revision: fc.nat({ max: 2 ** 52 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(visit, { selector: ({ from }) => from, maxLength: 20 }), async (drawn) => {
      const stream_id = `visits ${runs++}`;
      const written: Visit[] = drawn.map((each) => ({ ...each, stream_id }));
      writer.writeVisits(written);
      await writer.flush();
      const query =
        'SELECT * EXCEPT viewer, hex(viewer) AS viewer FROM visits FINAL WHERE stream_id = {stream_id:String}';
      const rows = await store.client.read<Visit & { viewer: string }>(query, { stream_id });
      const read = rows.map((row) => ({ ...row, viewer: viewerFromHex(row.viewer.padStart(16, '0')) }));
      const inOrder = (visits: Visit[]): Visit[] => visits.toSorted((a, b) => a.from - b.from);
      expect(inOrder(read)).toEqual(inOrder(written));
    }),
    { numRuns: 25 },
  );
});
