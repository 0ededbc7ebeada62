import type { DistinctCounts, ItemCounts } from '#domain';
import { groupBy } from './group.js';
import type { CountedLine } from './orders.js';
import { type Counted, type OraclePane, bandOf, noBands } from './panes.js';
import type { Cut } from './presentations.js';
import { PANE_MS } from './spans.js';

const CREDIT_MS = 60_000;

type Figures = Record<string, number | null>;
const ratio = (above: number, below: number): number | null => (below === 0 ? null : above / below);
const total = (panes: readonly OraclePane[], of: (pane: OraclePane) => number): number =>
  panes.reduce((sum, pane) => sum + of(pane), 0);

/** Distinct viewers of `[from, to)`, ms, by what they did in it. */
export const distinctIn = (counted: Counted, from: number, to: number): DistinctCounts => {
  const present = counted.visits.filter((visit) => visit.from < to && (visit.to ?? Infinity) > from);
  const entered = counted.visits.filter((visit) => from <= visit.from && visit.from < to);
  const acted = (...types: string[]) =>
    counted.activity
      .filter(({ event }) => types.includes(event.type) && from <= event.ts && event.ts < to)
      .map(({ event }) => event.viewer_id!);
  const ordered = (type: string) =>
    counted.lines.filter((line) => line.type === type && from <= line.ts && line.ts < to).map((line) => line.viewer_id);
  const distinct = (viewers: readonly string[]) => new Set(viewers).size;
  return {
    viewers: distinct(present.map(({ viewer_id }) => viewer_id)),
    entrants: distinct(entered.map(({ viewer_id }) => viewer_id)),
    interactors: distinct(acted('danmaku', 'like', 'follow', 'share')),
    exposed: distinct(acted('item_expose')),
    clickers: distinct(acted('item_click')),
    orderers: distinct(ordered('order_created')),
    buyers: distinct(ordered('order_paid')),
  };
};

const ADDED = [
  'enters', 'leaves', 'timeouts', 'censored',
  'danmaku', 'likes', 'follows', 'shares', 'group_joins', 'item_exposes', 'item_clicks',
  'orders_created', 'orders_paid', 'orders_cancelled', 'orders_refunded',
  'units_paid', 'gmv_created_minor', 'gmv_paid_minor', 'refund_minor',
] as const; // prettier-ignore

/**
 * Every number of metrics.md over the panes of `[from, to)`, ms, by its name: the counts added up, the distinct viewers, the rates.
 * Where no pane knows presence, what rests on it is `null`.
 */
export const figuresOver = (counted: Counted, panes: readonly OraclePane[], from: number, to: number): Figures => {
  const within = panes.filter(({ ts }) => from <= ts && ts < to);
  const counts = Object.fromEntries(ADDED.map((name) => [name, total(within, (pane) => pane[name])])) as Record<
    (typeof ADDED)[number],
    number
  >;
  const distinct = distinctIn(counted, from, to);
  const viewer_seconds = total(within, ({ viewer_ms }) => viewer_ms) / 1000;
  const views = counts.enters;
  const gmv_minor = counts.gmv_paid_minor;
  const online = within.map((pane) => pane.online);
  const figures: Figures = {
    ...counts,
    ...distinct,
    panes: within.length,
    viewer_seconds,
    views,
    online_last: online.at(-1) ?? null,
    online_peak: online.length === 0 ? null : online.reduce((a, b) => Math.max(a, b)),
    online_avg: ratio(viewer_seconds, within.length),
    stay_avg_s: ratio(viewer_seconds, distinct.viewers),
    visit_avg_s: ratio(viewer_seconds, views),
    dropoff_per_min: ratio(60 * counts.leaves, viewer_seconds),
    retention_30s: retention(within, 30),
    retention_60s: retention(within, 60),
    retention_180s: retention(within, 180),
    retention_600s: retention(within, 600),
    interaction_rate: ratio(distinct.interactors, distinct.viewers),
    danmaku_density: ratio(60_000 * counts.danmaku, viewer_seconds),
    follow_rate: ratio(counts.follows, distinct.viewers),
    group_join_rate: ratio(counts.group_joins, distinct.viewers),
    click_rate: ratio(distinct.clickers, distinct.exposed),
    click_to_paid: ratio(distinct.buyers, distinct.clickers),
    view_to_paid: ratio(distinct.buyers, distinct.viewers),
    created_to_paid: ratio(counts.orders_paid, counts.orders_created),
    gmv_minor,
    net_gmv_minor: gmv_minor - counts.refund_minor,
    gpm_view: ratio(1000 * gmv_minor, views),
    uv_value: ratio(gmv_minor, distinct.viewers),
    aov: ratio(gmv_minor, counts.orders_paid),
    refund_rate: ratio(counts.orders_refunded, counts.orders_paid),
  };
  const presenceUnknown = within.length > 0 && within.every(({ quality }) => quality === 'reported');
  return presenceUnknown ? { ...figures, ...UNKNOWN_WITHOUT_PRESENCE } : figures;
};

const UNKNOWN_WITHOUT_PRESENCE: Figures = Object.fromEntries(
  [
    'enters', 'leaves', 'timeouts', 'censored', 'viewers', 'entrants', 'views', 'stay_avg_s', 'visit_avg_s', 'dropoff_per_min',
    'retention_30s', 'retention_60s', 'retention_180s', 'retention_600s', 'interaction_rate', 'follow_rate', 'group_join_rate',
    'view_to_paid', 'gpm_view', 'uv_value',
  ].map((name) => [name, null]),
); // prettier-ignore

/** Kaplan-Meier over the seconds of tenure below `tau_s`; `null` from the first band with nobody at risk. */
export const retention = (panes: readonly OraclePane[], tau_s: number): number | null => {
  const bands = noBands().map((_, band) => ({
    atRisk: total(panes, ({ at_risk }) => at_risk[band]!),
    leaves: total(panes, ({ leaves_by_tenure }) => leaves_by_tenure[band]!),
  }));
  let staying = 1;
  for (let s = 0; s < tau_s; s++) {
    const { atRisk, leaves } = bands[bandOf(s)]!;
    if (atRisk === 0) return null;
    staying *= 1 - leaves / atRisk;
  }
  return staying;
};

export interface Cohort {
  /** Minutes from the start in which the viewers' first visits began. */
  minute: number;
  viewers: number;
  /** Share present so many minutes after their own entry; `null` where that moment has not passed for all. */
  present: Record<1 | 3 | 5 | 10 | 30, number | null>;
}

/** Retention of those who came first in each minute counted from `start` (ms; the first minute has those before it, too); `until` (ms) is as far as the stream is known. */
export const cohortsOf = ({ visits }: Pick<Counted, 'visits'>, start: number, until: number): Cohort[] => {
  const firstVisit = new Map<string, number>();
  for (const { viewer_id, from } of visits)
    firstVisit.set(viewer_id, Math.min(from, firstVisit.get(viewer_id) ?? Infinity));

  const minutes = groupBy(firstVisit, ([, from]) => Math.max(0, Math.floor((from - start) / 60_000)));
  return [...minutes]
    .sort(([a], [b]) => a - b)
    .map(([minute, viewers]) => {
      const shareAfter = (minutesLater: number): number | null => {
        const moments = viewers.map(([viewer_id, from]) => ({ viewer_id, at: from + minutesLater * 60_000 }));
        if (moments.some(({ at }) => at >= until)) return null;
        const present = moments.filter(({ viewer_id, at }) =>
          visits.some((v) => v.viewer_id === viewer_id && v.from <= at && at < (v.to ?? Infinity)),
        );
        return present.length / viewers.length;
      };
      return {
        minute,
        viewers: viewers.length,
        present: { 1: shareAfter(1), 3: shareAfter(3), 5: shareAfter(5), 10: shareAfter(10), 30: shareAfter(30) },
      };
    });
};

/** One item over the whole session: its counts and distinct viewers. */
export interface ItemFigures extends ItemCounts {
  item_id: string;
  exposed: number;
  clickers: number;
  orderers: number;
  buyers: number;
}

export const itemsOf = (counted: Counted, panes: readonly OraclePane[]): ItemFigures[] => {
  const ids = new Set(panes.flatMap(({ by_item }) => Object.keys(by_item)));
  return [...ids].sort().map((item_id) => {
    const rows = panes.flatMap(({ by_item }) => by_item[item_id] ?? []);
    const names = Object.keys(rows[0]!) as (keyof ItemCounts)[];
    const counts = Object.fromEntries(
      names.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
    ) as unknown as ItemCounts;
    const touched = (type: string) =>
      new Set(
        counted.activity
          .filter(({ event }) => event.type === type && event.item_id === item_id)
          .map(({ event }) => event.viewer_id),
      ).size;
    const ordered = (type: string) =>
      new Set(counted.lines.filter((line) => line.type === type && line.item_id === item_id).map((l) => l.viewer_id))
        .size;
    return {
      item_id,
      ...counts,
      exposed: touched('item_expose'),
      clickers: touched('item_click'),
      orderers: ordered('order_created'),
      buyers: ordered('order_paid'),
    };
  });
};

/** A presentation with its numbers: those of any window over its panes, and its own. */
export type PresentationFigures = Cut & { ordinal: number; figures: Figures };

/** `end` (ms): where the panes end, for the presentation that is still on. */
export const presentationsOf = (
  cuts: readonly Cut[],
  counted: Counted,
  panes: readonly OraclePane[],
  end: number,
): PresentationFigures[] =>
  cuts.map((cut, i) => {
    const to = cut.to ?? end;
    const seconds = panes.filter(({ ts }) => cut.from <= ts && ts < to).length;
    const sameItem = cuts.filter(({ item_id }) => item_id === cut.item_id);
    const next = cuts.slice(i + 1).find(({ item_id }) => item_id === cut.item_id);

    const paid = counted.lines.filter(({ type }) => type === 'order_paid');
    const paidOfItem = paid.filter(({ item_id }) => item_id === cut.item_id);
    const creditEnd = Math.min(to + CREDIT_MS, next?.from ?? Infinity);
    const credited = paidOfItem.filter(({ ts }) => cut.from <= ts && ts < creditEnd);
    const othersInPanes = paid.filter(({ item_id, ts }) => item_id !== cut.item_id && cut.from <= ts && ts < to);
    const credited_gmv_minor = credited.reduce((sum, { money }) => sum + (money ?? 0), 0);

    const perMinute = ratio(credited.length, seconds / 60);
    const elsewhere = ratio(paidOfItem.length - credited.length, (panes.length - seconds) / 60);
    return {
      ...cut,
      ordinal: sameItem.indexOf(cut) + 1,
      figures: {
        ...figuresOver(counted, panes, cut.from, to),
        seconds,
        online_start: panes.find(({ ts }) => ts === cut.from - PANE_MS)?.online ?? 0,
        online_end: panes.find(({ ts }) => ts === to - PANE_MS)?.online ?? null,
        credited_orders: distinctOrders(credited),
        credited_units: credited.reduce((sum, { quantity }) => sum + quantity, 0),
        credited_gmv_minor,
        other_items_orders: distinctOrders(othersInPanes),
        gmv_per_min: ratio(credited_gmv_minor, seconds / 60),
        lift: perMinute === null || elsewhere === null ? null : perMinute - elsewhere,
      },
    };
  });

const distinctOrders = (lines: readonly CountedLine[]): number => new Set(lines.map(({ order_id }) => order_id)).size;
