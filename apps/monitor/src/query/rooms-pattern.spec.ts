import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { visible } from '#auth';
import { roomsPattern } from './rooms-pattern.js';

describe('the pattern of a token’s rooms', () => {
  it('matches the streams that the token may know of, and no others', () => {
    const unit = fc.constantFrom('a', 'b', '.', '-', ':', '_', '[', '\\', '直');
    const pattern = fc.string({ unit: fc.oneof(unit, fc.constant('*')), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.constantFrom('analyst' as const, 'admin' as const),
        fc.array(pattern, { maxLength: 3 }),
        fc.string({ unit, minLength: 1, maxLength: 6 }),
        (role, streams, stream_id) => {
          const may = visible({ sub: 'a', role, streams, expires_at: null }, stream_id);
          expect(new RegExp(roomsPattern({ role, streams })).test(stream_id)).toBe(may);
        },
      ),
    );
  });
});
