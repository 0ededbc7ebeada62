import {
  EVENT_TYPES,
  LATENESS,
  SOURCES,
  type EventType,
  type Lateness,
  type LiveEvent,
  type ReadEvent,
  type Source,
  type ViewerKey,
} from '#domain';
import { RowBinaryWriter } from './row-binary.js';

/** Columns of `events` in the order {@link writeEvent} writes them, with the types RowBinary has for them. */
export const EVENT_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['stream_id', 'String'],
  ['event_id', 'String'],
  ['type', 'Int8'],
  ['ts', 'Int64'],
  ['effective_ts', 'Int64'],
  ['lateness', 'Int8'],
  ['append_ts', 'Int64'],
  ['input', 'String'],
  ['position', 'UInt64'],
  ['viewer', 'UInt64'],
  ['source', 'Int8'],
  ['item_id', 'String'],
  ['count', 'UInt32'],
  ['text', 'String'],
  ['order_id', 'String'],
  ['quantity', 'UInt32'],
  ['amount_minor', 'Int64'],
  ['currency', 'String'],
  ['returning', 'Nullable(Bool)'],
  ['device', 'String'],
  ['region', 'String'],
  ['title', 'String'],
  ['price_minor', 'Nullable(Int64)'],
  ['stock', 'Nullable(Int64)'],
  ['label', 'String'],
  ['variant', 'String'],
  ['host', 'String'],
  ['host_kind', 'String'],
  ['channel', 'String'],
  ['planned_gmv_minor', 'Nullable(Int64)'],
];

const codes = <Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> =>
  Object.fromEntries(names.map((name, code) => [name, code])) as Record<Name, number>;

const TYPE_CODE = codes<EventType>(EVENT_TYPES);
const LATENESS_CODE = codes<Lateness>(LATENESS);
const SOURCE_CODE = codes<Source>(SOURCES);
const NO_SOURCE = SOURCES.length;

const EMPTY = 0;
const NULL = 1;
/** Columns that most types leave at their defaults, in runs. */
const NO_VIEWER = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0);
const NO_COUNT = Uint8Array.of(0, 0, 0, 0);
const NO_ORDER = new Uint8Array(1 + 4 + 8 + 1);
const NO_ARRIVAL = Uint8Array.of(NULL, EMPTY, EMPTY);
const NO_CUE = Uint8Array.of(EMPTY, NULL, NULL, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, NULL);

/** Appends one row of {@link EVENT_COLUMNS}. An absent text is '', an absent number null where 0 has a meaning of its own. */
export const writeEvent = (out: RowBinaryWriter, read: ReadEvent): void => {
  const { event } = read;
  out.beginRow();
  out.string(event.stream_id);
  out.string(event.event_id);
  out.byte(TYPE_CODE[event.type]);
  out.int64(event.ts);
  out.int64(read.effective_ts);
  out.byte(LATENESS_CODE[read.lateness]);
  out.int64(read.append_ts);
  out.string(read.input);
  out.int64(read.position);
  if ('viewer' in event) writeViewer(out, event.viewer);
  else out.raw(NO_VIEWER);
  writeSubject(out, event);
  writeOrder(out, event);
  writeArrival(out, event);
  writeCue(out, event);
};

const writeViewer = (out: RowBinaryWriter, viewer: ViewerKey): void => {
  out.int32(viewer.lo);
  out.int32(viewer.hi);
};

/** `source`, `item_id`, `count`, `text`. */
const writeSubject = (out: RowBinaryWriter, event: LiveEvent): void => {
  const source = 'source' in event ? event.source : undefined;
  out.byte(source === undefined ? NO_SOURCE : SOURCE_CODE[source]);
  out.string('item_id' in event ? event.item_id : '');
  if ('count' in event) out.int32(event.count);
  else out.raw(NO_COUNT);
  out.string('text' in event ? event.text : '');
};

/** `order_id`, `quantity`, `amount_minor`, `currency`. The start of a stream names its currency too. */
const writeOrder = (out: RowBinaryWriter, event: LiveEvent): void => {
  if (event.type === 'stream_started') {
    out.raw(NO_ORDER.subarray(1));
    return out.string(event.currency ?? '');
  }
  if (!('order_id' in event)) return out.raw(NO_ORDER);
  out.string(event.order_id);
  out.int32(event.quantity);
  out.int64(event.amount_minor);
  out.string(event.currency);
};

/** `returning`, `device`, `region`. */
const writeArrival = (out: RowBinaryWriter, event: LiveEvent): void => {
  if (event.type !== 'enter') return out.raw(NO_ARRIVAL);
  out.byte(event.returning === undefined ? NULL : 0);
  if (event.returning !== undefined) out.byte(event.returning ? 1 : 0);
  out.string(event.device ?? '');
  out.string(event.region ?? '');
};

/** `title`, `price_minor`, `stock`, `label`, `variant`, `host`, `host_kind`, `channel`, `planned_gmv_minor`. */
const writeCue = (out: RowBinaryWriter, event: LiveEvent): void => {
  if (event.type === 'item_presented') {
    out.string(event.title ?? '');
    out.nullableInt64(event.price_minor);
    out.nullableInt64(event.stock);
    out.raw(NO_CUE.subarray(3));
  } else if (event.type === 'script_cue') {
    out.raw(NO_CUE.subarray(0, 3));
    out.string(event.label);
    out.string(event.variant ?? '');
    out.raw(NO_CUE.subarray(5));
  } else if (event.type === 'stream_started') {
    out.string(event.title ?? '');
    out.raw(NO_CUE.subarray(1, 5));
    out.string(event.host ?? '');
    out.string(event.host_kind ?? '');
    out.string(event.channel ?? '');
    out.nullableInt64(event.planned_gmv_minor);
  } else out.raw(NO_CUE);
};
