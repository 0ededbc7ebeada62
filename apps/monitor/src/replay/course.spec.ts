import { describe, expect, it } from '@jest/globals';
import { movedTo, paced, standingAt } from './course.js';

const course = { at: 10_000, since: 500, speed: 4, isPlaying: true, from: 0, to: 60_000 };

describe('the course of a replay', () => {
  it('goes by the clock times its speed, and stands when it is paused', () => {
    expect(standingAt(course, 1_500)).toBe(14_000);
    const stopped = paced(course, 1_500, false);
    expect(standingAt(stopped, 9_000)).toBe(14_000);
    expect(standingAt(paced(stopped, 9_000, true, 0.5), 11_000)).toBe(15_000);
  });

  it('ends where the session does, and jumps only within it', () => {
    expect(standingAt(course, 1_000_000)).toBe(60_000);
    expect(standingAt(movedTo(course, 1_000, 90_000), 1_000)).toBe(60_000);
    expect(standingAt(movedTo(course, 1_000, -5), 1_000)).toBe(0);
  });
});
