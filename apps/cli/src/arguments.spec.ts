import { describe, expect, it } from '@jest/globals';
import {
  bursts,
  durationS,
  effects,
  faults,
  httpUrl,
  integerFrom,
  listOf,
  share,
  speed,
  streamId,
  timestamp,
} from './arguments.js';

const refuses = (read: (text: string) => unknown, ...texts: string[]): void => {
  for (const text of texts) expect(() => read(text)).toThrow(/^must be /);
};

describe('arguments', () => {
  it('an integer lies within its bounds, both included', () => {
    const read = integerFrom(1, 10);
    expect(['1', '10'].map(read)).toEqual([1, 10]);
    refuses(read, '0', '11', '1.5', '-1', '', 'x', '1e1');
  });

  it('a share is from 0 to 1, or a percentage', () => {
    expect(['0', '0.05', '5%', '1', '100%'].map(share)).toEqual([0, 0.05, 0.05, 1, 1]);
    refuses(share, '', '1.1', '-0.1', '101%', 'few');
  });

  it('a length of time has a unit, seconds where none is given', () => {
    expect(['90', '90s', '30m', '2h', '7d'].map(durationS)).toEqual([90, 90, 1_800, 7_200, 604_800]);
    refuses(durationS, '', '0', '0m', '-1s', '1.5h', '3w', 'm');
  });

  it('a time is ms since the epoch or a date', () => {
    expect(timestamp('1767268800000')).toBe(1_767_268_800_000);
    expect(timestamp('2026-01-01T12:00:00Z')).toBe(1_767_268_800_000);
    refuses(timestamp, '', 'soon', '12');
  });

  it('a speed is above 0, and max is without bound', () => {
    expect(['0.5', '60', 'max'].map(speed)).toEqual([0.5, 60, Infinity]);
    refuses(speed, '0', '-1', 'fast');
  });

  it('an address is http or https', () => {
    expect(httpUrl('http://127.0.0.1:3000').host).toBe('127.0.0.1:3000');
    refuses(httpUrl, '127.0.0.1:3000', 'ftp://x', 'http://');
  });

  it('a stream id keeps to the alphabet of the wire format', () => {
    expect(streamId('room_1-a:b.c')).toBe('room_1-a:b.c');
    refuses(streamId, '', 'a b', '直播', 'x'.repeat(65));
  });

  it('a list has no empty places', () => {
    expect(listOf('a:9092, b:9092')).toEqual(['a:9092', 'b:9092']);
    refuses(listOf, '', 'a,,b');
  });

  it('effects and bursts add up', () => {
    const first = effects('600:45:3');
    expect(effects('900:30:1.5', first)).toEqual([
      { from_s: 600, seconds: 45, hazard_ratio: 3 },
      { from_s: 900, seconds: 30, hazard_ratio: 1.5 },
    ]);
    expect(bursts('300:60:20:ad:1.6')).toEqual([
      { from_s: 300, seconds: 60, joins_per_s: 20, source: 'ad', hazard_ratio: 1.6 },
    ]);
    expect(faults('60:30:picture')).toEqual([{ kind: 'picture', from_s: 60, seconds: 30 }]);
    refuses(faults, '', '60:30', '60:30:sound', 'x:30:picture', '60:30:picture:1');
    refuses(effects, '', '600', '600:45', '600:45:x', '1:2:3:4', '-1:45:3');
    refuses(bursts, '300:60:20', '300:60:20:moon:1', '300:60:20:ad:1:1');
  });
});
