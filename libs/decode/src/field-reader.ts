import type { ViewerKey } from '#domain';
import { CHARS, clearFields, FIELD, FIELD_NAMES, IN_BYTES, noFields, type FieldIndex, type Fields } from './fields.js';
import type { Pseudonymise } from './pseudonym.js';

/** Code points of an id. */
const ID_MAX = 128;
/** Stands in an event that is thrown away, because a field of it is at fault. */
const NOBODY: ViewerKey = { hi: 0, lo: 0 };

/**
 * Checks the fields of one record after another. Its methods answer the field's value; where a field breaks its rule
 * they note the first `fault` (field, what is wrong, what is expected) and answer a placeholder that nobody may use.
 */
export class FieldReader {
  readonly fields: Fields = noFields();
  fault: string | undefined = undefined;

  reset(): void {
    clearFields(this.fields);
    this.fault = undefined;
  }

  /** Of an event or a stream: 1-64 of `A-Z a-z 0-9 _ - : .`. */
  name(field: FieldIndex): string {
    const value = this.fields.values[field];
    if (typeof value === 'string' && isName(value, this.fields.chars[field])) return value;
    return this.wrong(field, '1-64 of A-Z a-z 0-9 _ - : .');
  }

  /** The pseudonym of the viewer whom the record in `bytes` names: her id is checked like every other, and goes no further. */
  viewer(bytes: Buffer, pseudonymise: Pseudonymise): ViewerKey {
    const { values, viewer } = this.fields;
    if (values[FIELD.viewer_id] === IN_BYTES) {
      const length = viewer.end - viewer.start;
      if (length > 0 && length <= ID_MAX)
        return this.fault === undefined ? pseudonymise(bytes, viewer.start, viewer.end) : NOBODY;
      values[FIELD.viewer_id] = bytes.toString('latin1', viewer.start, viewer.end);
    }
    const text = Buffer.from(this.id(FIELD.viewer_id));
    return this.fault === undefined ? pseudonymise(text, 0, text.length) : NOBODY;
  }

  /** Of a viewer, an item, an order: 1-128 code points, no control characters. */
  id(field: FieldIndex): string {
    const value = this.fields.values[field];
    if (
      typeof value === 'string' &&
      value !== '' &&
      !isLongerThan(value, ID_MAX) &&
      isPlain(value, this.fields.chars[field])
    )
      return value;
    return this.wrong(field, '1-128 characters without control characters');
  }

  /** `least` to `most` code points. A lone surrogate is no character: it could not be stored as it came. */
  text(field: FieldIndex, least: number, most: number): string {
    const value = this.fields.values[field];
    if (
      typeof value === 'string' &&
      value.length >= least &&
      !isLongerThan(value, most) &&
      isWellFormed(value, this.fields.chars[field])
    ) {
      return value;
    }
    return this.wrong(field, `a text of ${least}-${most} characters`);
  }

  /** A whole number, however it is written: 3, 3.0 and 3e0 are one number in JSON. */
  integer(field: FieldIndex, least: number, most: number): number {
    const value = this.fields.values[field];
    if (Number.isInteger(value)) {
      const integer = value as number;
      if (integer >= least && integer <= most) return integer + 0; // -0 becomes 0
    }
    this.wrong(field, `an integer from ${least} to ${most}`);
    return least;
  }

  boolean(field: FieldIndex): boolean {
    const value = this.fields.values[field];
    if (typeof value === 'boolean') return value;
    this.wrong(field, 'true or false');
    return false;
  }

  oneOf<Word extends string>(field: FieldIndex, words: readonly Word[]): Word | undefined {
    const value = this.fields.values[field] as Word;
    if (words.includes(value)) return value;
    this.wrong(field, `one of ${words.join(', ')}`);
    return undefined;
  }

  has(field: FieldIndex): boolean {
    return this.fields.values[field] !== undefined;
  }

  /** Notes that `field` is not what was `expected`. */
  wrong(field: FieldIndex, expected: string): string {
    this.fault ??= `${FIELD_NAMES[field]}: ${shown(field, this.fields.values[field])}, expected ${expected}`;
    return '';
  }
}

const isName = (text: string, chars: number | undefined): boolean =>
  chars === CHARS.NAME ? text.length > 0 && text.length <= 64 : /^[A-Za-z0-9_\-:.]{1,64}$/.test(text);

const isPlain = (text: string, chars: number | undefined): boolean =>
  chars === CHARS.NAME || chars === CHARS.PRINTABLE || !/[\p{Cc}\p{Cs}]/u.test(text);

const isWellFormed = (text: string, chars: number | undefined): boolean =>
  chars !== CHARS.UNSEEN || !/\p{Cs}/u.test(text);

/** Counts code points, and only where the count of UTF-16 units leaves it open. */
const isLongerThan = (text: string, most: number): boolean => {
  if (text.length <= most) return false;
  if (text.length > most * 2) return true;
  return codePoints(text) > most;
};

const codePoints = (text: string): number => Array.from(text).length;

/** What was found, short enough for a log line. What a viewer is called or wrote is never shown. */
const shown = (field: FieldIndex, value: unknown): string => {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') {
    if (field === FIELD.viewer_id || field === FIELD.text || value.length > 64) {
      return `a string of ${codePoints(value)} characters`;
    }
    return JSON.stringify(value);
  }
  if (field === FIELD.viewer_id || field === FIELD.text) return `a ${typeof value}`;
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
};
