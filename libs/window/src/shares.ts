import {
  IGNORE_REASONS,
  PANE_MS,
  addSaid,
  convertMinor,
  emptySaid,
  paneIndex,
  shareIdOf,
  type DistinctCounts,
  type EventTimeSettings,
  type IgnoredCounts,
  type LatePaid,
  type Pane,
  type ShareAsked,
  type ShareMoment,
  type ShareStanding,
  type ShareTold,
  type WindowName,
} from '#domain';
import { addShare, inCurrency } from './add-share.js';
import { paneToCorrect } from './correct.js';
import type { Folded, WindowContext } from './folded.js';
import type { StreamState } from './stream.js';
import { mergeWatermarks } from './watermark.js';

/** What a stream's owner knows of one lane's share of it. */
export interface Share {
  /** Of the lane's owner who told it last. */
  epoch: number;
  /** Index of the pane after the last that was told. */
  next: number;
  /** Panes told and not yet put together, by index. */
  moments: Map<number, ShareMoment>;
  /** Corrections of those: what was final first is what the detector sees. */
  corrections: Map<number, Pane>;
  /** Panes put together that may still be corrected, by index. */
  merged: Map<number, Pane>;
  /** As of the last pane put together. */
  online: number;
  distinct: ShareMoment['distinct'] | null;
  /** As it was told last; `null`: nothing was. */
  standing: ShareStanding | null;
}

/** The shares of a stream that is spread over several lanes, by lane. */
export type Shares = Map<string, Share>;

const newShare = (): Share => ({
  ...{ epoch: -1, next: 0, moments: new Map(), corrections: new Map(), merged: new Map() },
  ...{ online: 0, distinct: null, standing: null },
});

export const newShares = (lanes: readonly string[]): Shares => new Map(lanes.map((lane) => [lane, newShare()]));

/**
 * Takes in what a lane told of its share. A pane counts as it was told first; what is told again, by whoever took the
 * lane over from an older snapshot, changes nothing.
 */
export const takeTold = (stream: StreamState, told: ShareTold, out: Folded, context: WindowContext): void => {
  const shares = (stream.shares ??= new Map());
  let share = shares.get(told.lane);
  if (share === undefined) shares.set(told.lane, (share = newShare()));
  if (told.epoch < share.epoch) return;
  share.epoch = told.epoch;
  share.standing = told.standing;
  noteStanding(stream, told.standing);
  for (const moment of told.moments) {
    const index = paneIndex(moment.pane.ts);
    if (index < share.next) continue;
    share.next = index + 1;
    if (isFinal(stream, index)) correctShare(stream, share, moment.pane, out, context);
    else share.moments.set(index, moment);
  }
  for (const pane of told.corrected) {
    const index = paneIndex(pane.ts);
    if (isFinal(stream, index)) correctShare(stream, share, pane, out, context);
    else share.corrections.set(index, pane);
  }
};

/** The sooner and the later of all: in whatever order shares are told, they come out the same. */
const noteStanding = (stream: StreamState, standing: ShareStanding): void => {
  stream.first_ts = Math.min(stream.first_ts, standing.first_ts);
  stream.largest_ts = Math.max(stream.largest_ts, standing.largest_ts);
  const { presence, coverage, heard } = stream;
  presence.exits_from = Math.min(presence.exits_from, standing.exits_from);
  coverage.forEach((ts, feed) => (coverage[feed] = Math.max(ts, standing.coverage[feed]!)));
  heard.forEach((ts, feed) => (heard[feed] = Math.max(ts, standing.heard[feed]!)));
};

const isFinal = ({ next, closed }: StreamState, index: number): boolean => closed || (next !== null && index < next);

/** Puts one lane's share of a final pane in the place of what it was. What lies before all that may still be corrected is past mending. */
const correctShare = (stream: StreamState, share: Share, told: Pane, out: Folded, context: WindowContext): void => {
  const index = paneIndex(told.ts);
  if (index < stream.next! - keptPanes(context.settings) || told.ts >= (stream.ended_at ?? Infinity)) return;
  const pane = paneToCorrect(stream, index, out);
  const before = share.merged.get(index);
  const now = moneyOf(stream, share, told, context);
  if (before !== undefined) addShare(pane, before, -1);
  addShare(pane, now, 1);
  share.merged.set(index, now);
};

const moneyOf = (stream: StreamState, { standing }: Share, pane: Pane, { rates }: WindowContext): Pane => {
  const currency = standing?.currency ?? null;
  if (currency === null) return pane;
  stream.currency ??= currency;
  return currency === stream.currency ? pane : inCurrency(pane, currency, stream.currency, rates);
};

const lateMoneyOf = (
  { currency: to }: StreamState,
  { standing }: Share,
  late: readonly LatePaid[],
  { rates }: WindowContext,
): readonly LatePaid[] => {
  const from = standing?.currency ?? null;
  if (from === null || to === null || from === to) return late;
  return late.map((line) => ({ ...line, gmv_minor: convertMinor(line.gmv_minor, from, to, rates) ?? 0 }));
};

/**
 * A stream's watermark by its shares: the smallest over them, for what one lane has not told may still come. One that is
 * quiet, with nobody there and nothing pending, holds nobody up; where all are so, the stream's own inputs say how far it
 * is. Before the end it stands until every share has closed there.
 */
export const sharedWatermark = (stream: StreamState, shares: Shares): number => {
  const { ended_at, watermark } = stream;
  if (ended_at !== null && [...shares.values()].every(({ standing }) => standing?.closed === true)) return ended_at;
  const awaited = [...shares.values()].filter((share) => !isAside(share));
  const reached =
    awaited.length === 0
      ? mergeWatermarks(watermark, stream.inputs.values())
      : Math.max(watermark, Math.min(...awaited.map(({ standing }) => standing?.watermark ?? -Infinity)));
  return ended_at === null ? reached : Math.max(watermark, Math.min(reached, ended_at - 1));
};

const isAside = ({ standing }: Share): boolean => standing !== null && standing.quiet && isEmpty(standing);

/** Has it nothing to tell before something comes? */
const isEmpty = ({ online, pending }: ShareStanding): boolean => online === 0 && !pending;

/** Index of the first pane that a share told and that is not put together; `null` where there is none. */
export const firstShared = ({ shares }: StreamState): number | null => {
  let first: number | null = null;
  for (const { moments } of shares?.values() ?? [])
    for (const index of moments.keys()) if (first === null || index < first) first = index;
  return first;
};

/** Did any lane tell of this pane? */
export const isShared = ({ shares }: StreamState, index: number): boolean => {
  for (const { moments } of shares?.values() ?? []) if (moments.has(index)) return true;
  return false;
};

/** Viewers in the shares, as of the last pane put together. */
export const onlineInShares = ({ shares }: StreamState): number => {
  let online = 0;
  for (const share of shares?.values() ?? []) online += share.online;
  return online;
};

/** Adds what each lane told of pane `index` to what the stream's own records made of it, before it is final. */
export const mergeShares = (
  stream: StreamState,
  shares: Shares,
  pane: Pane,
  index: number,
  context: WindowContext,
): void => {
  for (const share of shares.values()) {
    const moment = share.moments.get(index);
    if (moment === undefined) {
      if (share.moments.size === 0) standAsTold(share);
      continue;
    }
    share.moments.delete(index);
    const own = moneyOf(stream, share, moment.pane, context);
    addShare(pane, own, 1);
    share.merged.set(index, own);
    share.online = moment.pane.online;
    share.distinct = moment.distinct;
    if (moment.said !== undefined) {
      const said = stream.said.get(index) ?? emptySaid();
      addSaid(said, moment.said);
      stream.said.set(index, said);
    }
    if (moment.late_paid !== undefined)
      stream.late_paid = [...(stream.late_paid ?? []), ...lateMoneyOf(stream, share, moment.late_paid, context)];
  }
  stream.late_paid?.sort((a, b) => a.ts - b.ts || (a.item_id < b.item_id ? -1 : 1));
};

/** In a lane that told no pane as nobody is there, the windows run empty. */
const standAsTold = (share: Share): void => {
  share.online = 0;
  share.distinct = share.standing?.distinct ?? null;
};

/** Lays the corrections that came before pane `index` was final, and lets go of what is too old to be corrected. */
export const correctMerged = (
  stream: StreamState,
  shares: Shares,
  index: number,
  out: Folded,
  context: WindowContext,
): void => {
  const oldest = index - keptPanes(context.settings);
  for (const share of shares.values()) {
    const correction = share.corrections.get(index);
    share.corrections.delete(index);
    if (correction !== undefined) correctShare(stream, share, correction, out, context);
    for (const each of share.merged.keys()) {
      if (each >= oldest) break;
      share.merged.delete(each);
    }
  }
};

const keptPanes = ({ allowedLatenessMs, outOfOrderMs }: EventTimeSettings): number =>
  Math.ceil((allowedLatenessMs + outOfOrderMs) / PANE_MS) + 1;

/** What was told beyond the end is none of the stream's. */
export const dropBeyondEnd = (shares: Shares, end: number): void => {
  for (const { moments, corrections } of shares.values()) {
    for (const index of moments.keys()) if (index >= end) moments.delete(index);
    for (const index of corrections.keys()) if (index >= end) corrections.delete(index);
  }
};

/** Distinct viewers of the stream's own records and of all shares: nobody is in two of them. */
export const withShares = (
  own: Record<WindowName, DistinctCounts>,
  shares: Shares,
): Record<WindowName, DistinctCounts> => {
  const sum = structuredCopy(own);
  for (const { distinct } of shares.values()) {
    if (distinct === null) continue;
    for (const window of Object.keys(sum) as WindowName[])
      for (const kind of Object.keys(sum[window]) as (keyof DistinctCounts)[])
        sum[window][kind] += distinct[window][kind];
  }
  return sum;
};

const structuredCopy = (own: Record<WindowName, DistinctCounts>): Record<WindowName, DistinctCounts> => ({
  '10s': { ...own['10s'] },
  '60s': { ...own['60s'] },
  '300s': { ...own['300s'] },
});

/** What was late or without effect in the stream's own records and in all shares. */
export const troubleOf = ({
  late,
  too_late,
  ignored,
  shares,
}: StreamState): { late: number; too_late: number; ignored: IgnoredCounts } => {
  const sum = { late, too_late, ignored: { ...ignored } };
  for (const { standing } of shares?.values() ?? []) {
    if (standing === null) continue;
    sum.late += standing.late;
    sum.too_late += standing.too_late;
    for (const reason of IGNORE_REASONS) sum.ignored[reason] += standing.ignored[reason];
  }
  return sum;
};

/**
 * What a stream's owner has to ask of which lanes: each for its share until it has told of it, for the end until it has
 * closed there, and one that lags with viewers that are silent to go on as far as the others.
 */
export const asksOf = (stream: StreamState): { lane: string; ask: ShareAsked }[] => {
  const { shares, closed, stream_id, ended_at, currency } = stream;
  if (shares === undefined || closed) return [];
  const awake = [...shares.values()].flatMap(({ standing }) => (standing?.quiet === false ? [standing.watermark] : []));
  const furthest = Math.max(-Infinity, ...awake);
  return [...shares].flatMap(([lane, { standing }]) => {
    const lags = standing !== null && standing.quiet && !isEmpty(standing) && standing.watermark < furthest;
    const isTold = standing !== null && (ended_at === null || standing.closed || standing.asked_end === ended_at);
    const isPaid = currency === null || standing === null || standing.currency !== null;
    if (isTold && isPaid && !lags) return [];
    const ask = { stream_id: shareIdOf(stream_id), currency, ended_at, to: lags ? furthest : null };
    return [{ lane, ask: { kind: 'share_asked', ...ask } }];
  });
};

/** Have all lanes been quiet? Then nothing of the stream is to come but by the wall clock. */
export const areQuiet = (shares: Shares): boolean =>
  [...shares.values()].every(({ standing }) => standing?.quiet === true || standing?.closed === true);
