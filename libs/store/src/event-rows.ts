import { EVENT_TYPES, LATENESS, SOURCES, type LiveEvent, type ReadEvent } from '#domain';
import { codes } from './codes.js';
import { NativeBlock } from './native-block.js';
import { ByteColumn, Int64Column, NullableColumn, TextColumn, UInt32Column, WordColumn } from './native-columns.js';

const eventColumns = () => ({
  stream_id: new WordColumn(),
  event_id: new TextColumn(),
  type: new ByteColumn('Int8'),
  ts: new Int64Column('Int64'),
  effective_ts: new Int64Column('Int64'),
  lateness: new ByteColumn('Int8'),
  append_ts: new Int64Column('Int64'),
  input: new WordColumn(),
  position: new Int64Column('UInt64'),
  viewer: new Int64Column('UInt64'),
  source: new ByteColumn('Int8'),
  item_id: new TextColumn(),
  count: new UInt32Column(),
  text: new TextColumn(),
  order_id: new TextColumn(),
  quantity: new UInt32Column(),
  amount_minor: new Int64Column('Int64'),
  currency: new TextColumn(),
  returning: new NullableColumn(new ByteColumn('Bool')),
  device: new TextColumn(),
  region: new TextColumn(),
  title: new TextColumn(),
  price_minor: new NullableColumn(new Int64Column('Int64')),
  stock: new NullableColumn(new Int64Column('Int64')),
  label: new TextColumn(),
  variant: new TextColumn(),
  host: new TextColumn(),
  host_kind: new TextColumn(),
  channel: new TextColumn(),
  planned_gmv_minor: new NullableColumn(new Int64Column('Int64')),
});
type EventColumns = ReturnType<typeof eventColumns>;

const TYPE_CODE = codes(EVENT_TYPES);
const LATENESS_CODE = codes(LATENESS);
const SOURCE_CODE = codes(SOURCES);
const NO_SOURCE = SOURCES.length;

/** Gathers rows of `events`. An absent text is '', an absent number null where 0 has a meaning of its own. */
export const eventBlock = (): NativeBlock<ReadEvent> => {
  const columns = eventColumns();
  return new NativeBlock('events', columns, (at, read) => setEvent(columns, at, read));
};

const setEvent = (columns: EventColumns, at: number, read: ReadEvent): void => {
  const { event } = read;
  columns.stream_id.set(at, event.stream_id);
  columns.event_id.set(at, event.event_id);
  columns.type.set(at, TYPE_CODE[event.type]);
  columns.ts.set(at, event.ts);
  columns.effective_ts.set(at, read.effective_ts);
  columns.lateness.set(at, LATENESS_CODE[read.lateness]);
  columns.append_ts.set(at, read.append_ts);
  columns.input.set(at, read.input);
  columns.position.set(at, read.position);
  if ('viewer' in event) columns.viewer.setHalves(at, event.viewer.lo, event.viewer.hi);
  const source = 'source' in event ? event.source : undefined;
  columns.source.set(at, source === undefined ? NO_SOURCE : SOURCE_CODE[source]);
  setOwn(columns, at, event);
};

/** What only events of some types tell. */
const setOwn = (columns: EventColumns, at: number, event: LiveEvent): void => {
  switch (event.type) {
    case 'danmaku':
      return columns.text.set(at, event.text);
    case 'like':
    case 'online_count':
      return columns.count.set(at, event.count);
    case 'item_expose':
    case 'item_click':
    case 'item_withdrawn':
      return columns.item_id.set(at, event.item_id);
    case 'enter':
      if (event.returning !== undefined) columns.returning.set(at, event.returning ? 1 : 0);
      columns.device.set(at, event.device ?? '');
      return columns.region.set(at, event.region ?? '');
    case 'order_created':
    case 'order_paid':
    case 'order_cancelled':
    case 'order_refunded':
      columns.item_id.set(at, event.item_id);
      columns.order_id.set(at, event.order_id);
      columns.quantity.set(at, event.quantity);
      columns.amount_minor.set(at, event.amount_minor);
      return columns.currency.set(at, event.currency);
    case 'item_presented':
      columns.item_id.set(at, event.item_id);
      columns.title.set(at, event.title ?? '');
      columns.price_minor.set(at, event.price_minor);
      return columns.stock.set(at, event.stock);
    case 'script_cue':
      columns.label.set(at, event.label);
      return columns.variant.set(at, event.variant ?? '');
    case 'stream_started':
      columns.title.set(at, event.title ?? '');
      columns.currency.set(at, event.currency ?? '');
      columns.host.set(at, event.host ?? '');
      columns.host_kind.set(at, event.host_kind ?? '');
      columns.channel.set(at, event.channel ?? '');
      return columns.planned_gmv_minor.set(at, event.planned_gmv_minor);
  }
};
