/** Every field of the wire format (events.md) with its place in {@link Fields}. */
export const FIELD = {
  event_id: 0,
  type: 1,
  stream_id: 2,
  ts: 3,
  viewer_id: 4,
  source: 5,
  text: 6,
  returning: 7,
  device: 8,
  region: 9,
  count: 10,
  item_id: 11,
  order_id: 12,
  quantity: 13,
  amount_minor: 14,
  currency: 15,
  title: 16,
  host: 17,
  host_kind: 18,
  channel: 19,
  planned_gmv_minor: 20,
  price_minor: 21,
  stock: 22,
  label: 23,
  variant: 24,
} as const;
export type FieldName = keyof typeof FIELD;
export type FieldIndex = (typeof FIELD)[FieldName];

export const FIELD_NAMES = Object.keys(FIELD) as readonly FieldName[];

/** What is known of the characters of a string; more is asked only where the answer is `UNSEEN`. */
export const CHARS = {
  UNSEEN: 0,
  /** All of `A-Z a-z 0-9 _ - : .` */
  NAME: 1,
  /** All printable ASCII. */
  PRINTABLE: 2,
  /** Whole code points: it was read from good UTF-8. */
  WELL_FORMED: 3,
} as const;

/** What a record says of each known field, unchecked, by {@link FIELD}. */
export interface Fields {
  /** `undefined` where the field is absent or null. */
  readonly values: unknown[];
  /** {@link CHARS} of each value that is a string; of others it means nothing. */
  readonly chars: Uint8Array;
  /**
   * Where the viewer's id lies in the record's bytes, if it is printable ASCII and they are it: `[start, end)`, and then
   * `values` holds {@link IN_BYTES} for it. A string of it would be made only to be hashed. `end` is 0 otherwise.
   */
  readonly viewer: { start: number; end: number };
  /** The fields that the record has met, so that only they need clearing: a record has a few of them. */
  readonly met: { count: number; readonly fields: Uint8Array; readonly has: Uint8Array };
}

/** Stands for a viewer's id that was left in the bytes. */
export const IN_BYTES = Symbol('in the bytes of the record');

export const noFields = (): Fields => ({
  values: new Array<unknown>(FIELD_NAMES.length).fill(undefined),
  chars: new Uint8Array(FIELD_NAMES.length),
  viewer: { start: 0, end: 0 },
  met: { count: 0, fields: new Uint8Array(FIELD_NAMES.length), has: new Uint8Array(FIELD_NAMES.length) },
});

/** Puts what the record says of a field; of equal keys the last one wins. */
export const putField = ({ values, chars, met }: Fields, field: number, value: unknown, known: number): void => {
  if (met.has[field] === 0) {
    met.has[field] = 1;
    met.fields[met.count++] = field;
  }
  values[field] = value;
  chars[field] = known;
};

export const clearFields = ({ values, chars, met }: Fields): void => {
  for (let at = 0; at < met.count; at++) {
    const field = met.fields[at]!;
    values[field] = undefined;
    chars[field] = CHARS.UNSEEN;
    met.has[field] = 0;
  }
  met.count = 0;
};
