import { describe, expect, it } from '@jest/globals';
import { isSeen } from './seen.js';
import { numbersOver, withoutPresence } from '../room/numbers.js';

describe('a room whose viewers nothing is heard of', () => {
  it('is one that was heard of, but not by that feed', () => {
    expect(isSeen({ coverage: ['danmaku', 'cue'] })).toBe(false);
    expect(isSeen({ coverage: ['view'] })).toBe(true);
    expect(isSeen(null)).toBe(true);
  });
  it('has sales, and no number of viewers: not 0', () => {
    const told = numbersOver('60s', { viewers: 0, views: 0, orders_paid: 3, retention_60s: null }, [], 0, null);
    expect(withoutPresence(told)).toMatchObject({ online: null, viewers: null, views: null, orders_paid: 3 });
  });
});
