import { describe, expect, it } from '@jest/globals';
import { KeptOfSessions } from './kept-of-sessions.js';

const session = (stream_id: string, revision = 1, status: 'live' | 'ended' = 'ended') => ({
  ...{ stream_id, revision, status },
  erased_at: null as number | null,
});

describe('what is kept of a session', () => {
  it('is that of the session as it is, under its own name, and of one that is over', () => {
    const kept = new KeptOfSessions<string>(10);
    kept.put(session('a'), 'ledger', 'L', 2);
    expect(kept.get(session('a'), 'ledger')).toBe('L');
    expect(kept.get(session('a'), 'funnel')).toBeUndefined();
    expect(kept.get(session('b'), 'ledger')).toBeUndefined();
    expect(kept.get(session('a', 2), 'ledger')).toBeUndefined();
    expect(kept.get({ ...session('a'), erased_at: 5 }, 'ledger')).toBeUndefined();
    kept.put(session('b', 1, 'live'), 'ledger', 'M', 1);
    expect(kept.get(session('b', 1, 'live'), 'ledger')).toBeUndefined();
  });

  it('goes when it weighs too much, what was asked for longest ago first', () => {
    const kept = new KeptOfSessions<string>(5);
    kept.put(session('a'), 'x', 'a', 2);
    kept.put(session('b'), 'x', 'b', 2);
    kept.get(session('a'), 'x');
    kept.put(session('c'), 'x', 'c', 2);
    expect(['a', 'b', 'c'].map((id) => kept.get(session(id), 'x'))).toEqual(['a', undefined, 'c']);
    kept.put(session('a'), 'x', 'a', 3);
    expect(kept.get(session('c'), 'x')).toBe('c');
    kept.put(session('d'), 'x', 'd', 6);
    expect(['a', 'c', 'd'].map((id) => kept.get(session(id), 'x'))).toEqual(['a', 'c', undefined]);
  });
});
