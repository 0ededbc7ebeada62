import { describe, expect, it } from '@jest/globals';
import { comparedPresentation, parseCompared } from './compared.js';

describe('what is compared', () => {
  it('is a session by its id, or a stretch that a link restores', () => {
    expect(parseCompared('room-1')).toEqual({ stream_id: 'room-1', stretch: null });
    const text = comparedPresentation('a@b', { from: 1_000, to: 61_000, seconds: 60 });
    expect(parseCompared(text)).toEqual({ stream_id: 'a@b', stretch: { from: 1_000, to: 61_000 } });
  });
  it('of a presentation that is still on, so far', () => {
    expect(comparedPresentation('a', { from: 1_000, to: null, seconds: 30 })).toBe('a@1000-31000');
  });
  it('a stretch that ends before it begins is none', () => {
    expect(parseCompared('a@9-3')).toEqual({ stream_id: 'a@9-3', stretch: null });
  });
});
