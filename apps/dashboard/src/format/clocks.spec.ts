import { describe, expect, it } from '@jest/globals';
import { UNKNOWN } from '#say';
import { stopwatch } from './clocks.js';

describe('clocks', () => {
  it('hours appear when there are some; below zero reads as zero', () => {
    expect([stopwatch(247_900), stopwatch(3_847_000), stopwatch(-5), stopwatch(null)]).toEqual(['4:07', '1:04:07', '0:00', UNKNOWN]); // prettier-ignore
  });
});
