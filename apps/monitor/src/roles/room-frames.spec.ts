import { describe, expect, it } from '@jest/globals';
import type { WindowName } from '#domain';
import { emptyTotals, windowMetrics } from '#metric';
import { decodeFrame, encodeFrame, type RoomFrame } from './room-frames.js';

const figures = (enters: number): RoomFrame['room']['windows'][WindowName] =>
  windowMetrics({ ...emptyTotals(), enters }, null);

const frame: RoomFrame = {
  kind: 'room',
  epoch: 3,
  room: {
    stream_id: 'room',
    as_of: 5_000,
    status: 'live',
    panes: [],
    windows: { '10s': figures(1), '60s': figures(2), '300s': figures(3) },
    item_on: null,
    online: 7,
    quality: 'final',
    data: { as_of: 5_000, log_lag_ms: 0, late: 0, too_late: 0, coverage: ['view'], quality: 'final' },
  },
  largest_ts: 6_000,
  silent_ms: 12,
  presentations: [],
  cues: [],
  read: [],
  said: null,
};

describe('a frame', () => {
  it('is read as it was written, every figure under its name', () => {
    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
    const lane = { kind: 'lane', epoch: 3, lag: { ms: 4, records: 5 } } as const;
    expect(decodeFrame(encodeFrame(lane))).toEqual(lane);
  });

  it('carries no names of figures: they are most of what it would be', () => {
    expect(encodeFrame(frame).toString()).not.toContain('enters');
    expect(encodeFrame(frame).length).toBeLessThan(JSON.stringify(frame).length / 2);
  });

  it('of another version is nothing to this one', () => {
    expect(decodeFrame(Buffer.from(JSON.stringify({ ...frame, v: 1 })))).toBeNull();
  });
});
