/** One record of a posted body: its bytes are `[start, end)`. Its index in the list is its index in the answer. */
export interface RecordRange {
  readonly start: number;
  readonly end: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The lines of an NDJSON body, ended by LF or CRLF, the last perhaps by nothing. Blank lines are no records. */
export const splitNdjson = (body: Uint8Array): RecordRange[] => {
  const ranges: RecordRange[] = [];
  for (let start = afterByteOrderMark(body); start < body.length;) {
    const lineFeed = body.indexOf(LINE_FEED, start);
    const next = lineFeed === -1 ? body.length : lineFeed;
    const end = next > start && body[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
    if (afterSpace(body, start, end) < end) ranges.push({ start, end });
    start = next + 1;
  }
  return ranges;
};

export type SplitArray =
  | { readonly ok: true; readonly records: RecordRange[] }
  /** The body is no JSON array. */
  | { readonly ok: false; readonly detail: string };

/**
 * The elements of a JSON array, found by brackets and quotes alone, so that each is parsed only once, by the decoder.
 * Law: a body is valid JSON exactly when it splits and every element is; so if the decoder calls any element `not_json`,
 * the whole body is bad and nothing of it may be taken.
 */
export const splitJsonArray = (body: Uint8Array): SplitArray => {
  const records: RecordRange[] = [];
  let at = afterSpace(body, afterByteOrderMark(body), body.length);
  if (body[at] !== OPEN_BRACKET) return { ok: false, detail: 'the body is not a JSON array: it does not begin with [' };
  at = afterSpace(body, at + 1, body.length);
  if (body[at] === CLOSE_BRACKET) return endOfArray(body, at, records);

  for (;;) {
    const start = afterSpace(body, at, body.length);
    const end = elementEnd(body, start);
    if (end >= body.length) return { ok: false, detail: 'the body is not a JSON array: it ends before its ]' };
    const last = beforeSpace(body, start, end);
    if (last === start || body[end] === CLOSE_BRACE) {
      return { ok: false, detail: `the body is not a JSON array: expected an element at byte ${start}` };
    }
    records.push({ start, end: last });
    if (body[end] === CLOSE_BRACKET) return endOfArray(body, end, records);
    at = end + 1;
  }
};

const endOfArray = (body: Uint8Array, close: number, records: RecordRange[]): SplitArray => {
  const rest = afterSpace(body, close + 1, body.length);
  if (rest === body.length) return { ok: true, records };
  return { ok: false, detail: `the body is not a JSON array: more follows its ] at byte ${rest}` };
};

/** Where the comma or closing bracket after the element that begins at `start` stands; the body's length without one. */
const elementEnd = (body: Uint8Array, start: number): number => {
  let depth = 0;
  for (let at = start; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = stringEnd(body, at + 1);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE)) return at;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return body.length;
};

const stringEnd = (body: Uint8Array, from: number): number => {
  let at = from;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
};

const isSpace = (byte: number | undefined): boolean =>
  byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;

const afterSpace = (body: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (at < end && isSpace(body[at])) at++;
  return at;
};

const beforeSpace = (body: Uint8Array, start: number, from: number): number => {
  let end = from;
  while (end > start && isSpace(body[end - 1])) end--;
  return end;
};

/** RFC 8259 lets a reader pass over it; editors write it. */
const afterByteOrderMark = (body: Uint8Array): number =>
  body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
