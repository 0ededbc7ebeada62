import { cursorKey, cursorParameter, integerParameter } from './query.js';
import type { QueryValues } from './query.js';

/** Where a row stands: rows are ordered by its parts, the first that differ, as text by code unit. */
export type RowKey = readonly (number | string)[];

const isRowKey = (key: unknown): boolean =>
  Array.isArray(key) &&
  key.length > 0 &&
  key.every((part) => typeof part === 'string' || (Number.isSafeInteger(part) && part >= 0));

/** The query of a list that one session has few rows of: all of them, unless a `limit` asks for less. */
export const wholeListQuery = {
  limit: integerParameter(1, 1000, null),
  cursor: cursorParameter(isRowKey),
};

/**
 * The asked page of `rows`, and where the next begins: after its last row, wherever that stands by then, for rows come in
 * between and go. `null` at the end.
 */
export const pageOf = <Row>(
  rows: readonly Row[],
  { limit, cursor }: Pick<QueryValues<typeof wholeListQuery>, 'limit' | 'cursor'>,
  keyOf: (row: Row) => RowKey,
): { rows: Row[]; cursor: string | null } => {
  const last = cursor === null ? null : (cursorKey(cursor) as RowKey);
  const rest = last === null ? rows : rows.filter((row) => isAfter(keyOf(row), last));
  const page = rest.slice(0, limit ?? rest.length);
  return {
    rows: page,
    cursor: page.length < rest.length ? Buffer.from(JSON.stringify(keyOf(page.at(-1)!))).toString('base64url') : null,
  };
};

const isAfter = (key: RowKey, other: RowKey): boolean => {
  const differs = key.findIndex((part, n) => part !== other[n]);
  return differs !== -1 && key[differs]! > other[differs]!;
};
