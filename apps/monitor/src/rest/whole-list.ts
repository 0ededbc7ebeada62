import { cursorKey, cursorParameter, integerParameter } from './query.js';
import type { QueryValues } from './query.js';

/** The query of a list that one session has few rows of: all of them, unless a `limit` asks for less. */
export const wholeListQuery = {
  limit: integerParameter(1, 1000, null),
  cursor: cursorParameter((key) => Number.isSafeInteger(key) && (key as number) >= 0),
};

/** The asked page of `rows`, and where the next begins; `null` at the end. Rows only come in at the list's end. */
export const pageOf = <Row>(
  rows: readonly Row[],
  { limit, cursor }: Pick<QueryValues<typeof wholeListQuery>, 'limit' | 'cursor'>,
): { rows: Row[]; cursor: string | null } => {
  const from = cursor === null ? 0 : (cursorKey(cursor) as number);
  const to = from + (limit ?? rows.length);
  return {
    rows: rows.slice(from, to),
    cursor: to < rows.length ? Buffer.from(JSON.stringify(to)).toString('base64url') : null,
  };
};
