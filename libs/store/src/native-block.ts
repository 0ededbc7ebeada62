import { leb128, TextColumn, type Column } from './native-columns.js';

/** Rows of one table as a block of ClickHouse's Native format, with the names and types of its columns. */
export interface NativeRows {
  readonly table: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/**
 * Gathers rows of one table column by column, which the engine takes over as they are: encoding and reading them costs
 * a fraction of any format by rows (docs/adr/0005-store.md).
 */
export class NativeBlock<Row> {
  private count = 0;

  constructor(
    readonly table: string,
    private readonly columns: Readonly<Record<string, Column<never>>>,
    private readonly set: (at: number, row: Row) => void,
  ) {}

  get rows(): number {
    return this.count;
  }

  write(row: Row): void {
    this.set(this.count++, row);
  }

  /** What was written so far; the block begins anew. A column that no row has set is left to the table's default, which is the same. */
  take(): NativeRows {
    const { table, count: rows } = this;
    const touched = Object.entries(this.columns).filter(([, { isUntouched }]) => !isUntouched);
    const pieces = touched.flatMap(([name, column]) => [texts(name, column.type), ...column.bytes(rows)]);
    const bytes = Buffer.concat([Uint8Array.from([...leb128(touched.length), ...leb128(rows)]), ...pieces]);
    for (const column of Object.values(this.columns)) column.clear();
    this.count = 0;
    return { table, columns: touched.map(([name, { type }]) => [name, type]), rows, bytes };
  }
}

const texts = (...values: string[]): Uint8Array => {
  const column = new TextColumn();
  values.forEach((value, i) => column.set(i, value));
  return column.bytes(values.length)[0]!;
};
