import { createByteMemory } from './byte-memory.js';
import { createWordView, sameBytes } from './words.js';
import { CHARS, FIELD, FIELD_NAMES, IN_BYTES, putField, type FieldIndex, type Fields } from './fields.js';

/**
 * Reads the known fields of a plain record into `fields`, without making an object of it, several times as fast as
 * `JSON.parse`. Answers false on anything unusual (escapes, nesting, unknown fields, other numbers than plain digits,
 * bad UTF-8, broken JSON): then `fields` mean nothing and `parseRecord` must decide.
 * The law, held by differential fuzzing: where it answers true, `fields` are what `parseRecord` reads.
 */
export type RecordScanner = (bytes: Buffer, start: number, end: number, fields: Fields) => boolean;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const DELETE = 0x7f;

/** Fifteen digits are always below 2^53: adding them up digit by digit is exact. */
const DIGITS_MAX = 15;
const UNUSUAL = -1;

/** Words and ids in use at one time. */
const WORDS_MAX = 4_096;

/** Fields whose values come back from record to record: one string each is enough. */
const REPEATING: ReadonlySet<FieldIndex> = new Set([
  FIELD.type,
  FIELD.stream_id,
  FIELD.source,
  FIELD.device,
  FIELD.region,
  FIELD.item_id,
  FIELD.currency,
  FIELD.host_kind,
  FIELD.channel,
  FIELD.label,
  FIELD.variant,
]);
const repeats = FIELD_NAMES.map((name) => REPEATING.has(FIELD[name]));

export const createRecordScanner = (): RecordScanner => {
  const words = createByteMemory(WORDS_MAX, (bytes, start, end) => bytes.toString('latin1', start, end));
  const viewOf = createWordView();
  /** Which field came after each the last time (after none: the last place): a program writes its fields in one order. */
  const nextField = new Uint8Array(FIELD_NAMES.length + 1);

  return (bytes, start, end, fields) => {
    if (start >= end || bytes[start] !== OPEN_BRACE) return false;
    const view = viewOf(bytes);
    const { viewer } = fields;
    let before = FIELD_NAMES.length;
    let at = start + 1;
    for (;;) {
      at = afterSpace(bytes, at, end);
      if (at >= end || bytes[at] !== QUOTE) return false;
      at++;
      let field: number = nextField[before]!;
      if (!isKey(view, at, end, field)) {
        field = fieldAt(bytes, at, end);
        if (field === UNUSUAL) return false;
        nextField[before] = field;
      }
      before = field;

      at = afterSpace(bytes, at + KEY_LENGTHS[field]!, end);
      if (at >= end || bytes[at] !== COLON) return false;
      at = afterSpace(bytes, at + 1, end);
      if (at >= end) return false;

      const first = bytes[at]!;
      if (first === QUOTE) {
        const from = ++at;
        let kinds = 0;
        for (; at < end; at++) {
          const kind = KIND_OF_BYTE[bytes[at]!]!;
          if (kind >= ENDS_RUN) break;
          kinds |= kind;
        }
        if (at >= end || bytes[at] !== QUOTE) return false;
        if (kinds < NON_ASCII) {
          const known = kinds < PRINTABLE ? CHARS.NAME : CHARS.PRINTABLE;
          if (field === FIELD.viewer_id) {
            viewer.start = from;
            viewer.end = at;
            putField(fields, field, IN_BYTES, known);
          } else {
            const text = repeats[field] ? words.of(bytes, from, at) : bytes.toString('latin1', from, at);
            putField(fields, field, text, known);
          }
        } else {
          const text = bytes.toString('utf8', from, at);
          if (text.includes('\ufffd')) return false; // what bad UTF-8 decodes to
          putField(fields, field, text, CHARS.WELL_FORMED);
        }
        at++;
      } else if (first >= ZERO && first <= NINE) {
        const from = at;
        let value = 0;
        for (; at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE; at++) value = value * 10 + (bytes[at]! - ZERO);
        if (at - from > DIGITS_MAX || (first === ZERO && at - from > 1)) return false;
        putField(fields, field, value, CHARS.UNSEEN);
      } else {
        const word = wordAt(bytes, at, end);
        if (word === undefined) return false;
        putField(fields, field, word.value, CHARS.UNSEEN);
        at += word.text.length;
      }

      at = afterSpace(bytes, at, end);
      if (at >= end) return false;
      const next = bytes[at];
      if (next === COMMA) at++;
      else if (next === CLOSE_BRACE) return afterSpace(bytes, at + 1, end) === end;
      else return false;
    }
  };
};

/** What a byte is within a string. Bits, so that one `|` a byte tells what a whole string has. */
const PRINTABLE = 1;
const NON_ASCII = 2;
/** The closing quote, and what makes a string unusual: an escape, a control character. */
const ENDS_RUN = 4;
const kindOfByte = (byte: number): number => {
  if (byte < SPACE || byte === QUOTE || byte === BACKSLASH || byte === DELETE) return ENDS_RUN;
  if (byte >= 0x80) return NON_ASCII;
  return /[A-Za-z0-9_\-:.]/.test(String.fromCharCode(byte)) ? 0 : PRINTABLE;
};
const KIND_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => kindOfByte(byte));

const afterSpace = (bytes: Buffer, from: number, end: number): number => {
  let at = from;
  while (at < end && bytes[at]! <= SPACE && isSpace(bytes[at]!)) at++;
  return at;
};

const isSpace = (byte: number): boolean =>
  byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN;

/** `null` is the same as absent; the last of two equal keys wins, so it takes back an earlier value. */
const WORDS = [
  { text: Buffer.from('true'), value: true },
  { text: Buffer.from('false'), value: false },
  { text: Buffer.from('null'), value: undefined },
] as const;

/** Apart, because a closure in the loop above would move its `at` from a register to the heap, at half the speed. */
const wordAt = (bytes: Buffer, at: number, end: number): (typeof WORDS)[number] | undefined =>
  WORDS.find(({ text }) => startsWith(bytes, at, end, text));

const startsWith = (bytes: Buffer, start: number, end: number, text: Buffer): boolean => {
  if (start + text.length > end) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text[at]) return false;
  return true;
};

/** A key is found by its length and three of its bytes, then compared in full. */
const KEY_SLOTS = 128;
const keySlot = (bytes: Uint8Array, start: number, end: number): number => {
  const length = end - start;
  const middle = bytes[start + (length >> 1)]!;
  return (length + bytes[start]! + middle * 7 + bytes[end - 1]!) & (KEY_SLOTS - 1);
};
/** With the closing quote: so no key is taken for another that begins like it. */
const QUOTED_KEYS = FIELD_NAMES.map((name) => Buffer.from(`${name}"`));
/** All of them flat, for comparing in words. */
const KEY_BYTES = 32;
const KEY_LENGTHS = Uint8Array.from(QUOTED_KEYS, ({ length }) => length);
const FLAT_KEYS = Buffer.alloc(QUOTED_KEYS.length * KEY_BYTES);
for (const [field, key] of QUOTED_KEYS.entries()) key.copy(FLAT_KEYS, field * KEY_BYTES);
const KEY_WORDS = new DataView(FLAT_KEYS.buffer, FLAT_KEYS.byteOffset, FLAT_KEYS.length);
const isKey = (view: DataView, at: number, end: number, field: number): boolean => {
  const length = KEY_LENGTHS[field]!;
  return at + length <= end && sameBytes(view, at, KEY_WORDS, field * KEY_BYTES, length);
};
const fieldBySlot = new Int16Array(KEY_SLOTS).fill(UNUSUAL);
for (const [field, key] of QUOTED_KEYS.entries()) {
  const slot = keySlot(key, 0, key.length - 1);
  if (fieldBySlot[slot] !== UNUSUAL) throw new Error(`two field names share key slot ${slot}: choose other factors`);
  fieldBySlot[slot] = field;
}

/** The field whose key begins at `start`, behind its quote. */
const fieldAt = (bytes: Buffer, start: number, end: number): number => {
  let quote = start;
  while (quote < end && bytes[quote] !== QUOTE) quote++;
  if (quote === start || quote >= end) return UNUSUAL;
  const field = fieldBySlot[keySlot(bytes, start, quote)]!;
  return field !== UNUSUAL && startsWith(bytes, start, end, QUOTED_KEYS[field]!) ? field : UNUSUAL;
};
