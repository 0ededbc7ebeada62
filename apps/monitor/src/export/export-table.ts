/** A column of an export and what it holds: unit, and formula or meaning. */
export interface ExportColumn {
  readonly name: string;
  readonly about: string;
}

/** What is exported, row by row; a column that a row lacks is empty there. */
export interface ExportTable {
  readonly columns: readonly ExportColumn[];
  readonly rows: AsyncIterable<Readonly<Record<string, unknown>>>;
}
