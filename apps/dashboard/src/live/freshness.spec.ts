import { describe, expect, it } from '@jest/globals';
import { freshnessOf, type Hearing } from './freshness.js';

const hearing: Hearing = {
  link: { kind: 'up' },
  status: 'live',
  data: { as_of: 0, log_lag_ms: 0, late: 0, too_late: 0, coverage: [], quality: 'final' },
  heard_at: 10_000,
  now: 11_000,
};

describe('freshness', () => {
  it('a live room heard within three seconds is fresh, beyond them silent', () => {
    expect(freshnessOf({ ...hearing, now: 13_000 })).toEqual({ kind: 'fresh', quality: 'final' });
    expect(freshnessOf({ ...hearing, now: 13_001 })).toEqual({ kind: 'silent', since: 0 });
  });
  it('a feed that stopped is silent, though the server goes on saying so each second', () => {
    const data = { ...hearing.data!, as_of: 7_000, quality: 'stale' as const };
    expect(freshnessOf({ ...hearing, data })).toEqual({ kind: 'silent', since: 7_000 });
  });
  it('a broken line is said before silence or lag', () => {
    expect(freshnessOf({ ...hearing, link: { kind: 'down', since: 0 } })).toEqual({ kind: 'offline', for_ms: 1000 });
  });
  it('a session that is over does not grow old', () => {
    expect(freshnessOf({ ...hearing, status: 'ended', now: 9e9 }).kind).toBe('ended');
  });
  it('log lag is said; before the first word it is waiting', () => {
    expect(freshnessOf({ ...hearing, data: { ...hearing.data!, log_lag_ms: 3001 } })).toEqual({
      kind: 'behind',
      lag_ms: 3001,
    });
    expect(freshnessOf({ ...hearing, heard_at: null }).kind).toBe('waiting');
  });
});
