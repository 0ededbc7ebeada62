import {
  IGNORE_REASONS,
  type IgnoredCounts,
  type LatePaid,
  type Pane,
  type Presentation,
  type Said,
  type ScriptCue,
  type StreamStarted,
  type EventTimeSettings,
  type CueMark,
  streamOfShare,
} from '#domain';
import { emptyCountedOnline, type CountedOnline } from './counted-online.js';
import { emptyDuplicateMemory, type DuplicateMemory } from './duplicates.js';
import { emptyFeedTimes, type FeedTimes } from './feeds.js';
import { emptyLastSeen } from './last-seen.js';
import { emptyOrderMemory, type OrderMemory } from './order-lines.js';
import type { Presence } from './presence.js';
import type { LateEnd } from './late-end.js';
import type { ItemCue } from './presentations.js';
import { newShares, type Shares } from './shares.js';
import type { Counts } from './standing.js';
import { emptyTenure } from './tenure.js';
import { emptyViewerTable } from './viewer-table.js';
import { emptyWaiting, type Waiting } from './waiting.js';
import type { Inputs } from './watermark.js';
import { emptyWheel } from './wheel.js';

/** A pane of which a part has been applied: that which lies below the watermark. */
export interface PaneInProgress {
  index: number;
  pane: Pane;
  /** Its first ticks, which have been applied. */
  ticks: number;
  /** What was counted before it was opened: told of the stream until it is final. `null` where it is opened only to be finished. */
  before: Counts | null;
}

/** All that is known of one stream while it runs. Plain data: a structured clone of it goes on exactly as it would have. */
export interface StreamState {
  stream_id: string;
  /** Records of the stream applied, the monitor's own included: the revision of whatever changes now. */
  applied: number;
  inputs: Inputs;
  watermark: number;
  duplicates: DuplicateMemory;
  waiting: Waiting;
  current: PaneInProgress | null;
  /** Index of the next pane to become final; everything below is. `null` until the first event. */
  next: number | null;
  first_ts: number;
  largest_ts: number;
  /** Final panes that a late event may still correct, by index. */
  recent: Map<number, Pane>;
  /** Paid lines that came late since the last pane became final; absent where none did. */
  late_paid?: LatePaid[];
  /** What was said in the last panes, the one in progress among them, by index. */
  said: Map<number, Said>;
  presence: Presence;
  counted: CountedOnline;
  orders: OrderMemory;
  currency: string | null;
  started: StreamStarted | null;
  item_cues: ItemCue[];
  script_cues: ScriptCue[];
  marks: CueMark[];
  presentations: Omit<Presentation, 'stream_id' | 'revision'>[];
  /** The smallest `ts` of its `stream_ended`; or, once closed without one, where it was closed. */
  ended_at: number | null;
  /** `event_id` of the `stream_ended` that set `ended_at`. */
  ended_by: string | null;
  closed: boolean;
  /** Its end came late: what was applied beyond it stands until the stream has been read again. Nothing is applied meanwhile. */
  late_end: LateEnd | null;
  /** Where it was closed for being idle, ms, each time before it went on. */
  closings: number[];
  /** Spans of panes before the one now running: an idle stream was closed and went on. */
  past_spans: { from: number; to: number }[];
  /** Index of the first pane of the running span. */
  span_from: number | null;
  late: number;
  too_late: number;
  ignored: IgnoredCounts;
  /** Largest `ts` heard of each feed, and the append time of its last record. */
  coverage: FeedTimes;
  heard: FeedTimes;
  /** What the lanes told of a stream that is spread over them; absent where it is not. */
  shares?: Shares;
  /** The stream that this is a lane's share of; absent where it is whole. */
  share_of?: string;
  /** The end that the owner of the stream asked its share to close at, ms. */
  asked_end?: number;
  /** Append time at which its owner first asked for it, or last for its end. */
  asked_at?: number;
}

/** A stream before its first record; `lanes`: those that it is spread over, where it is. */
export const newStream = (
  stream_id: string,
  settings: EventTimeSettings,
  lanes: readonly string[] | null = null,
): StreamState => {
  const stream = emptyStream(stream_id, settings);
  const share_of = streamOfShare(stream_id);
  if (share_of !== null) stream.share_of = share_of;
  else if (lanes !== null) stream.shares = newShares(lanes);
  return stream;
};

const emptyStream = (stream_id: string, settings: EventTimeSettings): StreamState => ({
  stream_id,
  applied: 0,
  inputs: new Map(),
  watermark: -Infinity,
  duplicates: emptyDuplicateMemory(),
  waiting: emptyWaiting(),
  current: null,
  next: null,
  first_ts: Infinity,
  largest_ts: -Infinity,
  recent: new Map(),
  said: new Map(),
  presence: {
    viewers: emptyViewerTable(),
    open: 0,
    tenure: emptyTenure(),
    seen: emptyLastSeen(),
    wheel: emptyWheel(Math.max(1, Math.floor(settings.presenceTimeoutMs / 1000))),
    first_heartbeat: null,
    exits_from: Infinity,
    heard_from: Infinity,
    overwritten: [],
  },
  counted: emptyCountedOnline(),
  orders: emptyOrderMemory(),
  currency: null,
  started: null,
  item_cues: [],
  script_cues: [],
  marks: [],
  presentations: [],
  ended_at: null,
  ended_by: null,
  closed: false,
  late_end: null,
  closings: [],
  past_spans: [],
  span_from: null,
  late: 0,
  too_late: 0,
  ignored: Object.fromEntries(IGNORE_REASONS.map((reason) => [reason, 0])) as IgnoredCounts,
  coverage: emptyFeedTimes(),
  heard: emptyFeedTimes(),
});
