import { describe, expect, it } from '@jest/globals';
import { oneAtATime } from './one-at-a-time.js';

describe('one at a time', () => {
  it('leaves out what is asked for while a run is under way, and runs again after its end, a failure too', async () => {
    const ends: ((failure?: Error) => void)[] = [];
    const run = oneAtATime(
      () => new Promise((done, fail) => ends.push((failure) => (failure === undefined ? done() : fail(failure)))),
    );
    const first = run();
    await run();
    expect(ends).toHaveLength(1);
    ends[0]!();
    await first;
    const second = run();
    ends[1]!(new Error('no store'));
    await expect(second).rejects.toThrow('no store');
    void run();
    expect(ends).toHaveLength(3);
  });
});
