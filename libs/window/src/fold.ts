import {
  PANE_MS,
  emptyPane,
  paneIndex,
  paneStart,
  type EventTimeSettings,
  type FxRates,
  type IgnoreReason,
  type ItemPresented,
  type ItemWithdrawn,
  type Moment,
  type OnlineCount,
  type OrderLine,
  type Pane,
  type Presence as PresenceEvent,
  type Presentation,
  type ReadEvent,
  type StreamStarted,
  type Visit,
} from '#domain';
import { applyActivity, applyOrderLine, type Activity } from './activity.js';
import { countedFigures, forgetCounts, layCounted, takeCount } from './counted-online.js';
import { advanceLastSeen, moveLastSeen } from './last-seen.js';
import { judgeOrderLine } from './order-lines.js';
import {
  applyPresence,
  censorAll,
  closePresencePane,
  isStale,
  openPresencePane,
  slotForActivity,
  sourceAt,
  startTimeOuts,
  timeOutBefore,
  timeOutPane,
  type Presence,
  type PresencePane,
} from './presence.js';
import { byCueOrder, cutPresentations, onAirAt } from './presentations.js';
import type { Bucket, StreamState } from './stream.js';
import { CHUNK_MASK, chunkOf, findViewer } from './viewer-table.js';

/** What stays the same while the flow runs. */
export interface WindowContext {
  settings: EventTimeSettings;
  rates: FxRates;
}

/** What folding panes of one stream gives, beside the state it leaves. */
export interface Folded {
  /** Panes that became final, in time order. */
  moments: Moment[];
  /** Final panes that changed since, by index; each holds a row of a larger revision. */
  corrected: Map<number, Pane>;
  visits: Visit[];
  begun: { slot: number; from: number }[];
  /** Rows of presentations that are new or cut otherwise. */
  presentations: Presentation[];
}

export const emptyFolded = (): Folded => ({
  moments: [],
  corrected: new Map(),
  visits: [],
  begun: [],
  presentations: [],
});

/**
 * Longest run of panes without any event that is laid out second by second while somebody is present.
 * Beyond it a clock is wrong somewhere: the panes between do not exist.
 */
const CARRY_PANES_MAX = 6 * 3600;

const RANK: Partial<Record<ReadEvent['event']['type'], number>> = {
  stream_started: 0,
  enter: 1,
  heartbeat: 2,
  leave: 3,
  item_presented: 4,
  item_withdrawn: 4,
  script_cue: 4,
  stream_ended: 5,
};
const rankOf = ({ event }: ReadEvent): number => RANK[event.type] ?? 6;

/** The order in which events take effect: effective time, rank, id by code unit. */
const inOrder = (a: ReadEvent, b: ReadEvent): number =>
  a.effective_ts - b.effective_ts ||
  rankOf(a) - rankOf(b) ||
  (a.event.event_id < b.event.event_id ? -1 : a.event.event_id > b.event.event_id ? 1 : 0);

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

const presencePaneOf = (pane: Pane, index: number, out: Folded): PresencePane => ({
  pane,
  index,
  visits: out.visits,
  begun: out.begun,
});

const applyInOrder = (
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

/** Cuts the presentations anew, tells which rows changed, and counts the cues that are without effect now. */
const recut = (stream: StreamState, out: Folded): void => {
  const { stream_id } = stream;
  const sessionEnd = stream.closed ? stream.next! * PANE_MS : null;
  const before = new Map(stream.presentations.map((each) => [each.presentation_id, each]));
  const { presentations, off } = cutPresentations(stream_id, stream.item_cues, sessionEnd);
  for (const each of presentations) {
    const was = before.get(each.presentation_id);
    before.delete(each.presentation_id);
    if (was === undefined || !samePresentation(was, each)) {
      out.presentations.push({ ...each, stream_id, revision: stream.applied });
    }
  }
  for (const gone of before.values()) {
    out.presentations.push({ ...gone, to: gone.from, withdrawn: true, stream_id, revision: stream.applied });
  }
  stream.presentations = presentations;
  stream.ignored.cue_off = off.length;
};

const samePresentation = (a: StreamState['presentations'][number], b: StreamState['presentations'][number]): boolean =>
  a.from === b.from && a.to === b.to && a.title === b.title && a.price_minor === b.price_minor && a.stock === b.stock;

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

const applyCounted = (stream: StreamState, at: PresencePane, bucket: Bucket, out: Folded): void => {
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

/** The pane of a count: the one in progress, or a final one to be corrected as a new row. */
const paneToCount = (stream: StreamState, at: PresencePane, index: number, out: Folded): Pane =>
  index === at.index && !stream.closed ? at.pane : paneToCorrect(stream, index, out);

const paneToCorrect = (stream: StreamState, index: number, out: Folded): Pane => {
  const corrected = out.corrected.get(index);
  if (corrected !== undefined) {
    corrected.revision = stream.applied;
    return corrected;
  }
  const before = stream.recent.get(index);
  const pane = before === undefined ? emptyPane(stream.stream_id, index * PANE_MS) : copyOf(before);
  pane.revision = stream.applied;
  stream.recent.set(index, pane);
  out.corrected.set(index, pane);
  if (stream.past_spans.length === 0 && index < (stream.span_from ?? index)) stream.span_from = index;
  return pane;
};

/** Rows that were handed on are never written again. */
const copyOf = (pane: Pane): Pane => structuredClone(pane);

/** A count changes panes back to the one before it, but none that do not exist: before the running span, or the count's own. */
const applyCount = (stream: StreamState, { ts, count }: OnlineCount, index: number, out: Folded): void => {
  const changed = takeCount(stream.counted, ts, count);
  const own = paneIndex(ts);
  relayCounted(stream, Math.max(changed, Math.min(stream.span_from ?? own, own)), index, out);
};

/** Lays the counted figures of the final panes from `from` up to, not including, `to` anew, as corrections where they differ. */
const relayCounted = (stream: StreamState, from: number, to: number, out: Folded): void => {
  const { counted, presence, recent } = stream;
  let online = recent.get(from - 1)?.online ?? 0;
  for (let index = from; index < to; index++) {
    const before = recent.get(index);
    const figures = countedFigures(counted, presence, index, before?.enters ?? 0, online);
    online = figures?.online ?? before?.online ?? 0;
    if (figures === null || (before !== undefined && sameFigures(before, figures))) continue;
    layCounted(paneToCorrect(stream, index, out), figures);
  }
  if (counted.counts.length > 0) counted.online = online;
};

const sameFigures = (pane: Pane, { quality, online, leaves }: Pick<Pane, 'quality' | 'online' | 'leaves'>): boolean =>
  pane.quality === quality && pane.online === online && pane.leaves === leaves;

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

const count = (stream: StreamState, ignored: IgnoreReason | null): void => {
  if (ignored !== null) stream.ignored[ignored]++;
};

const isPresenceEvent = (event: ReadEvent['event']): event is PresenceEvent =>
  event.type === 'enter' || event.type === 'leave' || event.type === 'heartbeat';

const isActivity = (event: ReadEvent['event']): event is Activity => {
  switch (event.type) {
    case 'danmaku':
    case 'like':
    case 'follow':
    case 'share':
    case 'group_join':
    case 'item_expose':
    case 'item_click':
      return true;
    default:
      return false;
  }
};
