import type { ItemCounts, Pane, PresenceQuality, Source, SourceCounts } from '#domain';
import { groupBy } from './group.js';
import type { CountedLine } from './orders.js';
import { type OracleVisit, paneOfEnd } from './presence.js';
import { inferLeaves, lastCountBefore } from './reported.js';
import type { Read } from './reading.js';
import { PANE_MS, type Span, endOfPanes, floorToPane, spanAt } from './spans.js';

/** A pane but for what only the pipeline knows: how often it was written, and what its detector expected. */
export type OraclePane = Omit<Pane, 'revision' | 'expected_leaves'>;

/** Everything of a stream that counts, as its panes are counted from it. */
export interface Counted {
  stream_id: string;
  /** Danmaku, likes, follows, shares, group joins, exposes, clicks. */
  activity: Read[];
  /** `online_count`s in the order of `ts`. */
  counts: Read[];
  /** Presence events with an effect or without one. */
  presence: Read[];
  visits: OracleVisit[];
  lines: CountedLine[];
}

/** Lower edges of the tenure bands, s (metrics.md). */
const BAND_EDGES_S = [0, 3, 6, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];
export const bandOf = (tenure_s: number): number => BAND_EDGES_S.findLastIndex((edge) => edge <= tenure_s);
export const noBands = (): number[] => BAND_EDGES_S.map(() => 0);

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);

/** Every pane of the spans that ends at or before `now` (ms), in order. */
export const panesOf = (counted: Counted, spans: readonly Span[], now: number): OraclePane[] => {
  const starts = new Set<number>();
  for (const { from, end } of spans)
    for (let ts = from; ts + PANE_MS <= (end === null ? now : endOfPanes(end)); ts += PANE_MS) starts.add(ts);

  const ofSpan = new Map(
    spans.map((span) => {
      const counts = counted.counts.filter(({ event }) => spanAt([span], event.ts) !== undefined);
      return [span, { counted: { ...counted, counts }, inferred: inferLeaves(counts, counted.visits) }];
    }),
  );
  const activity = groupBy(counted.activity, ({ event }) => floorToPane(event.ts));
  const lines = groupBy(counted.lines, ({ ts }) => floorToPane(ts));
  const panes: OraclePane[] = [];
  for (const ts of [...starts].sort((a, b) => a - b)) {
    const own = ofSpan.get(spanAt(spans, ts) ?? spans.at(-1)!)!;
    const onlineBefore = panes.at(-1)?.online ?? 0;
    panes.push({
      stream_id: counted.stream_id,
      ts,
      other_money: otherMoney(lines.get(ts) ?? []),
      ...activityCounts(activity.get(ts) ?? []),
      ...orderCounts(lines.get(ts) ?? []),
      by_item: byItem(activity.get(ts) ?? [], lines.get(ts) ?? []),
      ...presenceCounts(own.counted, own.inferred, ts, onlineBefore),
      by_source: bySource(counted.visits, lines.get(ts) ?? [], ts),
    });
  }
  return panes;
};

const activityCounts = (events: readonly Read[]) => {
  const of = (type: string) => events.filter(({ event }) => event.type === type);
  return {
    danmaku: of('danmaku').length,
    likes: sum(of('like'), ({ event }) => event.count ?? 1),
    follows: of('follow').length,
    shares: of('share').length,
    group_joins: of('group_join').length,
    item_exposes: of('item_expose').length,
    item_clicks: of('item_click').length,
  };
};

const orderCounts = (lines: readonly CountedLine[]) => {
  const orders = (type: string) => lines.filter((line) => line.type === type && line.firstOfOrder).length;
  return {
    orders_created: orders('order_created'),
    orders_paid: orders('order_paid'),
    orders_cancelled: orders('order_cancelled'),
    orders_refunded: orders('order_refunded'),
    ...sumsOverLines(lines),
  };
};

const sumsOverLines = (lines: readonly CountedLine[]) => {
  const of = (type: string) => lines.filter((line) => line.type === type);
  const money = ({ money }: CountedLine) => money ?? 0;
  return {
    units_paid: sum(of('order_paid'), ({ quantity }) => quantity),
    gmv_created_minor: sum(of('order_created'), money),
    gmv_paid_minor: sum(of('order_paid'), money),
    refund_minor: sum(of('order_refunded'), money),
  };
};

/** Paid amounts without a rate, by currency. */
const otherMoney = (lines: readonly CountedLine[]): Record<string, number> => {
  const foreign = lines.filter((line) => line.type === 'order_paid' && line.money === null);
  const currencies = groupBy(foreign, ({ currency }) => currency);
  return Object.fromEntries([...currencies].map(([currency, of]) => [currency, sum(of, (line) => line.amount_minor)]));
};

/** Of one item an order is its line: it counts once an item, however many lines it has. */
const byItem = (activity: readonly Read[], lines: readonly CountedLine[]): Record<string, ItemCounts> => {
  const ids = new Set([...activity.flatMap(({ event }) => event.item_id ?? []), ...lines.map((line) => line.item_id)]);
  const countsOf = (item_id: string): ItemCounts => {
    const touches = (type: string) =>
      activity.filter(({ event }) => event.type === type && event.item_id === item_id).length;
    const own = lines.filter((line) => line.item_id === item_id);
    const orders = (type: string) => own.filter((line) => line.type === type && line.firstOfLine).length;
    return {
      item_exposes: touches('item_expose'),
      item_clicks: touches('item_click'),
      orders_created: orders('order_created'),
      orders_paid: orders('order_paid'),
      orders_cancelled: orders('order_cancelled'),
      orders_refunded: orders('order_refunded'),
      ...sumsOverLines(own),
    };
  };
  return Object.fromEntries([...ids].map((id) => [id, countsOf(id)]));
};

/** At risk in the pane: open at its start, or begun in it. What ends in the pane was at risk in it. */
const atRisk = (visits: readonly OracleVisit[], ts: number) =>
  visits.filter((visit) => floorToPane(visit.from) <= ts && ts <= paneOfEnd(visit));

const endedIn = (visits: readonly OracleVisit[], ts: number, ...how: OracleVisit['ended'][]) =>
  visits.filter((visit) => paneOfEnd(visit) === ts && how.includes(visit.ended));

const openAtEnd = (visits: readonly OracleVisit[], ts: number) =>
  visits.filter((visit) => floorToPane(visit.from) <= ts && ts < paneOfEnd(visit));

const tenureBands = (visits: readonly OracleVisit[], ts: number): number[] => {
  const bands = noBands();
  for (const { from } of visits) bands[bandOf((ts - floorToPane(from)) / PANE_MS)]!++;
  return bands;
};

const msWithin = ({ from, to }: OracleVisit, ts: number): number =>
  Math.max(0, Math.min(to ?? Infinity, ts + PANE_MS) - Math.max(from, ts));

const presenceCounts = (counted: Counted, inferred: Map<number, number>, ts: number, onlineBefore: number) => {
  const { visits, counts } = counted;
  const quality = qualityOf(counted, ts + PANE_MS);
  const enters = visits.filter(({ from }) => floorToPane(from) === ts).length;
  const fromVisits = {
    quality,
    online: openAtEnd(visits, ts).length,
    enters,
    leaves: endedIn(visits, ts, 'leave', 'timeout').length,
    timeouts: endedIn(visits, ts, 'timeout').length,
    censored: endedIn(visits, ts, 'censored').length,
    viewer_ms: sum(visits, (visit) => msWithin(visit, ts)),
    at_risk: tenureBands(atRisk(visits, ts), ts),
    leaves_by_tenure: tenureBands(endedIn(visits, ts, 'leave', 'timeout'), ts),
  };
  if (quality === 'final') return fromVisits;

  const count = lastCountBefore(counts, ts + PANE_MS);
  if (quality === 'reported') return { ...fromVisits, online: count!, viewer_ms: PANE_MS * count! };

  const leaves = inferred.get(ts) ?? 0;
  const lastCount = counts.findLast(({ event }) => event.ts < ts + PANE_MS)!;
  if (floorToPane(lastCount.event.ts) < ts) return { ...fromVisits, leaves, online: onlineBefore + enters - leaves };
  const since = visits.filter(({ from }) => lastCount.event.ts < from && from < ts + PANE_MS).length;
  return { ...fromVisits, leaves, online: count! + since };
};

/** What the feed had told about presence by the end of the pane. */
const qualityOf = ({ presence, counts }: Counted, paneEnd: number): PresenceQuality => {
  const heard = presence.filter(({ effective_ts }) => effective_ts < paneEnd);
  if (!counts.some(({ event }) => event.ts < paneEnd)) return 'final';
  if (heard.some(({ event }) => event.type !== 'enter')) return 'final';
  return heard.length > 0 ? 'inferred' : 'reported';
};

const bySource = (
  visits: readonly OracleVisit[],
  lines: readonly CountedLine[],
  ts: number,
): Partial<Record<Source, SourceCounts>> => {
  const present = atRisk(visits, ts);
  const paid = lines.filter(({ type }) => type === 'order_paid');
  const sources = new Set([...present.map(({ source }) => source), ...paid.map(({ source }) => source)]);
  const countsOf = (source: Source): SourceCounts => {
    const own = present.filter((visit) => visit.source === source);
    const ownPaid = paid.filter((line) => line.source === source);
    return {
      enters: own.filter(({ from }) => floorToPane(from) === ts).length,
      leaves: endedIn(own, ts, 'leave', 'timeout').length,
      online: openAtEnd(own, ts).length,
      at_risk: tenureBands(own, ts),
      leaves_by_tenure: tenureBands(endedIn(own, ts, 'leave', 'timeout'), ts),
      orders_paid: ownPaid.filter(({ firstOfOrder }) => firstOfOrder).length,
      gmv_paid_minor: sum(ownPaid, ({ money }) => money ?? 0),
    };
  };
  return Object.fromEntries([...sources].map((source) => [source, countsOf(source)]));
};
