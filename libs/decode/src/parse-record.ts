import type { RejectReason } from '#domain';
import { CHARS, FIELD, FIELD_NAMES, putField, type Fields } from './fields.js';

/** Levels of objects and arrays in a record, the record itself counted. */
export const DEPTH_MAX = 8;

export interface Unreadable {
  readonly reason: RejectReason;
  readonly detail: string;
}

/** Keeps a byte order mark, which then is no JSON: passing over one is for whoever splits a body. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the known fields of any record in `bytes[start, end)` into `fields`, or says why it cannot be read.
 * `not_json` means exactly that the bytes are no JSON text; JSON that is no object, or too deep, is an `invalid_field`.
 * Of equal keys the last one wins.
 */
export const parseRecord = (bytes: Buffer, start: number, end: number, fields: Fields): Unreadable | undefined => {
  const parsed = parseJson(bytes.subarray(start, end));
  if ('reason' in parsed) return parsed;
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { reason: 'invalid_field', detail: `record: ${kindOf(value)}, expected a JSON object` };
  }
  if (depthOf(bytes, start, end) > DEPTH_MAX) {
    return { reason: 'invalid_field', detail: `record: nested deeper than ${DEPTH_MAX} levels` };
  }
  const record = value as Record<string, unknown>;
  for (const name of FIELD_NAMES) putField(fields, FIELD[name], record[name] ?? undefined, CHARS.UNSEEN);
  return undefined;
};

const parseJson = (bytes: Buffer): { value: unknown } | Unreadable => {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { reason: 'not_json', detail: 'the record is not UTF-8' };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { reason: 'not_json', detail: `the record is not JSON${positionIn(error)}` };
  }
};

/** Only the place of the error: the engine's message quotes the record, and with it perhaps a viewer's id. */
const positionIn = (error: unknown): string => {
  const position = error instanceof Error ? /at position \d+/.exec(error.message) : null;
  return position === null ? '' : ` (${position[0]})`;
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
};

/** The deepest level of a valid JSON text, counted on its bytes: no recursion, so no depth can break the stack. */
const depthOf = (bytes: Buffer, start: number, end: number): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = start; at < end; at++) {
    const char = bytes[at];
    if (inString) {
      if (char === 0x5c) at++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
};
