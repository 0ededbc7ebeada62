import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IN_BYTES, noFields, type Fields } from './fields.js';
import { parseRecord } from './parse-record.js';
import { createRecordScanner } from './scan-record.js';

const scanRecord = createRecordScanner();

/** The values as the parser gives them: a viewer's id that was left in the bytes is read from there. */
const valuesOf = ({ values, viewer }: Fields, bytes: Buffer): unknown[] =>
  values.map((value) => (value === IN_BYTES ? bytes.toString('utf8', viewer.start, viewer.end) : value));

/** Where the scanner dares to answer, it must answer what the parser does. Also tries the record inside other bytes. */
const expectAgreement = (record: Buffer): boolean => {
  const parsed = noFields();
  const unreadable = parseRecord(record, 0, record.length, parsed);
  const scanned = noFields();
  const taken = scanRecord(record, 0, record.length, scanned);
  if (taken) {
    expect(unreadable).toBeUndefined();
    expect(valuesOf(scanned, record)).toEqual(parsed.values);
  }
  const surrounded = Buffer.concat([Buffer.from('"}{"count":9'), record, Buffer.from('"}1],"ts":7}')]);
  const scannedInside = noFields();
  const takenInside = scanRecord(surrounded, 12, 12 + record.length, scannedInside);
  expect(takenInside).toBe(taken);
  if (taken) expect(valuesOf(scannedInside, surrounded)).toEqual(parsed.values);
  return taken;
};

const isScanned = (text: string): boolean => expectAgreement(Buffer.from(text));

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['FUZZ_RUNS'] ?? 3_000);
console.info(`scan-record fuzzing: FUZZ_SEED=${seed} FUZZ_RUNS=${runs}`);

const id = fc.stringMatching(/^[A-Za-z0-9_:.-]{1,40}$/);
const chinese = fc
  .array(fc.constantFrom(...'主播这个多少钱上链接好看已拍家人们哈哈！？，😀👍🏻é\u00a0\u2028\ufeff'), { maxLength: 40 })
  .map((chars) => chars.join(''));
const words = fc.oneof(
  id,
  chinese,
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('\ufffd', '\ud800', '"\\'),
);
const numbers = fc.oneof(
  fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }),
  fc.nat(1_000),
  fc.maxSafeInteger(),
  fc.double(),
);
const known = fc.constantFrom(
  ...['event_id', 'type', 'stream_id', 'ts', 'viewer_id', 'source', 'text', 'returning', 'device', 'region', 'count'],
  ...['item_id', 'order_id', 'quantity', 'amount_minor', 'currency', 'title', 'host', 'host_kind', 'channel'],
  ...['planned_gmv_minor', 'price_minor', 'stock', 'label', 'variant'],
);
const keys = fc.oneof(
  { weight: 20, arbitrary: known },
  fc.constantFrom('__proto__', 'constructor', 'tsx', 'Type', ''),
  words,
);
const scalars = fc.oneof(words, numbers, fc.boolean(), fc.constant(null));
const values = fc.oneof({ weight: 12, arbitrary: scalars }, fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>);
const spaces = fc.oneof({ weight: 6, arbitrary: fc.constant('') }, fc.stringMatching(/^[ \t\r\n]{1,3}$/));

/** One JSON text, as a program might write it: any order, equal keys, spaces, escapes. */
const recordTexts = fc
  .array(fc.tuple(keys, values, fc.array(spaces, { minLength: 4, maxLength: 4 }), fc.boolean()), { maxLength: 14 })
  .map((members) => {
    const written = members.map(([key, value, [a, b, c, d], escaped]) => {
      const text = JSON.stringify(value);
      return `${a}${JSON.stringify(key)}${b}:${c}${escaped && members.length % 5 === 0 ? escapeAll(text) : text}${d}`;
    });
    return `{${written.join(',')}}`;
  });
const escapeAll = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** What a plain client sends: the scanner must take nearly all of these. */
const plainTexts = fc
  .uniqueArray(
    fc.tuple(
      known,
      fc.oneof(
        id,
        chinese.filter((text) => !text.includes('\ufffd')),
        fc.nat(1e9),
        fc.boolean(),
      ),
    ),
    {
      selector: ([key]) => key,
      minLength: 1,
    },
  )
  .map((members) => JSON.stringify(Object.fromEntries(members)));

const mutations = fc.array(
  fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('flip', 'cut', 'drop', 'insert', 'repeat'),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:0-+.eE tnu\n'), 0x7f, 0xc2, 0xed, 0xf0, 0xff)),
  }),
  { minLength: 1, maxLength: 4 },
);
type Mutation = typeof mutations extends fc.Arbitrary<(infer M)[]> ? M : never;
const mutate = (record: Buffer, { at, kind, byte }: Mutation): Buffer => {
  if (record.length === 0) return record;
  const place = at % record.length;
  const [before, after] = [record.subarray(0, place), record.subarray(place)];
  if (kind === 'cut') return Buffer.from(before);
  if (kind === 'flip') return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
  if (kind === 'drop') return Buffer.concat([before, after.subarray(1)]);
  if (kind === 'insert') return Buffer.concat([before, Buffer.from([byte]), after]);
  return Buffer.concat([before, after, after]);
};

describe('the scanner agrees with the parser wherever it answers', () => {
  it('on any JSON object', () => {
    fc.assert(
      fc.property(recordTexts, (text) => void isScanned(text)),
      { seed, numRuns: runs },
    );
  });

  it('on records with bytes flipped, cut, dropped, inserted and repeated', () => {
    fc.assert(
      fc.property(fc.oneof(plainTexts, recordTexts), mutations, (text, changes) => {
        expectAgreement(changes.reduce(mutate, Buffer.from(text)));
      }),
      { seed, numRuns: runs * 3 },
    );
  });

  it('and it answers on every plain record', () => {
    fc.assert(
      fc.property(plainTexts, (text) => isScanned(text)),
      { seed, numRuns: runs },
    );
  });

  it('at every byte of a record, whatever stands there', () => {
    const record = Buffer.from('{"ts":1700000000000,"text":"好é😀","returning":true,"count":null,"host":""}');
    for (let at = 0; at < record.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = Buffer.from(record);
        changed[at] = byte;
        expectAgreement(changed);
      }
      expectAgreement(record.subarray(0, at));
    }
  });
});

describe('what the scanner takes', () => {
  it.each([
    ['{"type":"heartbeat","ts":1700000000000}'],
    ['{ "type" : "heartbeat" , "ts" : 1700000000000 }\r\n'],
    ['{"text":"主播好😀"}'],
    ['{"count":0,"returning":false,"source":null}'],
    ['{"count":1,"count":2}'],
    ['{"count":1,"count":null}'],
    ['{"count":999999999999999}'],
    ['{"text":""}'],
  ])('%s', (text) => expect(isScanned(text)).toBe(true));
});

describe('what the scanner leaves to the parser', () => {
  it.each([
    ['an escape', '{"text":"a\\nb"}'],
    ['an escaped key', '{"t\\u0073":1}'],
    ['a raw control character', '{"text":"a\nb"}'],
    ['a delete character', '{"text":"\u007f"}'],
    ['the replacement character', '{"text":"\ufffd"}'],
    ['an unknown field', '{"tss":1}'],
    ['a nested value', '{"text":["a"]}'],
    ['a fraction', '{"count":1.0}'],
    ['an exponent', '{"count":1e3}'],
    ['a negative number', '{"count":-1}'],
    ['a leading zero', '{"count":01}'],
    ['sixteen digits', '{"count":1000000000000000}'],
    ['an empty object', '{}'],
    ['an empty key', '{"":1}'],
    ['a comma too many', '{"count":1,}'],
    ['more after the end', '{"count":1}}'],
    ['a word too long', '{"returning":trues}'],
    ['space before it', ' {"count":1}'],
    ['nothing', ''],
  ])('%s', (_, text) => expect(isScanned(text)).toBe(false));

  it('bad UTF-8', () => {
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe4, 0xb8]]) {
      const record = Buffer.concat([Buffer.from('{"text":"'), Buffer.from(bad), Buffer.from('"}')]);
      expect(expectAgreement(record)).toBe(false);
    }
  });
});
