import { EVENT_TYPES, SOURCES, type EventType, type LiveEvent, type RejectReason, type Source } from '#domain';
import { FieldReader } from './field-reader.js';
import { FIELD, type FieldIndex } from './fields.js';
import { parseRecord } from './parse-record.js';
import type { Pseudonymise } from './pseudonym.js';
import { createRecordScanner } from './scan-record.js';

/** Bytes of one record: 64 KiB. */
export const RECORD_BYTES_MAX = 65_536;
/** Event time is in `[2000-01-01, 2100-01-01)` UTC, ms. */
export const TS_MIN = Date.UTC(2000, 0);
export const TS_MAX = Date.UTC(2100, 0) - 1;
const COUNT_MAX = 1_000_000;
const ONLINE_MAX = 1_000_000_000;
const MONEY_MAX = 10_000_000_000_000;
/** Nothing is said of `stock` but that it counts units: as many as people online. */
const STOCK_MAX = ONLINE_MAX;
const DANMAKU_MAX = 500;
const TEXT_MAX = 200;

export interface Rejected {
  readonly ok: false;
  readonly reason: RejectReason;
  /** The field, what is wrong with it and what is expected; never a viewer's id or words. */
  readonly detail: string;
  /** Where it could be read and is valid. */
  readonly event_id: string | undefined;
}
export type Decoded = { readonly ok: true; readonly event: LiveEvent } | Rejected;

export interface Decoder {
  /** Decodes the record in `bytes[start, end)`, written to its input at `append_ts` (ms). Keeps no reference to `bytes`. */
  decode(bytes: Uint8Array, start: number, end: number, append_ts: number): Decoded;
}

export interface DecoderSettings {
  /** Replaces a platform's viewer id by its keyed hash; see `createPseudonymiser`. */
  readonly pseudonymise: Pseudonymise;
  /** How far, in ms, a `ts` may be ahead of its append time. */
  readonly maxFutureMs: number;
}

/**
 * Our wire format (events.md): bytes → a valid event with its viewer pseudonymised, or a reason why not.
 * Checked in this order: size, JSON, `type`, the other fields, the future; the first fault is the reason.
 */
export const createDecoder = ({ pseudonymise, maxFutureMs }: DecoderSettings): Decoder => {
  const scanRecord = createRecordScanner();
  const read = new FieldReader();

  return {
    decode(bytes, start, end, append_ts) {
      if (end - start > RECORD_BYTES_MAX) {
        return rejected('too_large', `record: ${end - start} bytes, expected at most ${RECORD_BYTES_MAX}`, undefined);
      }
      const buffer = asBuffer(bytes);
      read.reset();
      if (!scanRecord(buffer, start, end, read.fields)) {
        read.reset();
        const unreadable = parseRecord(buffer, start, end, read.fields);
        if (unreadable !== undefined) return rejected(unreadable.reason, unreadable.detail, undefined);
      }

      const name = read.fields.values[FIELD.type];
      const type = TYPE_BY_NAME.get(name);
      if (type === undefined) {
        const expected = `one of ${EVENT_TYPES.join(', ')}`;
        read.wrong(FIELD.type, expected);
        const reason = typeof name === 'string' ? 'unknown_type' : 'invalid_field';
        return rejected(reason, read.fault ?? expected, validEventId(read));
      }
      const event = eventOf(type, read, buffer, pseudonymise);
      if (read.fault !== undefined) return rejected('invalid_field', read.fault, validEventId(read));
      if (event.ts > append_ts + maxFutureMs) {
        const aheadMs = event.ts - append_ts;
        return rejected('future_ts', `ts: ${aheadMs} ms ahead, expected at most ${maxFutureMs}`, event.event_id);
      }
      return { ok: true, event };
    },
  };
};

const TYPE_BY_NAME: ReadonlyMap<unknown, EventType> = new Map(EVENT_TYPES.map((type) => [type, type]));
const SOURCE_BY_NAME: ReadonlyMap<unknown, Source> = new Map(SOURCES.map((source) => [source, source]));

/** One shape of object per type, its keys always in this order: what reads millions of them stays fast. */
const eventOf = (type: EventType, read: FieldReader, bytes: Buffer, pseudonymise: Pseudonymise): LiveEvent => {
  const event_id = read.name(FIELD.event_id);
  const stream_id = read.name(FIELD.stream_id);
  const ts = read.integer(FIELD.ts, TS_MIN, TS_MAX);

  switch (type) {
    case 'danmaku':
      return {
        event_id,
        stream_id,
        ts,
        viewer: read.viewer(bytes, pseudonymise),
        type,
        text: read.text(FIELD.text, 1, DANMAKU_MAX),
      };
    case 'enter':
      return {
        event_id,
        stream_id,
        ts,
        viewer: read.viewer(bytes, pseudonymise),
        type,
        source: sourceOf(read),
        returning: read.has(FIELD.returning) ? read.boolean(FIELD.returning) : undefined,
        device: optionalText(read, FIELD.device),
        region: optionalText(read, FIELD.region),
      };
    case 'leave':
      return { event_id, stream_id, ts, viewer: read.viewer(bytes, pseudonymise), type };
    case 'heartbeat':
      return { event_id, stream_id, ts, viewer: read.viewer(bytes, pseudonymise), type };
    case 'follow':
    case 'share':
    case 'group_join':
      return { event_id, stream_id, ts, viewer: read.viewer(bytes, pseudonymise), type };
    case 'like': {
      const count = read.has(FIELD.count) ? read.integer(FIELD.count, 1, COUNT_MAX) : 1;
      return { event_id, stream_id, ts, viewer: read.viewer(bytes, pseudonymise), type, count };
    }
    case 'item_expose':
    case 'item_click':
      return {
        event_id,
        stream_id,
        ts,
        viewer: read.viewer(bytes, pseudonymise),
        type,
        item_id: read.id(FIELD.item_id),
      };
    case 'online_count':
      return { event_id, stream_id, ts, type, count: read.integer(FIELD.count, 0, ONLINE_MAX) };
    case 'order_created':
    case 'order_paid':
    case 'order_cancelled':
    case 'order_refunded':
      return {
        event_id,
        stream_id,
        ts,
        viewer: read.viewer(bytes, pseudonymise),
        type,
        order_id: read.id(FIELD.order_id),
        item_id: read.id(FIELD.item_id),
        quantity: read.integer(FIELD.quantity, 1, COUNT_MAX),
        amount_minor: read.integer(FIELD.amount_minor, 0, MONEY_MAX),
        currency: currencyOf(read),
        source: sourceOf(read),
      };
    case 'stream_started':
      return {
        event_id,
        stream_id,
        ts,
        type,
        title: optionalText(read, FIELD.title),
        host: optionalText(read, FIELD.host),
        host_kind: read.has(FIELD.host_kind) ? read.oneOf(FIELD.host_kind, ['human', 'virtual']) : undefined,
        channel: read.has(FIELD.channel) ? read.oneOf(FIELD.channel, ['brand', 'creator', 'agency']) : undefined,
        currency: read.has(FIELD.currency) ? currencyOf(read) : undefined,
        planned_gmv_minor: optionalInteger(read, FIELD.planned_gmv_minor, MONEY_MAX),
      };
    case 'stream_ended':
      return { event_id, stream_id, ts, type };
    case 'item_presented':
      return {
        event_id,
        stream_id,
        ts,
        type,
        item_id: read.id(FIELD.item_id),
        title: optionalText(read, FIELD.title),
        price_minor: optionalInteger(read, FIELD.price_minor, MONEY_MAX),
        stock: optionalInteger(read, FIELD.stock, STOCK_MAX),
      };
    case 'item_withdrawn':
      return { event_id, stream_id, ts, type, item_id: read.id(FIELD.item_id) };
    case 'script_cue': {
      const label = read.text(FIELD.label, 0, TEXT_MAX);
      return { event_id, stream_id, ts, type, label, variant: optionalText(read, FIELD.variant) };
    }
  }
};

const optionalText = (read: FieldReader, field: FieldIndex): string | undefined =>
  read.has(field) ? read.text(field, 0, TEXT_MAX) : undefined;

const optionalInteger = (read: FieldReader, field: FieldIndex, most: number): number | undefined =>
  read.has(field) ? read.integer(field, 0, most) : undefined;

/** A name nobody knows yet reads as `other`; what is no name at all is a fault. */
const sourceOf = (read: FieldReader): Source | undefined => {
  const name = read.fields.values[FIELD.source];
  if (name === undefined) return undefined;
  if (typeof name !== 'string') read.wrong(FIELD.source, `one of ${SOURCES.join(', ')}`);
  return SOURCE_BY_NAME.get(name) ?? 'other';
};

const currencyOf = (read: FieldReader): string => {
  const currency = read.fields.values[FIELD.currency];
  if (typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)) return currency;
  return read.wrong(FIELD.currency, 'three capital letters (ISO 4217)');
};

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const rejected = (reason: RejectReason, detail: string, event_id: string | undefined): Rejected => ({
  ok: false,
  reason,
  detail,
  event_id,
});

const validEventId = (read: FieldReader): string | undefined => {
  read.fault = undefined;
  const event_id = read.name(FIELD.event_id);
  return read.fault === undefined ? event_id : undefined;
};
