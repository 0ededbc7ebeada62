import { describe, expect, it } from '@jest/globals';
import type { Feed } from '#domain';
import { dataStale, emptyDataStale, endDataStale } from './data-stale.js';
import { emptyFeedSilent, endFeedSilent, feedSilent } from './feed-silent.js';
import { DEFAULT_RULES } from './rules.js';

/** Looks once a second; `heard(s)` names the feeds heard in second `s`. Answers `second:feed status`. */
const listen = (seconds: number, heard: (s: number) => Feed[]) => {
  const state = emptyFeedSilent();
  const last: Partial<Record<Feed, number>> = {};
  return Array.from({ length: seconds }, (_, s) => {
    for (const feed of heard(s)) last[feed] = s * 1000;
    return feedSilent(state, 'room', s * 1000, last, DEFAULT_RULES.feed_silent).map(
      ({ status, evidence }) => `${s}:${String(evidence['feed'])} ${status}`,
    );
  }).flat();
};

describe('feed_silent', () => {
  it('fires after 60 s for views, and resolves when they are heard again', () =>
    expect(listen(400, (s) => (s < 100 || s >= 300 ? ['danmaku', 'view'] : ['danmaku']))).toEqual([
      '159:view firing',
      '300:view resolved',
    ]));
  it('gives danmaku 120 s', () =>
    expect(listen(300, (s) => (s < 100 ? ['danmaku', 'view'] : ['view']))).toEqual(['219:danmaku firing']));
  it('does not fire when nothing else goes on: that is not one feed', () =>
    expect(listen(400, (s) => (s < 100 ? ['danmaku', 'view'] : []))).toEqual([]));
  it('does not fire for a feed never heard', () => expect(listen(400, () => ['view'])).toEqual([]));
  it('does not fire for cues, which are sparse by nature', () =>
    expect(listen(400, (s) => (s === 0 ? ['cue', 'view'] : ['view']))).toEqual([]));
  it('knows a feed that usually pauses from one that broke', () =>
    expect(listen(1_000, (s) => (s % 90 === 0 ? ['order', 'view'] : ['view']))).toEqual([
      '60:order firing',
      '90:order resolved',
    ]));
  it('is resolved by the end', () => {
    const state = emptyFeedSilent();
    feedSilent(state, 'room', 0, { view: 0, danmaku: 0 }, DEFAULT_RULES.feed_silent);
    feedSilent(state, 'room', 60_000, { view: 0, danmaku: 60_000 }, DEFAULT_RULES.feed_silent);
    expect(endFeedSilent(state, 61_000)).toMatchObject([{ status: 'resolved', resolved_at: 61_000 }]);
  });
});

describe('data_stale', () => {
  const watch = (lags_s: readonly number[]) => {
    const state = emptyDataStale();
    return lags_s.flatMap((lag_s, s) =>
      dataStale(state, 'room', s * 1000, lag_s * 1000, DEFAULT_RULES.data_stale).map(({ status }) => `${s}:${status}`),
    );
  };
  const row = (lag_s: number, seconds: number) => new Array<number>(seconds).fill(lag_s);

  it('fires when the lag stays above 10 s for 10 s, and resolves 10 s after it is small', () =>
    expect(watch([...row(11, 30), ...row(0, 30)])).toEqual(['10:firing', '40:resolved']));
  it('does not fire at exactly 10 s, nor for 9 s of lag', () => {
    expect(watch(row(10, 60))).toEqual([]);
    expect(watch([...row(11, 9), ...row(0, 30)])).toEqual([]);
  });
  it('dates its start from when the lag passed the limit, and is resolved by the end', () => {
    const state = emptyDataStale();
    dataStale(state, 'room', 5_000, 20_000, DEFAULT_RULES.data_stale);
    expect(dataStale(state, 'room', 15_000, 30_000, DEFAULT_RULES.data_stale)).toMatchObject([
      { started_at: 5_000, detected_at: 15_000 },
    ]);
    expect(endDataStale(state, 20_000)).toMatchObject([{ status: 'resolved' }]);
  });
});
