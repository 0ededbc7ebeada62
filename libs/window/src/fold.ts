import { PANE_MS, emptyPane, paneIndex, paneStart, type EventTimeSettings, type ReadEvent } from '#domain';
import { applyCounted, applyInOrder, applyToClosed, presencePaneOf } from './apply.js';
import { countedFigures, forgetCounts, layCounted } from './counted-online.js';
import { inOrder, isActivity } from './effect-order.js';
import type { Folded, WindowContext } from './folded.js';
import { advanceLastSeen } from './last-seen.js';
import { censorAll, closePresencePane, openPresencePane, timeOutPane } from './presence.js';
import { onAirAt } from './presentations.js';
import { recut } from './recut.js';
import type { StreamState } from './stream.js';

/**
 * Longest run of panes without any event that is laid out second by second while somebody is present.
 * Beyond it a clock is wrong somewhere: the panes between do not exist.
 */
const CARRY_PANES_MAX = 6 * 3600;

/** Puts an event where it waits for the pane of its effective time to become final. */
export const wait = (stream: StreamState, read: ReadEvent): void => {
  const index = paneIndex(read.effective_ts);
  let bucket = stream.waiting.get(index);
  if (bucket === undefined) stream.waiting.set(index, (bucket = { ordered: [], counted: [] }));
  if (isActivity(read.event)) bucket.counted.push(read);
  else bucket.ordered.push(read);
};

/** Makes every pane final that ends at or before the stream's watermark. */
export const foldUpTo = (stream: StreamState, endIndex: number, out: Folded, context: WindowContext): void => {
  if (stream.next === null) {
    const first = firstWaiting(stream);
    if (first === null || first >= endIndex) return;
    stream.next = first;
  }
  while (stream.next < endIndex) {
    const index = stream.next;
    if (stream.waiting.has(index) || anybodyThere(stream)) {
      foldPane(stream, index, out, context);
      stream.next = nextIndex(stream, index, endIndex);
    } else {
      stream.next = Math.min(firstWaiting(stream) ?? endIndex, endIndex);
    }
  }
};

/** Closes the stream at `ended_at`: makes its last panes final and censors who is still there; what waits beyond comes after. */
export const foldToEnd = (stream: StreamState, ended_at: number, out: Folded, context: WindowContext): void => {
  const end = paneIndex(ended_at - 1) + 1;
  stream.ended_at = ended_at;
  const begun = stream.next ?? firstWaiting(stream);
  if (begun !== null && begun < end) {
    foldUpTo(stream, end - 1, out, context);
    foldPane(stream, end - 1, out, context);
  }
  stream.next = end;
  stream.closed = true;
  recut(stream, out);
  const beyond = [...stream.waiting.values()].flatMap(({ ordered, counted }) => [...ordered, ...counted]);
  stream.waiting.clear();
  for (const read of beyond.sort(inOrder)) applyToClosed(stream, read, out, context);
};

const foldPane = (stream: StreamState, index: number, out: Folded, context: WindowContext): void => {
  const { presence, counted } = stream;
  const pane = emptyPane(stream.stream_id, index * PANE_MS);
  pane.revision = stream.applied;
  const at = presencePaneOf(pane, index, out);
  stream.span_from ??= index;
  stream.recent.set(index, pane);
  advanceLastSeen(presence.seen, index);
  openPresencePane(presence, at);

  const bucket = stream.waiting.get(index);
  stream.waiting.delete(index);
  if (bucket !== undefined) applyInOrder(stream, at, bucket.ordered.sort(inOrder), out, context);

  const paneEnd = (index + 1) * PANE_MS;
  const end = stream.ended_at ?? Infinity;
  timeOutPane(presence, at, Math.min(end, paneEnd), context.settings);
  if (end <= paneEnd) censorAll(presence, at, end);
  if (bucket !== undefined) applyCounted(stream, at, bucket, out);

  closePresencePane(presence, at);
  const figures = countedFigures(counted, presence, index, pane.enters, counted.online);
  if (figures !== null) layCounted(pane, figures);
  counted.online = figures?.online ?? 0;
  const marks = stream.marks;
  stream.marks = [];
  out.moments.push({ pane, on_air: onAirAt(stream.presentations, pane.ts), cues: marks });
  forgetOld(stream, index, context.settings);
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
  if (stream.waiting.has(next) || !anybodyThere(stream)) return next;
  const later = Math.min(firstWaiting(stream) ?? endIndex, endIndex);
  return later - next > CARRY_PANES_MAX ? later : next;
};

const anybodyThere = ({ presence, counted }: StreamState): boolean => presence.open > 0 || counted.online > 0;

const firstWaiting = (stream: StreamState): number | null => {
  let first: number | null = null;
  for (const index of stream.waiting.keys()) if (first === null || index < first) first = index;
  return first;
};
