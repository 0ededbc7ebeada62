import { ITEM_COUNTS, PANE_COUNTS, TENURE_BANDS } from '#domain';
import type { OraclePane, OracleVisit, Read, StreamNumbers } from './oracle/index.js';
import { cohortsOf, retention } from './oracle/measures.js';

/**
 * What REST must answer about an ended stream, computed from the oracle's numbers alone, by the pages of the design.
 * Left out is what the oracle has no part in: what the detector expected, and what was paid in other sessions.
 */
export type Answer = Record<string, unknown>;

const PANE_MS = 1000;
const floorTo = (ts: number, step: number): number => Math.floor(ts / step) * step;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const sumOf = <T>(parts: readonly T[], of: (part: T) => number): number => sum(parts.map(of));
const sumBands = (parts: readonly (readonly number[])[]): number[] =>
  Array.from({ length: TENURE_BANDS }, (_, band) => sumOf(parts, (bands) => bands[band]!));
const ratio = (above: number, below: number): number | null => (below === 0 ? null : above / below);
const without = (figures: Answer, names: readonly string[]): Answer =>
  Object.fromEntries(Object.entries(figures).filter(([name]) => !names.includes(name)));

/** The oracle's words for what REST gives no name to. */
const UNNAMED = ['panes', 'online_last', 'interactors', 'exposed', 'clickers', 'orderers', 'buyers'];
/** Where leaves are inferred the pages do not say what these are. */
const UNDEFINED_WHERE_INFERRED = [
  ...[
    'censored',
    'timeouts',
    'viewer_seconds',
    'at_risk',
    'leaves_by_tenure',
    'online_avg',
    'stay_avg_s',
    'visit_avg_s',
  ],
  ...['dropoff_per_min', 'danmaku_density', 'retention_30s', 'retention_60s', 'retention_180s', 'retention_600s'],
];
const isInferred = (panes: readonly OraclePane[]): boolean => panes.some(({ quality }) => quality === 'inferred');
const isUnknown = (panes: readonly OraclePane[]): boolean =>
  panes.length > 0 && panes.every(({ quality }) => quality === 'reported');
const defined = (figures: Answer, panes: readonly OraclePane[]): Answer =>
  isInferred(panes) ? without(figures, UNDEFINED_WHERE_INFERRED) : figures;

const bandsOf = (panes: readonly OraclePane[]): Answer =>
  isUnknown(panes)
    ? { at_risk: null, leaves_by_tenure: null }
    : {
        at_risk: sumBands(panes.map(({ at_risk }) => at_risk)),
        leaves_by_tenure: sumBands(panes.map(({ leaves_by_tenure }) => leaves_by_tenure)),
      };

/** Every named figure over `[from, to)`, those by tenure band among them. */
const figuresOver = (numbers: StreamNumbers, from: number, to: number): Answer => {
  const panes = numbers.panes.filter(({ ts }) => from <= ts && ts < to);
  const figures = numbers.over(from, to);
  return defined({ ...without(figures, UNNAMED), online: figures['online_last'], ...bandsOf(panes) }, panes);
};

const dataOf = ({ as_of, late, too_late, coverage, panes }: StreamNumbers): Answer => ({
  as_of,
  log_lag_ms: 0,
  late,
  too_late,
  coverage: ['danmaku', 'view', 'order', 'cue'].filter((feed) => feed in coverage),
  quality: panes.at(-1)?.quality ?? 'final',
});

const endOf = ({ panes }: StreamNumbers): number => (panes.at(-1)?.ts ?? 0) + PANE_MS;

/** A row of `GET /streams`. */
export const expectedRow = (numbers: StreamNumbers): Answer => {
  const { stream_id, title, host, started_at, ended_at, currency, session } = numbers;
  const { online_last, online_peak, viewers, gmv_minor } = session;
  return {
    ...{ stream_id, title, host, status: 'ended', started_at, ended_at, currency },
    ...{ online: online_last ?? 0, online_peak, viewers, gmv_minor, alerts_firing: 0, data: dataOf(numbers) },
  };
};

/** `GET /streams/{id}`. */
export const expectedStream = (numbers: StreamNumbers): Answer => ({
  ...expectedRow(numbers),
  ...without(figuresOver(numbers, -Infinity, Infinity), ['online']),
  other_money: addedUp(numbers.panes.map(({ other_money }) => other_money)),
  planned_gmv_minor: numbers.planned_gmv_minor,
  item_on: null,
  ignored: numbers.ignored,
});

const addedUp = (parts: readonly Record<string, number>[]): Record<string, number> => {
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))].sort();
  return Object.fromEntries(names.map((name) => [name, sumOf(parts, (part) => part[name] ?? 0)]));
};

/** Steps of `step` ms, aligned to the epoch, that touch the panes of `[from, to)`: start, and the part within the range. */
const stepsIn = (numbers: StreamNumbers, step: number, from: number, to: number) => {
  const first = Math.max(numbers.panes[0]?.ts ?? Infinity, floorTo(from, PANE_MS));
  const last = Math.min(endOf(numbers), floorTo(to, PANE_MS));
  const steps: { ts: number; from: number; to: number }[] = [];
  for (let ts = floorTo(first, step); ts < last; ts += step)
    steps.push({ ts, from: Math.max(ts, first), to: Math.min(ts + step, last) });
  return steps;
};

/** The points of `GET …/metrics` with all the `names` that are compared. */
export const expectedPoints = (
  numbers: StreamNumbers,
  step: number,
  names: readonly string[],
  { from = 0, to = Infinity }: { from?: number; to?: number } = {},
): Answer[] =>
  stepsIn(numbers, step, from, to).map((part) => {
    const figures = figuresOver(numbers, part.from, part.to);
    const shown = Object.fromEntries(Object.entries(figures).filter(([name]) => names.includes(name)));
    return { ts: part.ts, ...shown, quality: qualityOf(panesIn(numbers, part.from, part.to)) };
  });

/** Of the least certain pane; only where it is not final. */
const qualityOf = (panes: readonly OraclePane[]): string | undefined =>
  ['reported', 'inferred'].find((quality) => panes.some((pane) => pane.quality === quality));

const panesIn = (numbers: StreamNumbers, from: number, to: number): readonly OraclePane[] =>
  numbers.panes.filter(({ ts }) => from <= ts && ts < to);

/** `by_source` of each step; sources with nothing in it left out. */
export const expectedBySource = (numbers: StreamNumbers, step: number): Answer[] =>
  stepsIn(numbers, step, 0, Infinity).map((part) => {
    const panes = panesIn(numbers, part.from, part.to);
    const sources = [
      ...new Set(panes.flatMap(({ by_source }) => Object.keys(by_source))),
    ] as (keyof OraclePane['by_source'])[];
    const merged = sources.sort().map((source) => {
      const rows = panes.flatMap(({ by_source }) => by_source[source] ?? []);
      return [
        source,
        {
          enters: sumOf(rows, ({ enters }) => enters),
          leaves: sumOf(rows, ({ leaves }) => leaves),
          online: panes.at(-1)!.by_source[source]?.online ?? 0,
          at_risk: sumBands(rows.map(({ at_risk }) => at_risk)),
          leaves_by_tenure: sumBands(rows.map(({ leaves_by_tenure }) => leaves_by_tenure)),
          orders_paid: sumOf(rows, ({ orders_paid }) => orders_paid),
          gmv_paid_minor: sumOf(rows, ({ gmv_paid_minor }) => gmv_paid_minor),
        },
      ];
    });
    return { ts: part.ts, by_source: withoutZeros(Object.fromEntries(merged) as Answer) };
  });

/** `by_item` of each step. */
export const expectedByItem = (numbers: StreamNumbers, step: number): Answer[] =>
  stepsIn(numbers, step, 0, Infinity).map((part) => {
    const panes = panesIn(numbers, part.from, part.to);
    const items = [...new Set(panes.flatMap(({ by_item }) => Object.keys(by_item)))].sort();
    const merged = items.map((item) => {
      const rows = panes.flatMap(({ by_item }) => by_item[item] ?? []);
      return [item, Object.fromEntries(ITEM_COUNTS.map((name) => [name, sumOf(rows, (row) => row[name])]))];
    });
    return { ts: part.ts, by_item: withoutZeros(Object.fromEntries(merged) as Answer) };
  });

/** Parts in which every number is 0 say nothing: there or not, it is the same. */
export const withoutZeros = (parts: Answer): Answer =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => numbersIn(part).some((n) => n !== 0)));
const numbersIn = (part: unknown): number[] =>
  typeof part === 'number' ? [part] : Object.values((part ?? {}) as object).flatMap(numbersIn);

/** `GET …/items`. */
export const expectedItems = (numbers: StreamNumbers): Answer[] => {
  const figures = new Map(numbers.items.map((item) => [item.item_id, item]));
  const ids = new Set([...figures.keys(), ...numbers.presentations.map(({ item_id }) => item_id)]);
  return [...ids].sort().map((item_id) => {
    const item = figures.get(item_id);
    const presented = numbers.presentations.filter((presentation) => presentation.item_id === item_id);
    const count = (name: (typeof ITEM_COUNTS)[number] | 'exposed' | 'clickers' | 'buyers'): number => item?.[name] ?? 0;
    return {
      item_id,
      title: presented.findLast(({ title }) => title !== null)?.title ?? null,
      presentations: presented.length,
      ...Object.fromEntries(ITEM_COUNTS.map((name) => [name, count(name)])),
      ...{ exposed: count('exposed'), clickers: count('clickers'), buyers: count('buyers') },
      click_rate: ratio(count('clickers'), count('exposed')),
      click_to_paid: ratio(count('buyers'), count('clickers')),
      created_to_paid: ratio(count('orders_paid'), count('orders_created')),
    };
  });
};

/** `GET …/presentations`. */
export const expectedPresentations = (numbers: StreamNumbers): Answer[] =>
  numbers.presentations.map(({ figures, ...cut }) => {
    const panes = panesIn(numbers, cut.from, cut.to ?? endOf(numbers));
    return { ...cut, ...defined(without(figures, ['visit_avg_s', ...UNNAMED]), panes) };
  });

const CURVE_S = 600;

/** `curve` of `GET …/retention` over `[from, to)`; of one source where it is named. `null` where the pages do not define it. */
export const expectedCurve = (
  numbers: StreamNumbers,
  { from = 0, to = Infinity }: { from?: number; to?: number } = {},
  source?: keyof OraclePane['by_source'],
): Answer[] | null => {
  const within = panesIn(numbers, floorTo(from, PANE_MS), floorTo(to, PANE_MS));
  if (isInferred(within)) return null;
  const panes =
    source === undefined
      ? within
      : within.map((pane) => ({ ...pane, ...NOBODY, ...pane.by_source[source] }) as OraclePane);
  return Array.from({ length: CURVE_S + 1 }, (_, s) => ({ s, retention: retention(panes, s) }));
};
const NOBODY = { at_risk: sumBands([]), leaves_by_tenure: sumBands([]) };

/** `cohorts` of `GET …/retention`: minutes count from `started_at`; with a source, of those who first came by it. */
export const expectedCohorts = (
  { visits, started_at, ended_at }: StreamNumbers,
  { from = 0, to = Infinity }: { from?: number; to?: number } = {},
  source?: string,
): Answer[] => {
  const first = new Map<string, OracleVisit>();
  for (const visit of visits) if (!first.has(visit.viewer_id)) first.set(visit.viewer_id, visit);
  const belongs = (visit: OracleVisit): boolean =>
    floorTo(from, PANE_MS) <= visit.from &&
    visit.from < floorTo(to, PANE_MS) &&
    (source === undefined || visit.source === source);
  const of = visits.filter(({ viewer_id }) => belongs(first.get(viewer_id)!));
  return cohortsOf({ visits: of }, started_at, ended_at!).map(({ minute, viewers, present }) => ({
    from: started_at + minute * 60_000,
    viewers,
    retention: ([1, 3, 5, 10, 30] as const).map((minutes) => ({ s: minutes * 60, retention: present[minutes] })),
  }));
};

const CUES = ['stream_started', 'stream_ended', 'item_presented', 'item_withdrawn', 'script_cue'];
const cueRank = (type: string): number => (type === 'stream_started' ? 0 : type === 'stream_ended' ? 2 : 1);

/** `GET …/cues`: those that stand before the end, and what ended it, in the order in which cues apply. */
export const expectedCues = ({ events, ended_at }: StreamNumbers): Answer[] =>
  events
    .filter(({ event, lateness }) => CUES.includes(event.type) && lateness !== 'too_late')
    .filter(({ event }) => event.ts < ended_at! || (event.type === 'stream_ended' && event.ts === ended_at))
    .sort(
      ({ event: a }: Read, { event: b }: Read) =>
        a.ts - b.ts || cueRank(a.type) - cueRank(b.type) || (a.event_id < b.event_id ? -1 : 1),
    )
    .map(({ event: { event_id, ts, type, item_id, title, label, variant, price_minor, stock } }) => ({
      ...{ event_id, ts, type, item_id: item_id ?? null, title: title ?? null, label: label ?? null },
      ...{ variant: variant ?? null, price_minor: price_minor ?? null, stock: stock ?? null },
    }));

/** Every name of a pane's count, as REST says it. */
export const PANE_NAMES: readonly string[] = [
  ...PANE_COUNTS.map((name) => (name === 'viewer_ms' ? 'viewer_seconds' : name)),
  ...['online', 'at_risk', 'leaves_by_tenure'],
];
