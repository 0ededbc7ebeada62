import type { IgnoredCounts } from './event.js';
import type { ReadEvent } from './log.js';
import type { LatePaid } from './moment.js';
import type { Pane } from './pane.js';
import type { Said } from './said.js';
import type { DistinctCounts, WindowName } from './totals.js';

/** Parts a stream from its shard in a record's key; in no stream's id. */
export const SHARD_MARK = '#';

/** Under which id a lane keeps its share of a stream that is spread over several. */
export const shareIdOf = (stream_id: string): string => stream_id + SHARD_MARK;

/** The stream that an id is a share of; `null`: it is a stream's own. */
export const streamOfShare = (id: string): string | null => (id.endsWith(SHARD_MARK) ? id.slice(0, -1) : null);

/** What one lane counted of one pane. */
export interface ShareMoment {
  pane: Pane;
  /** Of the windows that end with the pane: exact, and they add up, for nobody is in two shares. */
  distinct: Record<WindowName, DistinctCounts>;
  said?: Said;
  late_paid?: LatePaid[];
}

/** How a share stands. */
export interface ShareStanding {
  /** All panes that end at or below it have been told, ms; −∞ before the first event. */
  watermark: number;
  /** Its visits were censored and its last pane told. */
  closed: boolean;
  /** The end that it was asked to close at, ms. */
  asked_end: number | null;
  /** Its lane is read to its end, and nothing of the stream has come for long. */
  quiet: boolean;
  /** Viewers there, as of the last pane told. */
  online: number;
  /** Something was read that is in no pane told. */
  pending: boolean;
  distinct: Record<WindowName, DistinctCounts>;
  /** In which its money is counted; `null` before the first order. */
  currency: string | null;
  late: number;
  too_late: number;
  ignored: IgnoredCounts;
  first_ts: number;
  largest_ts: number;
  /** Effective time of its first leave or heartbeat; ∞ before. */
  exits_from: number;
  /** By feed code: the largest `ts` heard, and the append time of the last record. */
  coverage: Float64Array;
  heard: Float64Array;
}

/** A lane tells the stream's owner what became final in its share, and what was corrected. Told twice it counts once. */
export interface ShareTold {
  readonly kind: 'share_told';
  readonly stream_id: string;
  readonly lane: string;
  /** Of the lane's owner who says it: what an earlier one still says after it is not believed. */
  readonly epoch: number;
  readonly moments: readonly ShareMoment[];
  readonly corrected: readonly Pane[];
  readonly standing: ShareStanding;
  /** Some danmaku that were read, to be shown; no part of any number. */
  readonly sample: readonly ReadEvent[];
}

/** The owner of a stream asks a lane for its share of it: to tell how it stands, even if it has nothing; in which currency; until which end. */
export interface ShareAsked {
  readonly kind: 'share_asked';
  /** The id of the share. */
  readonly stream_id: string;
  readonly currency: string | null;
  readonly ended_at: number | null;
  /** How far the others have come, ms, where it lags because nothing happens in it: who is there stays. */
  readonly to: number | null;
}
