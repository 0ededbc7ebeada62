import {
  LIVE_WINDOWS_S,
  PANE_MS,
  paneIndex,
  type DistinctCounts,
  type OnAir,
  type PresenceQuality,
  type StreamSummary,
  type WindowName,
} from '#domain';
import { presenceQuality } from './counted-online.js';
import { byFeed } from './feeds.js';
import { advanceLastSeen, distinctOfLast } from './last-seen.js';
import { onAirAt } from './presentations.js';
import { onlineInShares, troubleOf, withShares } from './shares.js';
import type { StreamState } from './stream.js';

/** What is counted of a stream at the end of its newest final pane. */
export interface Counts {
  online: number;
  quality: PresenceQuality;
  /** Distinct viewers of the windows that end there. */
  distinct: Record<WindowName, DistinctCounts>;
}

/** How a stream stands between two batches. */
export interface Standing {
  summary: StreamSummary;
  on_air: OnAir | null;
  distinct: Counts['distinct'];
}

/** How a stream stands now, as of its newest final pane: what a pane in progress has counted so far is not told. */
export const standingOf = (stream: StreamState): Standing => {
  const counts = stream.current?.before ?? countsOf(stream);
  return {
    summary: summaryOf(stream, counts),
    on_air: stream.next === null ? null : onAirAt(stream.presentations, (stream.next - 1) * PANE_MS),
    distinct: counts.distinct,
  };
};

/** Counts as of now, with no pane in progress. */
export const countsOf = (stream: StreamState): Counts => {
  const { presence, counted, next, shares } = stream;
  const { seen } = presence;
  const own = presence.open;
  const open = shares === undefined ? own : own + onlineInShares(stream);
  if (next !== null && next - 1 > seen.pane) advanceLastSeen(seen, next - 1);
  const quality = presenceQuality(counted, presence, Infinity);
  const distinct = {
    '10s': distinctOfLast(seen, own, LIVE_WINDOWS_S['10s']),
    '60s': distinctOfLast(seen, own, LIVE_WINDOWS_S['60s']),
    '300s': distinctOfLast(seen, own, LIVE_WINDOWS_S['300s']),
  };
  return {
    online: quality === 'final' ? open : counted.online,
    quality,
    distinct: shares === undefined ? distinct : withShares(distinct, shares),
  };
};

const summaryOf = (stream: StreamState, { online, quality }: Counts): StreamSummary => {
  const { started, closed, past_spans, span_from } = stream;
  const firstIndex =
    past_spans[0] === undefined ? (span_from ?? paneIndex(stream.first_ts)) * PANE_MS : past_spans[0].from;
  const running = span_from === null ? [] : [{ from: span_from * PANE_MS, to: closed ? stream.next! * PANE_MS : null }];
  return {
    stream_id: stream.stream_id,
    revision: stream.applied,
    title: started?.title ?? null,
    host: started?.host ?? null,
    host_kind: started?.host_kind ?? null,
    channel: started?.channel ?? null,
    currency: stream.currency,
    planned_gmv_minor: started?.planned_gmv_minor ?? null,
    status: closed ? 'ended' : 'live',
    started_at: started?.ts ?? (stream.first_ts === Infinity ? 0 : stream.first_ts),
    ended_at: closed ? stream.ended_at : null,
    first_pane: firstIndex,
    last_pane: lastPane(stream),
    spans: [...past_spans, ...running],
    as_of: stream.watermark === -Infinity ? 0 : stream.watermark,
    online,
    quality,
    ...troubleOf(stream),
    coverage: byFeed(stream.coverage),
  };
};

/** The last pane that is final, stored or not: the one before the next. */
const lastPane = ({ next, past_spans }: StreamState): number | null => {
  const end = next === null ? past_spans.at(-1)?.to : next * PANE_MS;
  return end === undefined ? null : end - PANE_MS;
};
