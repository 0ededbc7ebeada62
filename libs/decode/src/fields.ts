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

/** What a record says of each known field, unchecked, by {@link FIELD}; `undefined` where it is absent or null. */
export type Fields = unknown[];

export const noFields = (): Fields => new Array<unknown>(FIELD_NAMES.length).fill(undefined);
