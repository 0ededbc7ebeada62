import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, SOURCES, type EventType } from '#domain';
import { createDecoder, RECORD_BYTES_MAX, TS_MAX, TS_MIN, type Decoded } from './live-event.js';

const viewer = { hi: 1, lo: 2 };
const pseudonymised: string[] = [];
const decoder = createDecoder({
  pseudonymise: (bytes, start, end) => {
    pseudonymised.push(bytes.toString('utf8', start, end));
    return viewer;
  },
  maxFutureMs: 60_000,
});
const TS = Date.UTC(2025, 10, 25);

const decodeBytes = (bytes: Uint8Array, append_ts = TS): Decoded => decoder.decode(bytes, 0, bytes.length, append_ts);
const decodeText = (text: string): Decoded => decodeBytes(Buffer.from(text));

const common = { event_id: 'e-1', stream_id: 's-1', ts: TS };
const order = { viewer_id: 'u', order_id: 'o-1', item_id: 'i-1', quantity: 2, amount_minor: 19_900, currency: 'CNY' };
/** The least that each type needs beside the common fields. */
const NEEDED: Record<EventType, Record<string, unknown>> = {
  danmaku: { viewer_id: 'u', text: '好' },
  enter: { viewer_id: 'u' },
  leave: { viewer_id: 'u' },
  heartbeat: { viewer_id: 'u' },
  like: { viewer_id: 'u' },
  follow: { viewer_id: 'u' },
  share: { viewer_id: 'u' },
  group_join: { viewer_id: 'u' },
  item_expose: { viewer_id: 'u', item_id: 'i-1' },
  item_click: { viewer_id: 'u', item_id: 'i-1' },
  online_count: { count: 0 },
  order_created: order,
  order_paid: order,
  order_cancelled: order,
  order_refunded: order,
  stream_started: {},
  stream_ended: {},
  item_presented: { item_id: 'i-1' },
  item_withdrawn: { item_id: 'i-1' },
  script_cue: { label: 'closing' },
};
const recordOf = (type: EventType, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...common,
  type,
  ...NEEDED[type],
  ...over,
});

/** Every record is decoded as it is and once more with an unknown field that keeps the scanner out: one answer. */
const decode = (record: Record<string, unknown>): Decoded => {
  const scanned = decodeText(JSON.stringify(record));
  const parsed = decodeText(JSON.stringify({ not_ours: {}, ...record }));
  expect(parsed).toEqual(scanned);
  return scanned;
};
const accepts = (type: EventType, over: Record<string, unknown>): void =>
  expect(decode(recordOf(type, over))).toMatchObject({ ok: true });
const refuses = (type: EventType, field: string, value: unknown): void => {
  const decoded = decode(recordOf(type, { [field]: value }));
  expect(decoded).toMatchObject({ ok: false, reason: 'invalid_field' });
  expect(decoded.ok ? '' : decoded.detail).toMatch(new RegExp(`^${field}: .+, expected .+`));
};
const eventOf = (decoded: Decoded): Record<string, unknown> => {
  if (!decoded.ok) throw new Error(decoded.detail);
  return { ...decoded.event };
};

describe('an event', () => {
  it.each(EVENT_TYPES)('%s needs its fields and no others', (type) => {
    const record = recordOf(type);
    expect(decode(record)).toMatchObject({ ok: true, event: { ...common, type } });
    for (const field of Object.keys(record).filter((name) => name !== 'count' || type !== 'like')) {
      refuses(type, field, undefined);
      refuses(type, field, null);
    }
  });

  it.each(EVENT_TYPES)('%s has one shape, whatever order its fields came in and whichever were absent', (type) => {
    const keys = Object.keys(eventOf(decode(recordOf(type))));
    const reversed = Object.fromEntries(Object.entries(recordOf(type, { source: 'ad', title: 't' })).reverse());
    expect(Object.keys(eventOf(decode(reversed)))).toEqual(keys);
  });

  it('never carries a viewer id, nor a field that is not its own', () => {
    const event = eventOf(decode(recordOf('leave', { viewer_id: 'secret', text: 'x', count: -1, unknown: { a: 1 } })));
    expect(event).toEqual({ ...common, viewer, type: 'leave' });
    expect(pseudonymised.at(-1)).toBe('secret');
  });

  it('keeps optional fields as they came, absent ones undefined', () => {
    expect(eventOf(decode(recordOf('enter')))).toEqual({
      ...{ ...common, viewer, type: 'enter' },
      ...{ source: undefined, returning: undefined, device: undefined, region: undefined },
    });
    const told = { source: 'ad', returning: false, device: 'ios', region: '浙江' };
    expect(eventOf(decode(recordOf('enter', told)))).toEqual({ ...common, viewer, type: 'enter', ...told });
    const show = { title: '双11', host: '小美', host_kind: 'virtual', channel: 'brand', currency: 'CNY' };
    expect(eventOf(decode(recordOf('stream_started', { ...show, planned_gmv_minor: 0 })))).toEqual({
      ...{ ...common, type: 'stream_started', ...show, planned_gmv_minor: 0 },
    });
    const item = { item_id: 'i-2', title: '', price_minor: 1, stock: 0 };
    expect(eventOf(decode(recordOf('item_presented', item)))).toEqual({ ...common, type: 'item_presented', ...item });
  });

  it('null is the same as absent', () => {
    const nothing = { source: null, returning: null, device: null, region: null };
    expect(decode(recordOf('enter', nothing))).toEqual(decode(recordOf('enter')));
    expect(eventOf(decode(recordOf('like', { count: null })))).toMatchObject({ count: 1 });
  });
});

describe('limits: accepted up to them, refused one beyond', () => {
  it.each(['event_id', 'stream_id'])('%s is 1-64 of its alphabet', (field) => {
    for (const value of ['a', 'AZaz09_-:.', 'a'.repeat(64)]) accepts('leave', { [field]: value });
    for (const value of ['', 'a'.repeat(65), 'a b', 'é', 'a\n', 'a/b', '直播', 7, true, ['a']]) {
      refuses('leave', field, value);
    }
  });

  it.each(['viewer_id', 'item_id'])('%s is 1-128 code points without control characters', (field) => {
    for (const value of ['a', ' ', 'a'.repeat(128), '好'.repeat(128), '😀'.repeat(128)]) {
      accepts('item_click', { [field]: value });
    }
    for (const value of ['', 'a'.repeat(129), '😀'.repeat(129), 'a\u0000', 'a\n', '\u007f', '\u0085', '\ud800', 5]) {
      refuses('item_click', field, value);
    }
  });

  it('text is 1-500 code points', () => {
    for (const text of ['a', '😀'.repeat(500), '好'.repeat(500), 'a\nb', '\u0000']) accepts('danmaku', { text });
    for (const text of ['', 'a'.repeat(501), '😀'.repeat(501), 'a\udc00', 5]) refuses('danmaku', 'text', text);
  });

  it('other texts are up to 200 code points', () => {
    for (const value of ['', 'a'.repeat(200), '😀'.repeat(200)])
      accepts('script_cue', { label: value, variant: value });
    for (const value of ['a'.repeat(201), '😀'.repeat(201), 5]) {
      refuses('script_cue', 'label', value);
      refuses('script_cue', 'variant', value);
      for (const field of ['device', 'region']) refuses('enter', field, value);
      for (const field of ['title', 'host']) refuses('stream_started', field, value);
    }
  });

  const MONEY = 10_000_000_000_000;
  it.each<[EventType, string, number, number]>([
    ['like', 'count', 1, 1_000_000],
    ['online_count', 'count', 0, 1_000_000_000],
    ['order_paid', 'quantity', 1, 1_000_000],
    ['order_paid', 'amount_minor', 0, MONEY],
    ['item_presented', 'price_minor', 0, MONEY],
    ['item_presented', 'stock', 0, 1_000_000_000],
    ['stream_started', 'planned_gmv_minor', 0, MONEY],
  ])('%s %s is an integer from %i to %i', (type, field, least, most) => {
    accepts(type, { [field]: least });
    accepts(type, { [field]: most });
    for (const value of [least - 1, most + 1, least + 0.5, 1e300, String(least), true, [least]]) {
      refuses(type, field, value);
    }
  });

  it('ts is from 2000 up to, not including, 2100', () => {
    const at = (ts: number): Decoded => decodeBytes(Buffer.from(JSON.stringify(recordOf('leave', { ts }))), TS_MAX);
    expect(at(TS_MIN)).toMatchObject({ ok: true });
    expect(at(TS_MAX)).toMatchObject({ ok: true });
    expect(at(TS_MIN - 1)).toMatchObject({ ok: false, reason: 'invalid_field' });
    expect(at(TS_MAX + 1)).toMatchObject({ ok: false, reason: 'invalid_field' });
  });

  it('a ts may be ahead of its append time by so much and no more', () => {
    accepts('leave', { ts: TS + 60_000 });
    expect(decode(recordOf('leave', { ts: TS + 60_001 }))).toMatchObject({ reason: 'future_ts', event_id: 'e-1' });
  });

  it('a record is up to 64 KiB', () => {
    const ofBytes = (bytes: number): Buffer => Buffer.from(JSON.stringify(recordOf('leave')).padEnd(bytes, ' '));
    expect(decodeBytes(ofBytes(RECORD_BYTES_MAX))).toMatchObject({ ok: true });
    expect(decodeBytes(ofBytes(RECORD_BYTES_MAX + 1))).toMatchObject({ ok: false, reason: 'too_large' });
  });

  it('a record is up to 8 deep, itself counted', () => {
    const nested = (levels: number): unknown => (levels === 0 ? '[[[[[[[[[' : [nested(levels - 1)]);
    expect(decodeText(JSON.stringify(recordOf('leave', { extra: nested(7) })))).toMatchObject({ ok: true });
    expect(decodeText(JSON.stringify(recordOf('leave', { extra: nested(8) })))).toMatchObject({
      reason: 'invalid_field',
      detail: 'record: nested deeper than 8 levels',
    });
  });

  it('no depth breaks the stack', () => {
    const levels = 32_000;
    const bomb = `{"extra":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(decodeText(bomb)).toMatchObject({ reason: 'invalid_field' });
    expect(decodeText('['.repeat(60_000))).toMatchObject({ reason: 'not_json' });
  });
});

describe('words', () => {
  it.each(SOURCES)('source %s is known', (source) =>
    expect(eventOf(decode(recordOf('order_paid', { source })))).toMatchObject({ source }),
  );

  it('an unknown source reads as other, one that is no name is refused', () => {
    for (const source of ['radio', '', 'Search', '__proto__', 'x'.repeat(500)]) {
      for (const type of ['enter', 'order_created'] as const) {
        expect(eventOf(decode(recordOf(type, { source })))).toMatchObject({ source: 'other' });
      }
    }
    refuses('enter', 'source', 5);
  });

  it('an unknown host_kind or channel is refused', () => {
    for (const value of ['robot', '', 5, 'constructor']) {
      refuses('stream_started', 'host_kind', value);
      refuses('stream_started', 'channel', value);
    }
  });

  it('a currency is three capital letters', () => {
    accepts('order_paid', { currency: 'JPY' });
    for (const value of ['cny', 'CN', 'CNYY', 'CNY\n', '', 156]) {
      refuses('order_paid', 'currency', value);
      refuses('stream_started', 'currency', value);
    }
  });

  it('returning is true or false', () => {
    for (const value of [1, 0, 'true', '']) refuses('enter', 'returning', value);
  });

  it('a type nobody knows is unknown, what is no name at all is an invalid field', () => {
    for (const type of ['dance', '', 'Danmaku', '__proto__', 'toString']) {
      expect(decode({ ...common, type })).toMatchObject({ reason: 'unknown_type', event_id: 'e-1' });
    }
    for (const type of [undefined, null, 5, {}, ['enter']]) {
      expect(decode({ ...common, type })).toMatchObject({ reason: 'invalid_field' });
    }
  });
});

describe('JSON', () => {
  const leave = (rest: string): string => `{"event_id":"e","type":"leave","stream_id":"s","viewer_id":"u",${rest}}`;

  it.each(['1.764e12', '1764000000000.0', '1764000000000', '17640000000000e-1'])('%s is an integer', (ts) =>
    expect(decodeText(leave(`"ts":${ts}`))).toMatchObject({ ok: true, event: { ts: 1_764_000_000_000 } }),
  );

  it('-0 is 0', () => {
    const decoded = decodeText('{"event_id":"e","type":"online_count","stream_id":"s","ts":1764000000000,"count":-0}');
    expect(Object.is(eventOf(decoded)['count'], 0)).toBe(true);
  });

  it('of equal keys the last wins', () => {
    expect(decodeText(leave('"ts":1,"ts":1764000000000'))).toMatchObject({ ok: true });
    expect(decodeText(leave('"ts":1764000000000,"ts":1'))).toMatchObject({ reason: 'invalid_field' });
    expect(decodeText(leave('"ts":1764000000000,"ts":null'))).toMatchObject({ reason: 'invalid_field' });
  });

  it('a __proto__ key gives no fields', () => {
    expect(decodeText('{"__proto__":{"event_id":"e","type":"leave"}}')).toMatchObject({ reason: 'invalid_field' });
    expect(decodeText(leave('"ts":1764000000000,"__proto__":{"ts":1}'))).toMatchObject({ ok: true });
  });

  it('escapes say the same as what they stand for', () => {
    expect(decodeText(leave('"t\\u0073":1764000000000'))).toMatchObject({ ok: true });
    const escaped = String.raw`{"event_id":"e","type":"danmaku","stream_id":"s","viewer_id":"u","ts":1764000000000,"text":"\u597d\ud83d\ude00\""}`;
    expect(decodeText(escaped)).toMatchObject({ ok: true, event: { text: '好😀"' } });
  });

  it.each([
    ['nothing', ''],
    ['only space', ' \n'],
    ['no JSON', 'hello'],
    ['a record cut off', '{"event_id":"e"'],
    ['two records', '{}{}'],
    ['a comma too many', '{"ts":1,}'],
    ['single quotes', "{'ts':1}"],
    ['a raw line feed in a string', '{"text":"a\nb"}'],
    ['a byte order mark', '\ufeff{}'],
    ['NaN', '{"ts":NaN}'],
  ])('%s is not JSON', (_, text) => expect(decodeText(text)).toMatchObject({ ok: false, reason: 'not_json' }));

  it.each(['[]', '5', '"x"', 'null', 'true'])('%s is JSON but no object', (text) =>
    expect(decodeText(text)).toMatchObject({ reason: 'invalid_field', detail: expect.stringMatching(/^record: /) }),
  );

  it('bytes that are not UTF-8 are not JSON', () => {
    const record = Buffer.from(JSON.stringify(recordOf('danmaku', { text: 'X' })));
    for (const byte of [0xff, 0xc0, 0xed, 0x80]) {
      const broken = Buffer.from(record);
      broken[broken.indexOf('X')] = byte;
      expect(decodeBytes(broken)).toMatchObject({ reason: 'not_json' });
    }
  });

  it('a plain Uint8Array, and a part of a larger one, will do', () => {
    const record = Buffer.from(JSON.stringify(recordOf('leave')));
    const larger = new Uint8Array(record.length + 9).fill(0x22);
    larger.set(record, 5);
    expect(decoder.decode(larger, 5, 5 + record.length, TS)).toEqual(decodeBytes(record));
  });
});

describe('a rejection', () => {
  it('tells field, fault and what is expected', () => {
    expect(decode(recordOf('like', { count: 0 }))).toEqual({
      ok: false,
      reason: 'invalid_field',
      detail: 'count: 0, expected an integer from 1 to 1000000',
      event_id: 'e-1',
    });
    expect(decode(recordOf('leave', { viewer_id: undefined }))).toMatchObject({
      detail: 'viewer_id: missing, expected 1-128 characters without control characters',
    });
  });

  it('has the event_id only where it is valid', () => {
    expect(decode(recordOf('leave', { event_id: 'a b', ts: 1 }))).toMatchObject({ event_id: undefined });
    expect(decode(recordOf('leave', { ts: 1 }))).toMatchObject({ event_id: 'e-1' });
  });

  it('never quotes a viewer id or what a viewer wrote', () => {
    const secret = 'secret'.repeat(100);
    const details = [
      decode(recordOf('leave', { viewer_id: secret })),
      decode(recordOf('leave', { viewer_id: ['secret'] })),
      decode(recordOf('danmaku', { text: secret })),
      decodeText('{"viewer_id":"secret"'),
      decodeText('{"viewer_id":"secret" x}'),
    ].map((decoded) => (decoded.ok ? '' : decoded.detail));
    for (const detail of details) {
      expect(detail).not.toBe('');
      expect(detail).not.toContain('secret');
    }
  });
});
