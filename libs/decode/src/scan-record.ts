import { FIELD, FIELD_NAMES, type FieldIndex, type Fields } from './fields.js';
import { createInterner, type Interner } from './interner.js';

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
const repeats = Uint8Array.from(FIELD_NAMES, (name) => (REPEATING.has(FIELD[name]) ? 1 : 0));

export const createRecordScanner = (): RecordScanner => {
  const interner = createInterner();

  return (bytes, start, end, fields) => {
    if (start >= end || bytes[start] !== OPEN_BRACE) return false;
    let at = start + 1;
    for (;;) {
      at = afterSpace(bytes, at, end);
      if (at >= end || bytes[at] !== QUOTE) return false;
      const keyStart = at + 1;
      const keyEnd = stringEnd(bytes, keyStart, end);
      if (keyEnd === UNUSUAL) return false;
      const field = fieldAt(bytes, keyStart, keyEnd);
      if (field === UNUSUAL) return false;

      at = afterSpace(bytes, keyEnd + 1, end);
      if (at >= end || bytes[at] !== COLON) return false;
      at = afterSpace(bytes, at + 1, end);
      if (at >= end) return false;

      const first = bytes[at]!;
      if (first === QUOTE) {
        const valueEnd = stringEnd(bytes, at + 1, end);
        if (valueEnd === UNUSUAL) return false;
        const value = stringAt(bytes, at + 1, valueEnd, repeats[field] === 1 ? interner : undefined);
        if (value === undefined) return false;
        fields[field] = value;
        at = valueEnd + 1;
      } else if (first >= ZERO && first <= NINE) {
        const valueEnd = digitsEnd(bytes, at, end);
        if (valueEnd - at > DIGITS_MAX || (first === ZERO && valueEnd - at > 1)) return false;
        fields[field] = numberAt(bytes, at, valueEnd);
        at = valueEnd;
      } else {
        const word = WORDS.find(({ text }) => startsWith(bytes, at, end, text));
        if (word === undefined) return false;
        fields[field] = word.value;
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

const afterSpace = (bytes: Buffer, from: number, end: number): number => {
  let at = from;
  while (at < end && bytes[at]! <= SPACE && isSpace(bytes[at]!)) at++;
  return at;
};

const isSpace = (byte: number): boolean =>
  byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN;

/** Bytes that end the plain run of a string: its quote, and what makes it unusual (escape, control character). */
const ENDS_RUN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH || byte === DELETE ? 1 : 0,
);

/** Where the string that began before `from` has its closing quote; unusual with an escape, a control character or no end. */
const stringEnd = (bytes: Buffer, from: number, end: number): number => {
  let at = from;
  while (at < end && ENDS_RUN[bytes[at]!] === 0) at++;
  return at < end && bytes[at] === QUOTE ? at : UNUSUAL;
};

/** The string in `bytes[start, end)`, or `undefined` where its UTF-8 may be broken: bad bytes decode to U+FFFD. */
const stringAt = (bytes: Buffer, start: number, end: number, interner: Interner | undefined): string | undefined => {
  if (isAscii(bytes, start, end)) {
    return interner === undefined ? bytes.toString('latin1', start, end) : interner.intern(bytes, start, end);
  }
  const text = bytes.toString('utf8', start, end);
  return text.includes('\ufffd') ? undefined : text;
};

/** Without a branch per byte: most strings are ASCII to their end. */
const isAscii = (bytes: Buffer, start: number, end: number): boolean => {
  let bits = 0;
  for (let at = start; at < end; at++) bits |= bytes[at]!;
  return bits < 0x80;
};

const digitsEnd = (bytes: Buffer, from: number, end: number): number => {
  let at = from;
  while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
  return at;
};

const numberAt = (bytes: Buffer, start: number, end: number): number => {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (bytes[at]! - ZERO);
  return value;
};

/** `null` is the same as absent; the last of two equal keys wins, so it takes back an earlier value. */
const WORDS = [
  { text: Buffer.from('true'), value: true },
  { text: Buffer.from('false'), value: false },
  { text: Buffer.from('null'), value: undefined },
] as const;

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
const KEYS = FIELD_NAMES.map((name) => Buffer.from(name));
const fieldBySlot = new Int16Array(KEY_SLOTS).fill(UNUSUAL);
for (const [field, key] of KEYS.entries()) {
  const slot = keySlot(key, 0, key.length);
  if (fieldBySlot[slot] !== UNUSUAL) throw new Error(`two field names share key slot ${slot}: choose other factors`);
  fieldBySlot[slot] = field;
}

const fieldAt = (bytes: Buffer, start: number, end: number): number => {
  if (start === end) return UNUSUAL;
  const field = fieldBySlot[keySlot(bytes, start, end)]!;
  if (field === UNUSUAL) return UNUSUAL;
  const key = KEYS[field]!;
  return key.length === end - start && startsWith(bytes, start, end, key) ? field : UNUSUAL;
};
