import { describe, expect, it } from '@jest/globals';
import { streamSummary } from '../../../../test/kit/temporary-store.js';
import { dataOf } from './rooms.js';

/** Found on the page: a feed that had stopped for half a minute still read "fresh", for messages went on each second. */
describe('the state of a room’s data', () => {
  const live = streamSummary({ status: 'live', quality: 'inferred' });

  it('keeps its own quality while something of it was read in the last 3 s and the log is not behind', () => {
    expect(dataOf(live, 3_000, 3_000).quality).toBe('inferred');
  });

  it('is stale when a live room has been silent for longer', () => {
    expect(dataOf(live, 0, 3_001).quality).toBe('stale');
  });

  it('is stale when the log of a live room is read later', () => {
    expect(dataOf(live, 3_001, 0).quality).toBe('stale');
  });

  it('is never stale once the session is over: nothing more is expected', () => {
    expect(dataOf({ ...live, status: 'ended' }, 60_000, 60_000).quality).toBe('inferred');
  });
});
