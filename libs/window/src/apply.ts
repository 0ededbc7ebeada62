import {
  paneIndex,
  convertMinor,
  emptyPane,
  PANE_MS,
  type IgnoreReason,
  type ItemPresented,
  type ItemWithdrawn,
  type LiveEvent,
  type OrderLine,
  type StreamStarted,
} from '#domain';
import { applyActivity, applyOrderLine, type Activity } from './activity.js';
import { applyCount, paneToCount } from './correct.js';
import { RANK, isLate, isMoved, isPresenceRank, msOf, rankOf, rankOfType } from './effect-order.js';
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
import { hearIn } from './said.js';
import type { StreamState } from './stream.js';
import { ORDER_PANE, PAID_PANE, chunkOf, findViewer, wordsAt } from './viewer-table.js';
import { hiAt, loAt, turnAt, type WaitingPane } from './waiting.js';

/** An event and when, ms, it takes effect. */
export interface Occurrence {
  event: LiveEvent;
  effective_ts: number;
  isLate: boolean;
}

/** Applies events that wait for the pane in progress, one after the other. `due` holds their numbers, in order. */
export const applyDue = (
  stream: StreamState,
  at: PresencePane,
  waiting: WaitingPane,
  due: readonly number[],
  out: Folded,
  context: WindowContext,
): void => {
  const { presence } = stream;
  const { settings } = context;
  const paneStart = at.index * PANE_MS;
  const end = stream.ended_at ?? Infinity;
  for (let i = 0; i < due.length; i++) {
    const n = due[i]!;
    const turn = turnAt(waiting, n);
    const effective_ts = paneStart + msOf(turn);
    if (presence.first_heartbeat === null && effective_ts < end && heartbeatAt(presence, waiting, due, i))
      startTimeOuts(presence, effective_ts, settings);
    const rank = rankOf(turn);
    if (isPresenceRank(rank)) {
      const ts = isMoved(turn) ? waiting.events[n]!.ts : effective_ts;
      const ignored =
        ts >= end || effective_ts >= end
          ? 'after_end'
          : applyPresence(presence, at, turn, hiAt(waiting, n), loAt(waiting, n), ts, effective_ts, settings);
      if (ignored !== null) stream.ignored[ignored]++;
      continue;
    }
    const event = waiting.events[n]!;
    if (rank === RANK.activity) {
      if (event.ts >= end) stream.ignored.after_end++;
      else applyActivityRead(stream, at, event as Activity, hiAt(waiting, n), loAt(waiting, n), out, context);
    } else {
      count(stream, applyOther(stream, at, { event, effective_ts, isLate: isLate(turn) }, out, context));
    }
  }
};

/** Is there a heartbeat of the same moment at or after place `i`? What it lets time out does so before anything else of that moment. */
const heartbeatAt = (presence: Presence, waiting: WaitingPane, due: readonly number[], i: number): boolean => {
  const moment = msOf(turnAt(waiting, due[i]!));
  for (let at = i; at < due.length; at++) {
    const n = due[at]!;
    const turn = turnAt(waiting, n);
    if (msOf(turn) !== moment) return false;
    if (rankOf(turn) !== RANK.heartbeat) continue;
    if (!isLate(turn) || !isStale(presence, hiAt(waiting, n), loAt(waiting, n), waiting.events[n]!.ts)) return true;
  }
  return false;
};

/** Applies a cue, a count or an order. */
const applyOther = (
  stream: StreamState,
  at: PresencePane,
  { event, effective_ts, isLate }: Occurrence,
  out: Folded,
  context: WindowContext,
): IgnoreReason | null => {
  if (event.type === 'stream_ended') return event.event_id === stream.ended_by ? null : 'after_end';
  if (event.ts >= (stream.ended_at ?? Infinity)) return 'after_end';
  switch (event.type) {
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
      if (!isLate) stream.marks.push({ ts: event.ts, label: event.label });
      return null;
    case 'order_created':
    case 'order_paid':
    case 'order_cancelled':
    case 'order_refunded':
      return applyOrder(stream, at, event, effective_ts, out, context);
    default:
      throw new Error(`stream ${stream.stream_id}: an event of type ${event.type} is no cue, count or order`);
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
  line: OrderLine,
  effective_ts: number,
  out: Folded,
  { settings, rates }: WindowContext,
): IgnoreReason | null => {
  const { presence } = stream;
  const known = findViewer(presence.viewers, line.viewer.hi, line.viewer.lo);
  if (known >= 0 && !stream.closed) timeOutBefore(presence, at, known, effective_ts, settings);
  const currency = (stream.currency ??= line.currency);
  const verdict = judgeOrderLine(stream.orders, line);
  if (verdict.repeat) return 'order_repeat';
  const source = line.source ?? sourceAt(presence, line.viewer, line.ts);
  const slot = slotForActivity(presence, line.viewer.hi, line.viewer.lo, at.index);
  const { words } = chunkOf(presence.viewers, slot);
  const word = wordsAt(slot);
  const index = paneIndex(line.ts);
  const { seen } = presence;
  if (line.type === 'order_created')
    words[word + ORDER_PANE] = moveLastSeen(seen, 'orderers', words[word + ORDER_PANE]!, index);
  if (line.type === 'order_paid')
    words[word + PAID_PANE] = moveLastSeen(seen, 'buyers', words[word + PAID_PANE]!, index);
  applyOrderLine(paneToCount(stream, at, index, out), line, verdict, source, currency, rates);
  const isLate = index !== at.index && !stream.closed;
  if (isLate && line.type === 'order_paid' && verdict.firstOfLine)
    (stream.late_paid ??= []).push({
      ...{ ts: index * PANE_MS, item_id: line.item_id, of_order: verdict.firstOfOrder, units: line.quantity },
      gmv_minor: convertMinor(line.amount_minor, line.currency, currency, rates) ?? 0,
    });
  return null;
};

const applyActivityRead = (
  stream: StreamState,
  at: PresencePane,
  event: Activity,
  hi: number,
  lo: number,
  out: Folded,
  { hear }: WindowContext,
): void => {
  const { presence } = stream;
  const index = paneIndex(event.ts);
  const slot = slotForActivity(presence, hi, lo, at.index);
  applyActivity(paneToCount(stream, at, index, out), index, event, presence.seen, presence.viewers, slot);
  if (event.type === 'danmaku' && hear !== undefined) hearIn(stream, at.index, index, event, hear);
};

/** Applies an event to a closed stream: it corrects what is final, or comes after the end. */
export const applyToClosed = (
  stream: StreamState,
  occurrence: Occurrence,
  out: Folded,
  context: WindowContext,
): void => {
  const { event } = occurrence;
  if (event.event_id === stream.ended_by) return;
  if (event.ts >= stream.ended_at! || isPresenceRank(rankOfType(event.type))) {
    stream.ignored.after_end++;
    return;
  }
  const index = stream.next!;
  const at = { pane: emptyPane(stream.stream_id, index * PANE_MS), index, visits: out.visits, begun: out.begun };
  if (isActivity(event)) applyActivityRead(stream, at, event, event.viewer.hi, event.viewer.lo, out, context);
  else count(stream, applyOther(stream, at, occurrence, out, context));
};

const count = (stream: StreamState, ignored: IgnoreReason | null): void => {
  if (ignored !== null) stream.ignored[ignored]++;
};

const isActivity = (event: LiveEvent): event is Activity => rankOfType(event.type) === RANK.activity;
