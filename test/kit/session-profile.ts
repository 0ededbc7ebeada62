/**
 * How nasty random sessions are. Shares are of events (or of streams where it says so), 0 to 1.
 * What is 0 in {@link IN_BOUND} cannot be told apart by order within the out-of-order bound, so there every order gives the same.
 */
export interface SessionProfile {
  streams: { from: number; to: number };
  /** Events of one stream before disorder and duplicates. */
  eventsPerStream: { from: number; to: number };
  viewers: number;
  /** Moved to the exact start of a second. */
  onSecond: number;
  /** At the very `ts` of the event before. */
  tied: number;
  /** Pauses of 40 s to 4 minutes. */
  gap: number;
  /** Arrive out of order, within the bound. */
  disordered: number;
  late: number;
  tooLate: number;
  duplicate: number;
  /** Claim a time up to 50 s ahead of the clock. */
  ahead: number;
  /** Streams with a `stream_ended`, 40 to 100 % through. */
  ended: number;
  /** Streams, of those, whose `stream_ended` comes late. */
  endedLate: number;
  /** Streams without a `stream_ended` that are closed and go on after a while. */
  reopened: number;
  /** Streams appended at once, long after; the others at the pace of their `ts`. */
  imported: number;
  /** Orders that repeat a line, under a new event id. */
  orderRepeat: number;
  /** How streams tell presence, by weight. */
  feed: Record<FeedKind, number>;
  /** `online_count`s in a feed that has leaves or heartbeats. */
  countsBeside: number;
}

/** `heartbeats_midway`: leaves from the start, heartbeats from the middle; `inferred`: enters and counts; `reported`: counts alone. */
export type FeedKind = 'leaves' | 'heartbeats' | 'heartbeats_midway' | 'inferred' | 'reported';

/** Everything that may come, often. */
export const NASTY: SessionProfile = {
  streams: { from: 1, to: 3 },
  eventsPerStream: { from: 30, to: 160 },
  viewers: 5,
  onSecond: 0.15,
  tied: 0.15,
  gap: 0.01,
  disordered: 0.3,
  late: 0.06,
  tooLate: 0.02,
  duplicate: 0.06,
  ahead: 0.01,
  ended: 0.6,
  endedLate: 0.2,
  reopened: 0.3,
  imported: 0.4,
  orderRepeat: 0.15,
  feed: { leaves: 3, heartbeats: 3, heartbeats_midway: 2, inferred: 1, reported: 1 },
  countsBeside: 0,
};

/** Disorder within the bound alone: nothing late, no clock ahead. */
export const IN_BOUND: SessionProfile = { ...NASTY, late: 0, tooLate: 0, ahead: 0, endedLate: 0, reopened: 0 };
