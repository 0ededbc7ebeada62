import {
  paneIndex,
  emptyPane,
  PANE_MS,
  type IgnoreReason,
  type ItemPresented,
  type ItemWithdrawn,
  type OrderLine,
  type Pane,
  type Presence as PresenceEvent,
  type ReadEvent,
  type StreamStarted,
} from '#domain';
import { applyActivity, applyOrderLine, type Activity } from './activity.js';
import { applyCount, paneToCount } from './correct.js';
import { isActivity, isPresenceEvent } from './effect-order.js';
import type { Folded, WindowContext } from './folded.js';
import { moveLastSeen } from './last-seen.js';
import { judgeOrderLine } from './order-lines.js';
import {
  applyPresence,
  isStale,
  slotForActivity,
  sourceAt,
  startTimeOuts,
  timeOutBefore,
  type Presence,
  type PresencePane,
} from './presence.js';
import { byCueOrder } from './presentations.js';
import { recut } from './recut.js';
import type { Bucket, StreamState } from './stream.js';
import { CHUNK_MASK, chunkOf, findViewer } from './viewer-table.js';

/** Applies events that wait for the pane in progress, one after the other in the order of {@link inOrder}. */
export const applyInOrder = (
  stream: StreamState,
  at: PresencePane,
  ordered: readonly ReadEvent[],
  out: Folded,
  context: WindowContext,
): void => {
  const { presence } = stream;
  const end = stream.ended_at ?? Infinity;
  ordered.forEach((read, i) => {
    if (presence.first_heartbeat === null && read.effective_ts < end && heartbeatAt(presence, ordered, i))
      startTimeOuts(presence, at, read.effective_ts, context.settings);
    count(stream, applyOrdered(stream, at, read, out, context));
  });
};

/** Is there a heartbeat of the same moment at or after place `i`? What it lets time out does so before anything else of that moment. */
const heartbeatAt = (presence: Presence, ordered: readonly ReadEvent[], i: number): boolean => {
  const { effective_ts } = ordered[i]!;
  for (let at = i; ordered[at]?.effective_ts === effective_ts; at++) {
    const { event, lateness } = ordered[at]!;
    if (event.type === 'heartbeat' && !isStale(presence, { event, lateness })) return true;
  }
  return false;
};

const applyOrdered = (
  stream: StreamState,
  at: PresencePane,
  read: ReadEvent,
  out: Folded,
  context: WindowContext,
): IgnoreReason | null => {
  const { event } = read;
  const end = stream.ended_at ?? Infinity;
  if (event.type === 'stream_ended') return event.event_id === stream.ended_by ? null : 'after_end';
  if (event.ts >= end || (isPresenceEvent(event) && read.effective_ts >= end)) return 'after_end';
  switch (event.type) {
    case 'enter':
    case 'leave':
    case 'heartbeat':
      return applyPresence(stream.presence, at, read as ReadEvent & { event: PresenceEvent }, context.settings);
    case 'online_count':
      applyCount(stream, event, at.index, out);
      return null;
    case 'stream_started':
      return applyStarted(stream, event);
    case 'item_presented':
    case 'item_withdrawn':
      return applyItemCue(stream, event, out);
    case 'script_cue':
      stream.script_cues.push(event);
      if (read.lateness === 'on_time') stream.marks.push({ ts: event.ts, label: event.label });
      return null;
    case 'order_created':
    case 'order_paid':
    case 'order_cancelled':
    case 'order_refunded':
      return applyOrder(stream, at, { ...read, event }, out, context);
    default:
      throw new Error(`stream ${stream.stream_id}: an event of type ${event.type} has no order`);
  }
};

/** Of several `stream_started` the first in cue order counts, however late it comes; the currency is fixed once it is known. */
const applyStarted = (stream: StreamState, event: StreamStarted): null => {
  if (stream.started === null || byCueOrder(event, stream.started) < 0) stream.started = event;
  stream.currency ??= event.currency ?? null;
  return null;
};

const applyItemCue = (stream: StreamState, cue: ItemPresented | ItemWithdrawn, out: Folded): null => {
  const { item_cues } = stream;
  let at = item_cues.length;
  while (at > 0 && byCueOrder(item_cues[at - 1]!, cue) > 0) at--;
  item_cues.splice(at, 0, cue);
  recut(stream, out);
  return null;
};

const applyOrder = (
  stream: StreamState,
  at: PresencePane,
  { event: line, effective_ts }: ReadEvent & { event: OrderLine },
  out: Folded,
  { settings, rates }: WindowContext,
): IgnoreReason | null => {
  const { presence } = stream;
  const known = findViewer(presence.viewers, line.viewer);
  if (known >= 0 && !stream.closed) timeOutBefore(presence, at, known, effective_ts, settings);
  const currency = (stream.currency ??= line.currency);
  const verdict = judgeOrderLine(stream.orders, line);
  if (verdict.repeat) return 'order_repeat';
  const source = line.source ?? sourceAt(presence, line.viewer, line.ts);
  const slot = slotForActivity(presence, line.viewer, at.index);
  const chunk = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  const index = paneIndex(line.ts);
  if (line.type === 'order_created')
    chunk.orderPane[row] = moveLastSeen(presence.seen, 'orderers', chunk.orderPane[row]!, index);
  if (line.type === 'order_paid')
    chunk.paidPane[row] = moveLastSeen(presence.seen, 'buyers', chunk.paidPane[row]!, index);
  applyOrderLine(paneToCount(stream, at, index, out), line, verdict, source, currency, rates);
  return null;
};

/** Counts what viewers did; the order of it has no effect. */
export const applyCounted = (stream: StreamState, at: PresencePane, bucket: Bucket, out: Folded): void => {
  const end = stream.ended_at ?? Infinity;
  for (const { event } of bucket.counted) {
    if (event.ts >= end) stream.ignored.after_end++;
    else applyActivityRead(stream, at, event as Activity, out);
  }
};

const applyActivityRead = (stream: StreamState, at: PresencePane, event: Activity, out: Folded): void => {
  const { presence } = stream;
  const index = paneIndex(event.ts);
  const slot = slotForActivity(presence, event.viewer, at.index);
  applyActivity(paneToCount(stream, at, index, out), index, event, presence.seen, presence.viewers, slot);
};

/** Applies an event to a closed stream: it corrects what is final, or comes after the end. */
export const applyToClosed = (stream: StreamState, read: ReadEvent, out: Folded, context: WindowContext): void => {
  const { event } = read;
  if (event.event_id === stream.ended_by) return;
  if (event.ts >= stream.ended_at! || isPresenceEvent(event)) {
    stream.ignored.after_end++;
    return;
  }
  const at = presencePaneOf(emptyPane(stream.stream_id, stream.next! * PANE_MS), stream.next!, out);
  if (isActivity(event)) applyActivityRead(stream, at, event, out);
  else count(stream, applyOrdered(stream, at, read, out, context));
};

export const presencePaneOf = (pane: Pane, index: number, out: Folded): PresencePane => ({
  pane,
  index,
  visits: out.visits,
  begun: out.begun,
});

const count = (stream: StreamState, ignored: IgnoreReason | null): void => {
  if (ignored !== null) stream.ignored[ignored]++;
};
