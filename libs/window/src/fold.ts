import { PANE_MS, emptyPane, paneIndex, paneStart, type EventTimeSettings } from '#domain';
import { applyDue, applyToClosed, type Occurrence } from './apply.js';
import { copyOf } from './correct.js';
import { countedFigures, forgetCounts, layCounted } from './counted-online.js';
import { isLate, msOf } from './effect-order.js';
import type { Folded, WindowContext } from './folded.js';
import { advanceLastSeen } from './last-seen.js';
import {
  censorAll,
  closePresencePane,
  openPresencePane,
  timeOutAhead,
  timeOutPane,
  type PresencePane,
} from './presence.js';
import { momentOf } from './moment.js';
import { recut } from './recut.js';
import { forgetSaid, finishSaid } from './said.js';
import { correctMerged, dropBeyondEnd, firstShared, isShared, mergeShares, onlineInShares } from './shares.js';
import { countsOf, type Counts } from './standing.js';
import type { PaneInProgress, StreamState } from './stream.js';
import {
  TICKS,
  TICK_MS,
  clearPane,
  firstWaiting,
  isDue,
  takeDue,
  ticksBelow,
  turnAt,
  type Waiting,
} from './waiting.js';

/**
 * Longest run of panes without any event that is laid out second by second while somebody is present.
 * Beyond it a clock is wrong somewhere: the panes between do not exist.
 */
const CARRY_PANES_MAX = 6 * 3600;

/**
 * Applies what waits up to the stream's watermark, ms, and makes every pane final that ends at or before it. The pane in
 * which the watermark stands is left in progress, so that one of a million viewers is not applied all at once.
 */
export const foldUpTo = (stream: StreamState, watermark: number, out: Folded, context: WindowContext): void => {
  const index = paneIndex(watermark);
  makeFinal(stream, index, out, context);
  const waiting = stream.waiting.panes.get(index);
  const ticks = ticksBelow(watermark, index);
  if (waiting === undefined || !isDue(waiting, stream.current?.ticks ?? 0, ticks)) return;
  stream.current ??= openPane(stream, index, countsOf(stream));
  applyTicks(stream, stream.current, ticks, out, context);
  const applied = index * PANE_MS + ticks * TICK_MS;
  timeOutAhead(stream.presence, presencePaneOf(stream, stream.current, out), applied, context.settings);
};

/** Closes the stream at `ended_at`: makes its last panes final and censors who is still there; what waits beyond comes after. */
export const foldToEnd = (stream: StreamState, ended_at: number, out: Folded, context: WindowContext): void => {
  const end = paneIndex(ended_at - 1) + 1;
  stream.ended_at = ended_at;
  if (stream.shares !== undefined) dropBeyondEnd(stream.shares, end);
  const begun = firstToFold(stream);
  if (begun !== null && begun < end) {
    makeFinal(stream, end - 1, out, context);
    foldPane(stream, end - 1, out, context);
  }
  stream.next = end;
  stream.closed = true;
  recut(stream, out);
  for (const each of takeAll(stream.waiting)) applyToClosed(stream, each, out, context);
};

/** Makes the panes below `endIndex` final. */
const makeFinal = (stream: StreamState, endIndex: number, out: Folded, context: WindowContext): void => {
  const first = firstToFold(stream);
  if (first === null || first >= endIndex) return;
  stream.next = first;
  while (stream.next < endIndex) {
    const index = stream.next;
    if (stream.waiting.panes.has(index) || anybodyThere(stream) || isShared(stream, index)) {
      foldPane(stream, index, out, context);
      stream.next = nextIndex(stream, index, endIndex);
    } else {
      stream.next = Math.min(firstAwaited(stream) ?? endIndex, endIndex);
    }
  }
};

const firstToFold = (stream: StreamState): number | null =>
  stream.next ?? stream.current?.index ?? firstAwaited(stream);

/** The first pane that something waits for, or that a share told. */
const firstAwaited = (stream: StreamState): number | null => {
  const waiting = firstWaiting(stream.waiting);
  const shared = stream.shares === undefined ? null : firstShared(stream);
  return waiting === null || (shared !== null && shared < waiting) ? shared : waiting;
};

const foldPane = (stream: StreamState, index: number, out: Folded, context: WindowContext): void => {
  const current = (stream.current ??= openPane(stream, index, null));
  applyTicks(stream, current, TICKS, out, context);
  finishPane(stream, current, out, context);
};

/** A stream that goes on in the very pane in which it was closed goes on counting there. */
const openPane = (stream: StreamState, index: number, before: Counts | null): PaneInProgress => {
  const closedIn = stream.recent.get(index);
  const pane = closedIn === undefined ? emptyPane(stream.stream_id, index * PANE_MS) : copyOf(closedIn);
  stream.span_from ??= index;
  advanceLastSeen(stream.presence.seen, index);
  openPresencePane(stream.presence, pane, index);
  return { pane, index, ticks: 0, before };
};

/** Applies what waits for the pane in its first `ticks`, as far as it has not been. */
const applyTicks = (
  stream: StreamState,
  current: PaneInProgress,
  ticks: number,
  out: Folded,
  context: WindowContext,
): void => {
  const waiting = stream.waiting.panes.get(current.index);
  if (waiting !== undefined) {
    const due = takeDue(waiting, current.ticks, ticks);
    applyDue(stream, presencePaneOf(stream, current, out), waiting, due, out, context);
  }
  current.ticks = ticks;
};

const finishPane = (stream: StreamState, current: PaneInProgress, out: Folded, context: WindowContext): void => {
  const { presence, counted } = stream;
  const { pane, index } = current;
  const at = presencePaneOf(stream, current, out);
  const paneEnd = (index + 1) * PANE_MS;
  const end = stream.ended_at ?? Infinity;
  timeOutPane(presence, at, Math.min(end, paneEnd), context.settings);
  if (end <= paneEnd) censorAll(presence, at, end);
  clearPane(stream.waiting, index);

  closePresencePane(presence, at);
  if (stream.shares !== undefined) mergeShares(stream, stream.shares, pane, index, context);
  const figures = countedFigures(counted, presence, index, pane.enters, counted.online);
  if (figures !== null) layCounted(pane, figures);
  counted.online = figures?.online ?? 0;
  const marks = stream.marks;
  stream.marks = [];
  stream.current = null;
  stream.recent.set(index, pane);
  const said = finishSaid(stream.said, index);
  const { late_paid } = stream;
  delete stream.late_paid;
  const moment = momentOf(stream, pane, marks, { said, late_paid });
  if (stream.share_of !== undefined) moment.distinct = countsOf(stream).distinct;
  out.moments.push(moment);
  if (stream.shares !== undefined) correctMerged(stream, stream.shares, index, out, context);
  forgetOld(stream, index, context.settings);
};

/** The pane in progress as it is seen by what changes it now; rows that it gives have this batch's revision. */
const presencePaneOf = (stream: StreamState, { pane, index }: PaneInProgress, out: Folded): PresencePane => {
  pane.revision = stream.applied;
  return { pane, index, visits: out.visits, begun: out.begun };
};

/** Takes out all that waits, in the order of its effect. */
const takeAll = (waiting: Waiting): Occurrence[] => {
  const panes = [...waiting.panes].sort(([a], [b]) => a - b);
  waiting.panes.clear();
  return panes.flatMap(([index, pane]) =>
    takeDue(pane, 0, TICKS).map((n) => ({
      event: pane.events[n]!,
      effective_ts: index * PANE_MS + msOf(turnAt(pane, n)),
      isLate: isLate(turnAt(pane, n)),
    })),
  );
};

const forgetOld = (
  stream: StreamState,
  index: number,
  { allowedLatenessMs, outOfOrderMs }: EventTimeSettings,
): void => {
  const kept = Math.ceil((allowedLatenessMs + outOfOrderMs) / PANE_MS) + 1;
  const { counts } = stream.counted;
  const firstCount = stream.presence.exits_from < Infinity ? undefined : counts[0];
  const since = firstCount === undefined ? Infinity : paneIndex(firstCount.ts);
  const oldest = Math.min(index - kept, Math.max(since, index - CARRY_PANES_MAX));
  for (const each of stream.recent.keys()) {
    if (each >= oldest) break;
    stream.recent.delete(each);
  }
  forgetSaid(stream.said, index, kept);
  forgetCounts(stream.counted, (index - kept) * PANE_MS);
  const { presence } = stream;
  if (presence.overwritten.length > 0 && index % 16 === 0) {
    const from = paneStart(index * PANE_MS) - allowedLatenessMs - outOfOrderMs - PANE_MS;
    presence.overwritten = presence.overwritten.filter(({ to }) => to >= from);
  }
};

/** The pane after `index`, past a run of empty ones that is too long to be true. */
const nextIndex = (stream: StreamState, index: number, endIndex: number): number => {
  const next = index + 1;
  if (stream.waiting.panes.has(next) || !anybodyThere(stream)) return next;
  const later = Math.min(firstAwaited(stream) ?? endIndex, endIndex);
  return later - next > CARRY_PANES_MAX ? later : next;
};

const anybodyThere = (stream: StreamState): boolean =>
  stream.presence.open > 0 || stream.counted.online > 0 || (stream.shares !== undefined && onlineInShares(stream) > 0);
