/** One page, and where the next begins; `null` at the end. */
export interface Page<Row> {
  rows: Row[];
  cursor: string | null;
}

/** A full page goes on after its last row. */
export const page = <Row>(rows: Row[], limit: number, cursorOf: (row: Row) => string): Page<Row> => ({
  rows,
  cursor: rows.length < limit ? null : cursorOf(rows.at(-1)!),
});
