import {
  ITEM_COUNTS,
  PANE_COUNTS,
  viewerFromHex,
  type Alert,
  type AlertOutcome,
  type AlertRule,
  type EventType,
  type ItemCounts,
  type Lateness,
  type LiveEvent,
  type OrderType,
  type Pane,
  type ReadEvent,
  type Source,
  type SourceCounts,
  type WindowTotals,
} from '#domain';

/** Columns of a Nested, one array each: `by_item.item_id`, `by_item.orders_paid`, … */
type NestedColumns = Record<`by_item.${string}` | `by_source.${string}`, unknown>;

export type PaneRow = Omit<Pane, 'by_item' | 'by_source'> & NestedColumns;

/** A pane as it was handed to the writer. */
export const paneOf = (row: PaneRow): Pane => {
  const columns = Object.fromEntries(Object.entries(row).filter(([name]) => !name.includes('.')));
  return { ...(columns as unknown as Pane), by_item: itemsOfPane(row), by_source: sourcesOfPane(row) };
};

const itemsOfPane = (row: PaneRow): Record<string, ItemCounts> => {
  const items = row['by_item.item_id'] as string[];
  const counts = ITEM_COUNTS.map((count) => row[`by_item.${count}`] as number[]);
  return itemCounts(items, counts);
};

/** From parallel arrays, counts in the order of {@link ITEM_COUNTS}. */
const itemCounts = (items: readonly string[], counts: readonly (readonly number[])[]): Record<string, ItemCounts> =>
  Object.fromEntries(
    items.map((item, i) => [
      item,
      Object.fromEntries(ITEM_COUNTS.map((count, c) => [count, counts[c]![i]])) as ItemCounts,
    ]),
  );

const SOURCE_COLUMNS = [
  'enters',
  'leaves',
  'online',
  'at_risk',
  'leaves_by_tenure',
  'orders_paid',
  'gmv_paid_minor',
] as const satisfies readonly (keyof SourceCounts)[];

const sourcesOfPane = (row: PaneRow): Partial<Record<Source, SourceCounts>> => {
  const sources = row['by_source.source'] as Source[];
  return Object.fromEntries(
    sources.map((source, i) => [
      source,
      Object.fromEntries(SOURCE_COLUMNS.map((name) => [name, (row[`by_source.${name}`] as unknown[])[i]])),
    ]),
  ) as Partial<Record<Source, SourceCounts>>;
};

/** Columns of `queries/parts/merged_panes.sql`. */
export type TotalsRow = Omit<WindowTotals, 'panes' | 'by_item'> & {
  /** Items, then one array for each of {@link ITEM_COUNTS}. */
  items: [string[], ...number[][]];
};

export const totalsOf = (row: TotalsRow, panes: number): WindowTotals => {
  const [items, ...counts] = row.items;
  const totals: Record<string, unknown> = {};
  for (const count of PANE_COUNTS) totals[count] = row[count];
  return {
    ...(totals as Record<(typeof PANE_COUNTS)[number], number>),
    panes,
    online_last: row.online_last,
    online_peak: row.online_peak,
    at_risk: row.at_risk,
    leaves_by_tenure: row.leaves_by_tenure,
    by_item: itemCounts(items, counts),
    other_money: row.other_money,
    expected_leaves: row.expected_leaves,
    leaves_where_expected: row.leaves_where_expected,
    presence_unknown: row.presence_unknown,
  };
};

/** How many alerts of a stream and rule have this outcome; `null`: nobody said anything of them. */
export interface AlertOutcomes {
  stream_id: string;
  rule: AlertRule;
  outcome: AlertOutcome | null;
  alerts: number;
}

export type AlertRow = Omit<Alert, 'summary' | 'evidence' | 'hint'> & { details: string };

export const alertOf = ({ details, ...columns }: AlertRow): Alert => ({
  ...columns,
  ...(JSON.parse(details) as Pick<Alert, 'summary' | 'evidence' | 'hint'>),
});

/** A row of `events`. An absent text reads ''. */
export interface EventRow {
  stream_id: string;
  event_id: string;
  type: EventType;
  ts: number;
  effective_ts: number;
  lateness: Lateness;
  append_ts: number;
  input: string;
  position: number;
  viewer_hex: string;
  source: Source | '';
  item_id: string;
  count: number;
  text: string;
  order_id: string;
  quantity: number;
  amount_minor: number;
  currency: string;
  returning: boolean | null;
  device: string;
  region: string;
  title: string;
  price_minor: number | null;
  stock: number | null;
  label: string;
  variant: string;
  host: string;
  host_kind: 'human' | 'virtual' | '';
  channel: 'brand' | 'creator' | 'agency' | '';
  planned_gmv_minor: number | null;
}

/** An event as it was read from its log. */
export const readEventOf = (row: EventRow): ReadEvent => ({
  event: eventOf(row),
  input: row.input,
  position: row.position,
  append_ts: row.append_ts,
  lateness: row.lateness,
  effective_ts: row.effective_ts,
});

const given = <Text extends string>(text: Text | ''): Text | undefined => (text === '' ? undefined : text);

const eventOf = (row: EventRow): LiveEvent => {
  const { type, stream_id, event_id, ts, item_id } = row;
  const event = { event_id, stream_id, ts };
  const byViewer = { ...event, viewer: viewerFromHex(row.viewer_hex) };
  switch (type) {
    case 'danmaku':
      return { ...byViewer, type, text: row.text };
    case 'enter':
      return {
        ...byViewer,
        type,
        source: given(row.source),
        returning: row.returning ?? undefined,
        device: given(row.device),
        region: given(row.region),
      };
    case 'leave':
      return { ...byViewer, type };
    case 'heartbeat':
      return { ...byViewer, type };
    case 'like':
      return { ...byViewer, type, count: row.count };
    case 'follow':
    case 'share':
    case 'group_join':
      return { ...byViewer, type };
    case 'item_expose':
    case 'item_click':
      return { ...byViewer, type, item_id };
    case 'online_count':
      return { ...event, type, count: row.count };
    case 'order_created':
    case 'order_paid':
    case 'order_cancelled':
    case 'order_refunded':
      return { ...byViewer, ...orderLine(row), type: type satisfies OrderType };
    case 'stream_started':
      return {
        ...event,
        type,
        title: given(row.title),
        host: given(row.host),
        host_kind: given(row.host_kind),
        channel: given(row.channel),
        currency: given(row.currency),
        planned_gmv_minor: row.planned_gmv_minor ?? undefined,
      };
    case 'stream_ended':
      return { ...event, type };
    case 'item_presented':
      return {
        ...event,
        type,
        item_id,
        title: given(row.title),
        price_minor: row.price_minor ?? undefined,
        stock: row.stock ?? undefined,
      };
    case 'item_withdrawn':
      return { ...event, type, item_id };
    case 'script_cue':
      return { ...event, type, label: row.label, variant: given(row.variant) };
  }
};

const orderLine = (row: EventRow) => ({
  order_id: row.order_id,
  item_id: row.item_id,
  quantity: row.quantity,
  amount_minor: row.amount_minor,
  currency: row.currency,
  source: given(row.source),
});
