import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoreReader, StoreWriter } from '#store';
import { streamSummary, temporaryStore, type TemporaryStore } from '../../../../test/kit/temporary-store.js';
import { roomNamer } from './room-name.js';

let store: TemporaryStore;
beforeAll(async () => {
  store = await temporaryStore();
  const writer = new StoreWriter(store.client, () => undefined);
  writer.writeStreams([
    streamSummary({ stream_id: 'room-1', title: 'Tea at ten' }),
    streamSummary({ stream_id: 'room-2', title: null }),
  ]);
  await writer.flush();
});
afterAll(() => store.discard());

const ownedElsewhere = (): null => null;

describe('what a channel calls a room', () => {
  // One process calls for all: of rooms that another owned it told the raw id.
  it('is its title, whichever process owns it, and its id where it has none', async () => {
    const nameOf = roomNamer(ownedElsewhere, new StoreReader(store.client));
    expect(await nameOf('room-1')).toBe('Tea at ten');
    expect(await nameOf('room-2')).toBe('room-2');
    expect(await nameOf('unknown')).toBe('unknown');
  });

  it('is its title as its owner knows it, which the store is not asked for', async () => {
    const nameOf = roomNamer(() => 'Tea at noon', { summaries: () => Promise.reject(new Error('asked')) });
    expect(await nameOf('room-1')).toBe('Tea at noon');
  });

  it('is its id while the store fails or hangs', async () => {
    expect(await roomNamer(ownedElsewhere, { summaries: () => Promise.reject(new Error('away')) })('room-1')).toBe(
      'room-1',
    );
    expect(await roomNamer(ownedElsewhere, { summaries: () => new Promise(() => undefined) })('room-1')).toBe('room-1');
  });
});
