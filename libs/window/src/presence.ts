import {
  PANE_MS,
  SOURCES,
  emptySourceCounts,
  paneIndex,
  type EventTimeSettings,
  type Pane,
  type Source,
  type Visit,
  type VisitEnd,
  type IgnoreReason,
  type ViewerKey,
} from '#domain';
import { RANK, isLate, isReturning, rankOf, sourceOf, type Turn } from './effect-order.js';
import { LAST_SEEN_PANES, dropLastSeen, moveLastSeen, type LastSeen } from './last-seen.js';
import { advanceTenure, layTenure, visitBegins, visitEnds, type Tenure } from './tenure.js';
import {
  ENTER_PANE,
  FLAGS,
  FROM,
  GONE_PANE,
  LAST_TS,
  PAID_PANE,
  SIGN,
  SOURCE,
  addViewer,
  chunkOf,
  findOrAddViewer,
  findViewer,
  keyOf,
  removeViewer,
  timesAt,
  wordsAt,
  type ViewerTable,
} from './viewer-table.js';
import { clearWheel, enrol, expelAhead, expelDue, type Wheel } from './wheel.js';

/** Flags of a record. */
const PRESENT = 1;
const RETURNING = 2;
/** It hangs in the timing wheel. */
const ENROLLED = 4;
/** Its visit has not been told yet. */
const UNTOLD = 8;

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
  /** Slots whose visit began since the last batch. */
  begun: number[];
}

/** Opens a pane: moves tenure on, and takes who is here at its start as present throughout. */
export const openPresencePane = (presence: Presence, pane: Pane, index: number): void => {
  advanceTenure(presence.tenure, index);
  pane.viewer_ms += presence.open * PANE_MS;
};

/** Notes who came, left and was at risk in the pane, and who is here at its end. */
export const closePresencePane = (presence: Presence, { pane }: PresencePane): void => {
  pane.online = presence.open;
  layTenure(presence.tenure, pane);
};

/**
 * Applies the enter, heartbeat or leave of the viewer `hi`, `lo` at its effective time; answers why it had no effect, or
 * `null`. Numbers, not the event: what is done for each of a million heartbeats must not go looking for it in memory.
 */
export const applyPresence = (
  presence: Presence,
  at: PresencePane,
  turn: Turn,
  hi: number,
  lo: number,
  ts: number,
  effective_ts: number,
  settings: EventTimeSettings,
): IgnoreReason | null => {
  const { viewers } = presence;
  const rank = rankOf(turn);
  if (effective_ts < presence.heard_from) presence.heard_from = effective_ts;
  if (rank !== RANK.enter && effective_ts < presence.exits_from) presence.exits_from = effective_ts;
  let slot = findViewer(viewers, hi, lo);
  if (slot >= 0) {
    timeOutBefore(presence, at, slot, effective_ts, settings);
    if (isLate(turn) && ts <= lastTsOf(viewers, slot)) return 'stale_presence';
  }
  if (slot < 0 || !isPresent(presence, slot)) {
    if (rank === RANK.leave) return 'unmatched_leave';
    if (slot < 0) slot = addViewer(viewers, hi, lo);
    beginVisit(presence, at, slot, effective_ts, turn);
  } else if (rank === RANK.leave) endVisit(presence, at, slot, effective_ts, 'leave');
  else signOfLife(viewers, slot, effective_ts);
  noteApplied(viewers, slot, ts);
  return null;
};

/** Is a late presence event of this viewer no newer than the last one applied? */
export const isStale = ({ viewers }: Presence, hi: number, lo: number, ts: number): boolean => {
  const slot = findViewer(viewers, hi, lo);
  return slot >= 0 && ts <= lastTsOf(viewers, slot);
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

/** Looks so many times at most, each time a part of a pane has been applied. */
const LOOKS_AHEAD = 8_192;

/**
 * Ends visits whose time-out falls into the pane in progress, below `before`: nothing takes effect there any more. A part
 * of the pane's work done while it goes on, so that its end holds nobody up; what it leaves, {@link timeOutPane} does.
 */
export const timeOutAhead = (presence: Presence, at: PresencePane, before: number, settings: EventTimeSettings): void =>
  expelAhead(presence.wheel, presence.viewers, at.index, LOOKS_AHEAD, (slot) => {
    if (isPresent(presence, slot)) {
      const deadline = deadlineOf(presence, slot, settings);
      if (deadline >= before) return paneIndex(deadline);
      endVisit(presence, at, slot, deadline, 'timeout');
    }
    return Math.max(at.index, keptUntilPane(presence, slot, settings));
  });

/** The stream ends at `ended_at`: visits still open are censored there. */
export const censorAll = (presence: Presence, at: PresencePane, ended_at: number): void => {
  for (let slot = 0; slot < presence.viewers.slots; slot++) {
    if (isPresent(presence, slot)) endVisit(presence, at, slot, ended_at, 'censored');
  }
};

/** Source of the viewer's visit open at `ts`, `[from, to)`; `other` where there is none. */
export const sourceAt = (presence: Presence, viewer: ViewerKey, ts: number): Source => {
  const slot = findViewer(presence.viewers, viewer.hi, viewer.lo);
  if (slot >= 0) {
    const { words, times } = chunkOf(presence.viewers, slot);
    const word = wordsAt(slot);
    const time = timesAt(slot);
    const begun = words[word + ENTER_PANE] !== 0 && times[time + FROM]! <= ts;
    if (begun && (isPresent(presence, slot) || ts < times[time + SIGN]!)) return SOURCES[words[word + SOURCE]!]!;
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
  if (presence.first_heartbeat === null || !isPresent(presence, slot)) return;
  const deadline = deadlineOf(presence, slot, settings);
  if (deadline <= ts) endVisit(presence, at, slot, deadline, 'timeout');
};

/** Slot of a viewer for noting what she did; she need not be present. Enrolled, so that she is forgotten one day. */
export const slotForActivity = (presence: Presence, hi: number, lo: number, index: number): number => {
  const slot = findOrAddViewer(presence.viewers, hi, lo);
  if (!isPresent(presence, slot)) enrolSlot(presence, slot, index + presence.wheel.heads.length);
  return slot;
};

/** Visits begun since they were last told and still open, as rows; those that closed meanwhile are told as closed. */
export const takeOpenVisits = (
  presence: Presence,
  begun: readonly number[],
  stream_id: string,
  revision: number,
): Visit[] => {
  const visits: Visit[] = [];
  for (const slot of begun) {
    const { words } = chunkOf(presence.viewers, slot);
    const word = wordsAt(slot);
    if ((words[word + FLAGS]! & UNTOLD) === 0) continue;
    words[word + FLAGS]! &= ~UNTOLD;
    visits.push(visitOf(presence, stream_id, slot, null, null, revision));
  }
  return visits;
};

export const isPresent = ({ viewers }: Presence, slot: number): boolean =>
  (chunkOf(viewers, slot).words[wordsAt(slot) + FLAGS]! & PRESENT) !== 0;

export const sourceCounts = (pane: Pane, source: Source) => (pane.by_source[source] ??= emptySourceCounts());

const deadlineOf = (presence: Presence, slot: number, { presenceTimeoutMs }: EventTimeSettings): number =>
  presence.first_heartbeat === null
    ? Infinity
    : Math.max(
        chunkOf(presence.viewers, slot).times[timesAt(slot) + SIGN]! + presenceTimeoutMs,
        presence.first_heartbeat,
      );

/**
 * From the stream's first heartbeat on silence ends a visit: everybody is watched, by a wheel that is laid anew, since a
 * turn given before may lie beyond a deadline that now exists. Who has been silent for too long times out at this very
 * moment: in this pane's turn, or before anything else is applied for that viewer.
 */
export const startTimeOuts = (presence: Presence, first: number, settings: EventTimeSettings): void => {
  presence.first_heartbeat = first;
  const { viewers, wheel } = presence;
  clearWheel(wheel);
  for (let slot = 0; slot < viewers.slots; slot++) {
    const { words } = chunkOf(viewers, slot);
    const word = wordsAt(slot);
    if (words[word + FLAGS] === 0) continue;
    words[word + FLAGS]! |= ENROLLED;
    enrol(wheel, viewers, slot, isPresent(presence, slot) ? paneIndex(deadlineOf(presence, slot, settings)) : Infinity);
  }
};

const beginVisit = (presence: Presence, at: PresencePane, slot: number, ts: number, turn: Turn): void => {
  const { viewers, seen, wheel } = presence;
  const { words, times } = chunkOf(viewers, slot);
  const word = wordsAt(slot);
  const time = timesAt(slot);
  if (words[word + ENTER_PANE] !== 0) {
    presence.overwritten.push({
      viewer: keyOf(viewers, slot),
      from: times[time + FROM]!,
      to: times[time + SIGN]!,
      source: words[word + SOURCE]!,
    });
  }
  const code = sourceOf(turn);
  const returning = isReturning(turn) ? RETURNING : 0;
  words[word + FLAGS] = (words[word + FLAGS]! & ENROLLED) | PRESENT | UNTOLD | returning;
  words[word + SOURCE] = code;
  times[time + FROM] = ts;
  times[time + SIGN] = ts;
  dropLastSeen(seen, 'gone', words[word + GONE_PANE]!);
  words[word + GONE_PANE] = 0;
  words[word + ENTER_PANE] = moveLastSeen(seen, 'entrants', words[word + ENTER_PANE]!, at.index);
  if (presence.first_heartbeat !== null) enrolSlot(presence, slot, at.index + wheel.heads.length);
  presence.open++;
  visitBegins(presence.tenure, code);
  at.begun.push(slot);
  at.pane.viewer_ms += (at.index + 1) * PANE_MS - ts;
};

const endVisit = (presence: Presence, at: PresencePane, slot: number, ts: number, how: VisitEnd): void => {
  const { viewers, seen, wheel } = presence;
  const { words, times } = chunkOf(viewers, slot);
  const word = wordsAt(slot);
  const time = timesAt(slot);
  const from = times[time + FROM]!;
  const { pane, index } = at;
  visitEnds(presence.tenure, words[word + SOURCE]!, paneIndex(from), how);
  presence.open--;
  at.visits.push(visitOf(presence, pane.stream_id, slot, ts, how, pane.revision));
  words[word + FLAGS]! &= ~(PRESENT | UNTOLD);
  times[time + SIGN] = ts;
  words[word + GONE_PANE] = moveLastSeen(seen, 'gone', 0, lastPaneOf(from, ts));
  enrolSlot(presence, slot, index + wheel.heads.length);

  pane.viewer_ms -= (index + 1) * PANE_MS - ts;
  if (how === 'censored') pane.censored++;
  else if (how === 'timeout') pane.timeouts++;
};

/** Last pane in which a visit `[from, to)` was present; a visit of no length counts where it was. */
const lastPaneOf = (from: number, to: number): number => paneIndex(Math.max(from, to - 1));

const visitOf = (
  { viewers }: Presence,
  stream_id: string,
  slot: number,
  to: number | null,
  ended: VisitEnd | null,
  revision: number,
): Visit => {
  const { words, times } = chunkOf(viewers, slot);
  const word = wordsAt(slot);
  return {
    stream_id,
    viewer: keyOf(viewers, slot),
    from: times[timesAt(slot) + FROM]!,
    to,
    ended,
    source: SOURCES[words[word + SOURCE]!]!,
    returning: (words[word + FLAGS]! & RETURNING) !== 0,
    revision,
  };
};

const signOfLife = (viewers: ViewerTable, slot: number, ts: number): void => {
  const { times } = chunkOf(viewers, slot);
  const sign = timesAt(slot) + SIGN;
  if (ts > times[sign]!) times[sign] = ts;
};

const noteApplied = (viewers: ViewerTable, slot: number, ts: number): void => {
  const { times } = chunkOf(viewers, slot);
  const last = timesAt(slot) + LAST_TS;
  if (ts > times[last]!) times[last] = ts;
};

const lastTsOf = (viewers: ViewerTable, slot: number): number => chunkOf(viewers, slot).times[timesAt(slot) + LAST_TS]!;

const enrolSlot = ({ viewers, wheel }: Presence, slot: number, pane: number): void => {
  const { words } = chunkOf(viewers, slot);
  const flags = wordsAt(slot) + FLAGS;
  if ((words[flags]! & ENROLLED) !== 0) return;
  words[flags]! |= ENROLLED;
  enrol(wheel, viewers, slot, pane);
};

/** Until when a viewer who is gone matters: late presence is measured against her last one, and live windows still count her. */
const keptUntilPane = ({ viewers }: Presence, slot: number, settings: EventTimeSettings): number => {
  const { words, times } = chunkOf(viewers, slot);
  const time = timesAt(slot);
  const lateUntil = paneIndex(
    Math.max(times[time + LAST_TS]!, times[time + SIGN]!) +
      settings.allowedLatenessMs +
      2 * PANE_MS +
      settings.outOfOrderMs,
  );
  let lastDone = 0;
  const word = wordsAt(slot);
  for (let done = GONE_PANE; done <= PAID_PANE; done++) lastDone = Math.max(lastDone, words[word + done]!);
  return Math.max(lateUntil, lastDone + LAST_SEEN_PANES + 1);
};

const forget = ({ viewers }: Presence, slot: number): void => {
  chunkOf(viewers, slot).words[wordsAt(slot) + FLAGS] = 0;
  removeViewer(viewers, slot);
};
