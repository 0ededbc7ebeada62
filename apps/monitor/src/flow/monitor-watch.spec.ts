import { describe, expect, it } from '@jest/globals';
import { FEEDS, type Feed } from '#domain';
import { DEFAULT_RULES } from '#detect';
import { AlertLog } from '#push';
import type { StreamState } from '#window';
import { sharedTape } from '../../../../test/kit/memory-tape.js';
import { MonitorWatch } from './monitor-watch.js';

/** As much of a stream as a watch looks at. */
const stream = (closed = false, heard: Partial<Record<Feed, number>> = {}): StreamState =>
  ({ stream_id: 'room', closed, heard: FEEDS.map((feed) => heard[feed] ?? -Infinity) }) as unknown as StreamState;

const clock = { now: () => 0 };
const open = async () => AlertLog.open(sharedTape()(), clock, () => ({ ...NOBODY }));
const NOBODY = { tell: false, reason: 'no_channel', channels: [], because_of: null, at: 0 } as const;

describe('alerts about the monitor', () => {
  const watchOver = (alerts: AlertLog) => new MonitorWatch(alerts, () => DEFAULT_RULES);
  const look = async (alerts: AlertLog, watched: StreamState, from_s: number, to_s: number, lag_ms: number) => {
    const watch = watchOver(alerts);
    for (let s = from_s; s < to_s; s++) await alerts.decide(watch.look(watched, s * 1000, lag_ms));
  };
  const statuses = (alerts: AlertLog): string[] => alerts.latest('room').map(({ rule, status }) => `${rule} ${status}`);

  it('that the owner before left firing are resolved by the next', async () => {
    const alerts = await open();
    await look(alerts, stream(), 0, 15, 20_000);
    expect(statuses(alerts)).toEqual(['data_stale firing']);
    await look(alerts, stream(), 15, 40, 0);
    expect(statuses(alerts)).toEqual(['data_stale resolved']);
  });

  it('of a feed fire once, whoever owns the stream, and resolve when it is heard again', async () => {
    const alerts = await open();
    const heard = (s: number) =>
      s < 100 ? { view: s * 1000, danmaku: s * 1000 } : { view: 99_000, danmaku: s * 1000 };
    const listen = async (from: number, to: number, at = heard) => {
      const watch = watchOver(alerts);
      for (let now = from; now < to; now++) await alerts.decide(watch.look(stream(false, at(now)), now * 1000, 0));
    };
    await listen(0, 170);
    expect(statuses(alerts)).toEqual(['feed_silent firing']);
    await listen(170, 200);
    expect(statuses(alerts)).toEqual(['feed_silent firing']);
    await listen(200, 210, (s) => ({ view: s * 1000, danmaku: s * 1000 }));
    expect(statuses(alerts)).toEqual(['feed_silent resolved']);
  });

  it('end with the stream, though it ended with another owner', async () => {
    const alerts = await open();
    await look(alerts, stream(), 0, 15, 20_000);
    await look(alerts, stream(true), 15, 16, 20_000);
    expect(statuses(alerts)).toEqual(['data_stale resolved']);
  });
});
