import { describe, expect, it } from '@jest/globals';
import { SharedReading } from './shared-reading.js';

const AGE_MS = 5_000;

/** A source that answers when the test says so: how many readings are under way, and the end of each. */
const slowSource = () => {
  const clock = { at: 1_000_000, now: () => clock.at };
  const ends: ((answer: number | Error) => void)[] = [];
  const read = (): Promise<number> =>
    new Promise((done, fail) => ends.push((answer) => (answer instanceof Error ? fail(answer) : done(answer))));
  return { clock, ends, shared: new SharedReading(read, AGE_MS, clock) };
};

describe('a shared reading', () => {
  it('is one for all who ask while it is under way, however long that is', async () => {
    const { clock, ends, shared } = slowSource();
    const first = shared.now();
    clock.at += 10 * AGE_MS;
    const second = shared.now();
    expect(ends).toHaveLength(1);
    ends[0]!(7);
    expect(await Promise.all([first, second])).toEqual([7, 7]);
  });

  it('is as old as the time since its end, not since it was asked for', async () => {
    const { clock, ends, shared } = slowSource();
    const first = shared.now();
    clock.at += 10 * AGE_MS;
    ends[0]!(1);
    await first;
    clock.at += AGE_MS;
    expect(await shared.now()).toBe(1);
    clock.at += 1;
    const next = shared.now();
    ends[1]!(2);
    expect(await next).toBe(2);
    expect(ends).toHaveLength(2);
  });

  it('that failed is begun anew by the next who asks', async () => {
    const { ends, shared } = slowSource();
    const first = shared.now();
    const second = shared.now();
    ends[0]!(new Error('no store'));
    await expect(first).rejects.toThrow('no store');
    await expect(second).rejects.toThrow('no store');
    const third = shared.now();
    ends[1]!(3);
    expect(await third).toBe(3);
  });
});
