import { describe, expect, it } from '@jest/globals';
import type { PresentationRow } from '#contract';
import { KeptLedgers } from './kept-ledgers.js';

const session = (stream_id: string, revision = 1, status: 'live' | 'ended' = 'ended') => ({
  stream_id,
  revision,
  status,
});
const rows = (count: number): PresentationRow[] => Array.from({ length: count }, () => ({}) as PresentationRow);

describe('a kept ledger', () => {
  it('is that of the session as it is, and of one that is over', () => {
    const kept = new KeptLedgers(10);
    const ledger = rows(2);
    kept.put(session('a'), ledger);
    expect(kept.get(session('a'))).toBe(ledger);
    expect(kept.get(session('a', 2))).toBeUndefined();
    kept.put(session('b', 1, 'live'), rows(1));
    expect(kept.get(session('b'))).toBeUndefined();
  });

  it('goes when there are too many, the one asked for longest ago first, and when it is told to', () => {
    const kept = new KeptLedgers(5);
    kept.put(session('a'), rows(2));
    kept.put(session('b'), rows(2));
    kept.get(session('a'));
    kept.put(session('c'), rows(2));
    expect(['a', 'b', 'c'].map((id) => kept.get(session(id)) !== undefined)).toEqual([true, false, true]);
    kept.put(session('a'), rows(3));
    expect(kept.get(session('c'))).toBeDefined();
    kept.forget(['a']);
    expect(kept.get(session('a'))).toBeUndefined();
    kept.put(session('d'), rows(6));
    expect(kept.get(session('d'))).toBeUndefined();
  });
});
