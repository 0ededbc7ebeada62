import type { DataState, Quality } from '#contract';

/** How the way to the server is. `since`: this browser's clock, ms. */
export type Link = { kind: 'connecting' } | { kind: 'up' } | { kind: 'down'; since: number } | { kind: 'refused' };

/** What may be said of numbers on screen. */
export type Freshness =
  | { kind: 'fresh'; quality: Quality }
  /** The session is over: nothing more is expected. */
  | { kind: 'ended'; quality: Quality }
  /** A stored session plays: `speed` of 0 is a pause. */
  | { kind: 'replay'; speed: number; quality: Quality }
  | { kind: 'waiting' }
  /** The server is up, but has nothing new of this room. `since`: event time that its data reach, ms. */
  | { kind: 'silent'; since: number }
  /** The server reads the log later than it is written. */
  | { kind: 'behind'; lag_ms: number }
  /** Nothing can arrive: what is shown is from before the line broke. */
  | { kind: 'offline'; for_ms: number };

/** Log lag above this makes a live room's numbers stale (metrics.md, data state), and so does a server that says nothing. */
const STALE_AFTER_MS = 3_000;

export interface Hearing {
  readonly link: Link;
  readonly status: 'live' | 'ended' | null;
  readonly data: DataState | null;
  /** When this browser last heard of the room, ms; `null`: never. */
  readonly heard_at: number | null;
  readonly now: number;
}

/** The worst that is true is what is said. */
export const freshnessOf = ({ link, status, data, heard_at, now }: Hearing): Freshness => {
  if (data === null || heard_at === null) return { kind: 'waiting' };
  if (status === 'ended') return { kind: 'ended', quality: data.quality };
  if (link.kind !== 'up') return { kind: 'offline', for_ms: now - heard_at };
  if (data.log_lag_ms > STALE_AFTER_MS) return { kind: 'behind', lag_ms: data.log_lag_ms };
  if (data.quality === 'stale' || now - heard_at > STALE_AFTER_MS) return { kind: 'silent', since: data.as_of };
  return { kind: 'fresh', quality: data.quality };
};

export const isStale = ({ kind }: Freshness): boolean => kind === 'offline' || kind === 'silent' || kind === 'behind';
