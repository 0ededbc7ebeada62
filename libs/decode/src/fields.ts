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
}

export const noFields = (): Fields => ({
  values: new Array<unknown>(FIELD_NAMES.length).fill(undefined),
  chars: new Uint8Array(FIELD_NAMES.length),
});

export const clearFields = ({ values, chars }: Fields): void => {
  for (let field = 0; field < values.length; field++) {
    values[field] = undefined;
    chars[field] = CHARS.UNSEEN;
  }
};
