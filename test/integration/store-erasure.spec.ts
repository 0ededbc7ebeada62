import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoreErasure, StoreReader, StoreWriter, type StoreClient } from '#store';
import { A, B, ended, visit } from '../kit/stored-rows.js';
import { temporaryStore, type TemporaryStore } from '../kit/temporary-store.js';

let store: TemporaryStore;
beforeAll(async () => {
  store = await temporaryStore();
  const writer = new StoreWriter(store.client, () => {});
  writer.writeVisits([visit('s', A, 0, 1_000), visit('s', B, 0, 2_000)]);
  writer.writeStreams([ended('s', 9_000)]);
  await writer.close();
});
afterAll(() => store.discard());

/** The same store; before each statement that is run on it `happens` settles. */
const whileItRuns = (client: StoreClient, happens: () => Promise<void>): StoreClient => {
  const write = Object.create(client.write) as StoreClient['write'];
  write.run = async (...statement) => {
    await happens();
    return client.write.run(...statement);
  };
  return { ...client, write };
};

describe('an erasure that lasts', () => {
  it('leaves another mark than was there while its rows went, also where a later one ended before it', async () => {
    let now = 0;
    const clock = { now: () => (now += 1_000) };
    const reader = new StoreReader(store.client);
    const seen = new Set<number | null>();
    const look = async (): Promise<void> => {
      await new StoreErasure(store.client).erase(B, ['s'], clock);
      const [session] = await reader.summaries(['s']);
      seen.add(session!.erased_at);
    };
    await new StoreErasure(whileItRuns(store.client, look)).erase(A, ['s'], clock);
    const [after] = await reader.summaries(['s']);
    expect(seen.size).toBe(2);
    expect(Math.max(...[...seen].map(Number))).toBeLessThan(after!.erased_at!);
  });
});
