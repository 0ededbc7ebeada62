import { FEEDS, type AlertDecision, type Feed } from '#domain';
import { endLife, QUIET, stepLife, takenUp, type Condition, type Life } from './life.js';
import { monitorAlert } from './monitor-alert.js';
import type { FeedSilentRule } from './rules.js';

/** The mean gap follows about so many of the last gaps. */
const GAPS_REMEMBERED = 20;

interface FeedHistory {
  /** ms, wall clock. */
  last_heard: number;
  usual_gap_ms: number;
  life: Life;
}

/** What `feed_silent` knows of one stream, by feed heard; plain data. */
export type FeedSilentState = Map<Feed, FeedHistory>;

export const emptyFeedSilent = (): FeedSilentState => new Map();

/** What whoever raised the alerts, one a feed, knew of them. */
export const takeUpFeedSilent = (alerts: readonly AlertDecision[]): FeedSilentState =>
  new Map(
    alerts.map((alert) => [
      alert.evidence['feed'] as Feed,
      {
        last_heard: Number(alert.evidence['last_heard']),
        usual_gap_ms: Number(alert.evidence['usual_gap_s']) * 1000,
        life: takenUp(alert),
      },
    ]),
  );

/**
 * Looks at `now` (ms, wall clock) at when each feed was last heard (`heard`, ms, wall clock; a feed never heard is absent).
 * A feed heard before is silent past its limit, and past many of its usual gaps, while another goes on.
 */
export const feedSilent = (
  state: FeedSilentState,
  stream_id: string,
  now: number,
  heard: Readonly<Partial<Record<Feed, number>>>,
  rule: FeedSilentRule,
): AlertDecision[] => {
  const decided: AlertDecision[] = [];
  for (const feed of FEEDS) {
    const lastHeard = heard[feed];
    if (lastHeard === undefined) continue;
    const history = hear(state, feed, lastHeard);
    const condition = conditionOf(feed, history, now, heard, rule);
    const raise = () => silence(feed, stream_id, lastHeard, now, history.usual_gap_ms, rule);
    history.life = stepLife(history.life, now, condition, rule, raise, decided);
  }
  return decided;
};

/**
 * The earliest moment, ms, at which {@link feedSilent} can decide anything or change the state as it stands after it was
 * called with `heard`, unless something is heard until then; −∞: at any, ∞: never.
 */
export const feedSilentFrom = (
  state: FeedSilentState,
  heard: Readonly<Partial<Record<Feed, number>>>,
  rule: FeedSilentRule,
): number => {
  let earliest = Infinity;
  for (const [feed, { last_heard, usual_gap_ms, life }] of state) {
    if (life.phase !== 'quiet') return -Infinity;
    const limit_s = rule.silent_after_s[feed];
    if (!rule.enabled || limit_s === null) continue;
    const from = last_heard + Math.max(limit_s * 1000, rule.usual_gaps * usual_gap_ms);
    if (FEEDS.some((other) => other !== feed && from - (heard[other] ?? -Infinity) <= rule.going_on_s * 1000))
      earliest = Math.min(earliest, from);
  }
  return earliest;
};

/** The stream ended: what fires is resolved at `now` (ms, wall clock). */
export const endFeedSilent = (state: FeedSilentState, now: number): AlertDecision[] => {
  const decided: AlertDecision[] = [];
  for (const history of state.values()) history.life = endLife(history.life, now, decided);
  return decided;
};

const hear = (state: FeedSilentState, feed: Feed, lastHeard: number): FeedHistory => {
  const known = state.get(feed);
  if (known === undefined) {
    const history: FeedHistory = { last_heard: lastHeard, usual_gap_ms: 0, life: QUIET };
    state.set(feed, history);
    return history;
  }
  if (lastHeard > known.last_heard) {
    const gap = lastHeard - known.last_heard;
    known.usual_gap_ms =
      known.usual_gap_ms === 0 ? gap : known.usual_gap_ms + (gap - known.usual_gap_ms) / GAPS_REMEMBERED;
    known.last_heard = lastHeard;
  }
  return known;
};

/** It stays firing while the feed is silent, even when all others stop too: only hearing it again resolves it. */
const conditionOf = (
  feed: Feed,
  { last_heard, usual_gap_ms, life }: FeedHistory,
  now: number,
  heard: Readonly<Partial<Record<Feed, number>>>,
  rule: FeedSilentRule,
): Condition => {
  const limit_s = rule.silent_after_s[feed];
  const silentMs = now - last_heard;
  if (!rule.enabled || limit_s === null) return 'below_half';
  if (life.phase === 'firing') return last_heard > life.alert.started_at ? 'below_half' : 'between';
  if (silentMs < limit_s * 1000 || silentMs < rule.usual_gaps * usual_gap_ms) return 'below_half';
  const anotherGoesOn = FEEDS.some(
    (other) => other !== feed && now - (heard[other] ?? -Infinity) <= rule.going_on_s * 1000,
  );
  return anotherGoesOn ? 'holds' : 'between';
};

const silence = (
  feed: Feed,
  stream_id: string,
  lastHeard: number,
  now: number,
  usualGapMs: number,
  rule: FeedSilentRule,
): AlertDecision => {
  const silent_s = Math.round((now - lastHeard) / 1000);
  return monitorAlert(
    'feed_silent',
    stream_id,
    feed,
    rule.severity,
    { started_at: lastHeard, detected_at: now },
    { key: `alert.feed_silent.${feed}`, values: { feed, silent_s } },
    { feed, last_heard: lastHeard, silent_s, usual_gap_s: usualGapMs / 1000 },
  );
};
