import {
  PANE_MS,
  SOURCES,
  TENURE_BANDS,
  emptySourceCounts,
  paneIndex,
  type EventTimeSettings,
  type Pane,
  type Presence as PresenceEvent,
  type Source,
  type Visit,
  type VisitEnd,
  type IgnoreReason,
  type ViewerKey,
} from '#domain';
import { dropLastSeen, moveLastSeen, type LastSeen } from './last-seen.js';
import { advanceTenure, visitBegins, visitEnds, type Tenure } from './tenure.js';
import {
  CHUNK_MASK,
  chunkOf,
  findOrAddViewer,
  findViewer,
  keyOf,
  removeViewer,
  type ViewerTable,
} from './viewer-table.js';
import { expelDue, enrol, type Wheel } from './wheel.js';

export const PRESENT = 1;
export const RETURNING = 2;
/** The record hangs in the timing wheel. */
export const ENROLLED = 4;

/** Who is here: visits open and lately closed, of one stream. */
export interface Presence {
  viewers: ViewerTable;
  open: number;
  tenure: Tenure;
  seen: LastSeen;
  wheel: Wheel;
  /** Effective time of the stream's first heartbeat: from then on silence ends a visit. */
  first_heartbeat: number | null;
  /** Effective time of the first leave or heartbeat, and of the first enter, leave or heartbeat; ∞ before. */
  exits_from: number;
  heard_from: number;
  /** Closed visits overwritten by a newer one of the same viewer within the allowed lateness: whom a late order may still need. */
  overwritten: { viewer: ViewerKey; from: number; to: number; source: number }[];
}

/** What presence changes besides its own state: the pane in progress and the visits to be stored. */
export interface PresencePane {
  pane: Pane;
  /** Index of that pane. */
  index: number;
  visits: Visit[];
  /** Slots whose visit began since the last batch: stored as open unless they closed meanwhile. */
  begun: { slot: number; from: number }[];
}

/** Opens a pane: moves tenure on, and takes who is here at its start as present throughout and at risk. */
export const openPresencePane = (presence: Presence, { pane, index }: Pick<PresencePane, 'pane' | 'index'>): void => {
  advanceTenure(presence.tenure, index);
  pane.viewer_ms = presence.open * PANE_MS;
  presence.tenure.sources.forEach((of, code) => {
    if (of === null || of.open === 0) return;
    const counts = sourceCounts(pane, SOURCES[code]!);
    for (let band = 0; band < TENURE_BANDS; band++) {
      counts.at_risk[band] = of.bands[band]!;
      pane.at_risk[band]! += of.bands[band]!;
    }
  });
};

/** Notes who is here at the end of the pane. */
export const closePresencePane = (presence: Presence, { pane }: PresencePane): void => {
  pane.online = presence.open;
  presence.tenure.sources.forEach((of, code) => {
    const counts = pane.by_source[SOURCES[code]!];
    if (of !== null && counts !== undefined) counts.online = of.open;
  });
};

/** Applies an enter, heartbeat or leave at its effective time; answers why it had no effect, or `null`. */
export const applyPresence = (
  presence: Presence,
  at: PresencePane,
  event: PresenceEvent,
  effective_ts: number,
  isLate: boolean,
  settings: EventTimeSettings,
): IgnoreReason | null => {
  presence.heard_from = Math.min(presence.heard_from, effective_ts);
  if (event.type !== 'enter') presence.exits_from = Math.min(presence.exits_from, effective_ts);
  const known = findViewer(presence.viewers, event.viewer);
  if (known >= 0) timeOutBefore(presence, at, known, effective_ts, settings);
  if (isLate && isStale(presence, event)) return 'stale_presence';
  const present = known >= 0 && isPresent(presence, known);
  if (event.type === 'leave') {
    if (!present) return 'unmatched_leave';
    endVisit(presence, at, known, effective_ts, 'leave');
    noteApplied(presence, known, event.ts);
    return null;
  }
  const slot = known >= 0 ? known : findOrAddViewer(presence.viewers, event.viewer);
  if (present) signOfLife(presence, slot, effective_ts);
  else beginVisit(presence, at, slot, effective_ts, event);
  noteApplied(presence, slot, event.ts);
  return null;
};

/** Is a late presence event no newer than the last one applied for that viewer? */
export const isStale = (presence: Presence, { viewer, ts }: PresenceEvent): boolean => {
  const slot = findViewer(presence.viewers, viewer);
  return slot >= 0 && ts <= chunkOf(presence.viewers, slot).lastTs[slot & CHUNK_MASK]!;
};

/** Ends every visit whose time-out falls into the pane in progress, and forgets viewers long gone. */
export const timeOutPane = (presence: Presence, at: PresencePane, before: number, settings: EventTimeSettings): void =>
  expelDue(presence.wheel, presence.viewers, at.index, (slot) => {
    if (isPresent(presence, slot)) {
      const deadline = deadlineOf(presence, slot, settings);
      if (deadline >= before) return paneIndex(deadline);
      endVisit(presence, at, slot, deadline, 'timeout');
    }
    const keepUntil = keptUntilPane(presence, slot, settings);
    if (keepUntil > at.index) return keepUntil;
    forget(presence, slot);
    return null;
  });

/** The stream ends at `ended_at`: visits still open are censored there. */
export const censorAll = (presence: Presence, at: PresencePane, ended_at: number): void => {
  for (let slot = 0; slot < presence.viewers.slots; slot++) {
    if (isPresent(presence, slot)) endVisit(presence, at, slot, ended_at, 'censored');
  }
};

/** Source of the viewer's visit open at `ts`, `[from, to)`; `other` where there is none. */
export const sourceAt = (presence: Presence, viewer: ViewerKey, ts: number): Source => {
  const slot = findViewer(presence.viewers, viewer);
  if (slot >= 0) {
    const chunk = chunkOf(presence.viewers, slot);
    const row = slot & CHUNK_MASK;
    const begun = chunk.enterPane[row] !== 0 && chunk.from[row]! <= ts;
    if (begun && (isPresent(presence, slot) || ts < chunk.sign[row]!)) return SOURCES[chunk.source[row]!]!;
  }
  for (const visit of presence.overwritten) {
    if (visit.viewer.lo === viewer.lo && visit.viewer.hi === viewer.hi && visit.from <= ts && ts < visit.to) {
      return SOURCES[visit.source]!;
    }
  }
  return 'other';
};

/** A viewer's time-out that falls before or on `ts` comes before whatever happens at `ts`. */
export const timeOutBefore = (
  presence: Presence,
  at: PresencePane,
  slot: number,
  ts: number,
  settings: EventTimeSettings,
): void => {
  if (!isPresent(presence, slot)) return;
  const deadline = deadlineOf(presence, slot, settings);
  if (deadline <= ts) endVisit(presence, at, slot, deadline, 'timeout');
};

/** Slot of a viewer for noting what she did; she need not be present. Enrolled, so that she is forgotten one day. */
export const slotForActivity = (presence: Presence, viewer: ViewerKey, index: number): number => {
  const slot = findOrAddViewer(presence.viewers, viewer);
  if (!isPresent(presence, slot)) enrolSlot(presence, slot, index + presence.wheel.heads.length);
  return slot;
};

export const openVisitOf = (presence: Presence, stream_id: string, slot: number, revision: number): Visit =>
  visitOf(presence, stream_id, slot, null, null, revision);

export const isPresent = (presence: Presence, slot: number): boolean =>
  (chunkOf(presence.viewers, slot).flags[slot & CHUNK_MASK]! & PRESENT) !== 0;

export const sourceCounts = (pane: Pane, source: Source) => (pane.by_source[source] ??= emptySourceCounts());

const deadlineOf = (presence: Presence, slot: number, { presenceTimeoutMs }: EventTimeSettings): number =>
  presence.first_heartbeat === null
    ? Infinity
    : Math.max(chunkOf(presence.viewers, slot).sign[slot & CHUNK_MASK]! + presenceTimeoutMs, presence.first_heartbeat);

/**
 * At the stream's first heartbeat: all who have been silent for too long time out there, the others are watched from now
 * on. The wheel is laid anew, since a turn given before may lie beyond a deadline that now exists.
 */
export const startTimeOuts = (
  presence: Presence,
  at: PresencePane,
  first: number,
  settings: EventTimeSettings,
): void => {
  presence.first_heartbeat = first;
  const { viewers, wheel } = presence;
  for (let slot = 0; slot < viewers.slots; slot++) timeOutBefore(presence, at, slot, first, settings);
  wheel.heads.fill(-1);
  for (let slot = 0; slot < viewers.slots; slot++) {
    const chunk = chunkOf(viewers, slot);
    const row = slot & CHUNK_MASK;
    if (chunk.flags[row] === 0) continue;
    chunk.flags[row]! |= ENROLLED;
    enrol(wheel, viewers, slot, isPresent(presence, slot) ? paneIndex(deadlineOf(presence, slot, settings)) : Infinity);
  }
};

const beginVisit = (presence: Presence, at: PresencePane, slot: number, ts: number, event: PresenceEvent): void => {
  const chunk = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  if (chunk.enterPane[row] !== 0) {
    presence.overwritten.push({
      viewer: keyOf(presence.viewers, slot),
      from: chunk.from[row]!,
      to: chunk.sign[row]!,
      source: chunk.source[row]!,
    });
  }
  const source = (event.type === 'enter' && event.source) || 'other';
  const code = SOURCES.indexOf(source);
  chunk.flags[row] =
    (chunk.flags[row]! & ENROLLED) | PRESENT | (event.type === 'enter' && event.returning ? RETURNING : 0);
  chunk.source[row] = code;
  chunk.from[row] = ts;
  chunk.sign[row] = ts;
  dropLastSeen(presence.seen, 'gone', chunk.leftPane[row]!);
  chunk.leftPane[row] = 0;
  chunk.enterPane[row] = moveLastSeen(presence.seen, 'entrants', chunk.enterPane[row]!, at.index);
  if (presence.first_heartbeat !== null) enrolSlot(presence, slot, at.index + presence.wheel.heads.length);
  presence.open++;
  visitBegins(presence.tenure, code);
  at.begun.push({ slot, from: ts });

  const { pane } = at;
  const counts = sourceCounts(pane, source);
  pane.enters++;
  counts.enters++;
  pane.at_risk[0]!++;
  counts.at_risk[0]!++;
  pane.viewer_ms += (at.index + 1) * PANE_MS - ts;
};

const endVisit = (presence: Presence, at: PresencePane, slot: number, ts: number, how: VisitEnd): void => {
  const chunk = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  const code = chunk.source[row]!;
  const band = visitEnds(presence.tenure, code, paneIndex(chunk.from[row]!));
  presence.open--;
  const { pane } = at;
  at.visits.push(visitOf(presence, pane.stream_id, slot, ts, how, pane.revision));
  chunk.flags[row]! &= ~PRESENT;
  chunk.sign[row] = ts;
  chunk.leftPane[row] = moveLastSeen(presence.seen, 'gone', 0, lastPaneOf(chunk.from[row]!, ts));
  enrolSlot(presence, slot, at.index + presence.wheel.heads.length);

  pane.viewer_ms -= (at.index + 1) * PANE_MS - ts;
  if (how === 'censored') {
    pane.censored++;
    return;
  }
  const counts = sourceCounts(pane, SOURCES[code]!);
  pane.leaves++;
  counts.leaves++;
  if (how === 'timeout') pane.timeouts++;
  pane.leaves_by_tenure[band]!++;
  counts.leaves_by_tenure[band]!++;
};

/** Last pane in which a visit `[from, to)` was present; a visit of no length counts where it was. */
const lastPaneOf = (from: number, to: number): number => paneIndex(Math.max(from, to - 1));

const visitOf = (
  presence: Presence,
  stream_id: string,
  slot: number,
  to: number | null,
  ended: VisitEnd | null,
  revision: number,
): Visit => {
  const chunk = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  return {
    stream_id,
    viewer: keyOf(presence.viewers, slot),
    from: chunk.from[row]!,
    to,
    ended,
    source: SOURCES[chunk.source[row]!]!,
    returning: (chunk.flags[row]! & RETURNING) !== 0,
    revision,
  };
};

const signOfLife = (presence: Presence, slot: number, ts: number): void => {
  const { sign } = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  if (ts > sign[row]!) sign[row] = ts;
};

const noteApplied = (presence: Presence, slot: number, ts: number): void => {
  const { lastTs } = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  if (ts > lastTs[row]!) lastTs[row] = ts;
};

const enrolSlot = (presence: Presence, slot: number, pane: number): void => {
  const chunk = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  if ((chunk.flags[row]! & ENROLLED) !== 0) return;
  chunk.flags[row]! |= ENROLLED;
  enrol(presence.wheel, presence.viewers, slot, pane);
};

/** Until when a viewer who is gone matters: late presence is measured against her last one, and live windows still count her. */
const keptUntilPane = (presence: Presence, slot: number, settings: EventTimeSettings): number => {
  const chunk = chunkOf(presence.viewers, slot);
  const row = slot & CHUNK_MASK;
  const lateUntil = paneIndex(
    Math.max(chunk.lastTs[row]!, chunk.sign[row]!) + settings.allowedLatenessMs + 2 * PANE_MS + settings.outOfOrderMs,
  );
  const lastDone = Math.max(
    chunk.leftPane[row]!,
    chunk.enterPane[row]!,
    chunk.interactPane[row]!,
    chunk.exposePane[row]!,
    chunk.clickPane[row]!,
    chunk.orderPane[row]!,
    chunk.paidPane[row]!,
  );
  return Math.max(lateUntil, lastDone + 301);
};

const forget = (presence: Presence, slot: number): void => {
  chunkOf(presence.viewers, slot).flags[slot & CHUNK_MASK] = 0;
  removeViewer(presence.viewers, slot);
};
