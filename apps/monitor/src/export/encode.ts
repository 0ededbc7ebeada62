import { setImmediate as giveWay } from 'node:timers/promises';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import { csvHead, csvLine } from './csv.js';
import type { ExportColumn, ExportTable } from './export-table.js';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Rows that are encoded before they are handed on. */
const ROWS_AT_ONCE = 500;
/** Rows of a row group: many groups make the file larger and its end slow to write, large ones hold up live rooms. */
const ROW_GROUP = 2_000;
/** Rows that a Parquet file may have, whose columns are in memory whole: twelve hours of seconds, about 200 MB. */
export const PARQUET_ROWS_MAX = 43_200;

/** A table as bytes. CSV and NDJSON come as fast as they are taken; Parquet, whose columns come whole, in one piece. */
export const encode = (
  table: ExportTable,
  format: ExportFormat,
  withDefinitions: boolean,
): AsyncIterable<Uint8Array> => {
  switch (format) {
    case 'csv':
      return csv(table, withDefinitions);
    case 'ndjson':
      return ndjson(table);
    case 'parquet':
      return parquet(table);
  }
};

async function* csv({ columns, rows }: ExportTable, withDefinitions: boolean): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvHead(columns, withDefinitions));
  yield* inPieces(rows, (row) => csvLine(columns.map(({ name }) => row[name])));
}

async function* ndjson({ columns, rows }: ExportTable): AsyncGenerator<Uint8Array> {
  yield* inPieces(rows, (row) => {
    const whole = Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]));
    return `${JSON.stringify(whole)}\n`;
  });
}

async function* inPieces<Row>(rows: AsyncIterable<Row>, line: (row: Row) => string): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  for await (const row of rows) {
    lines.push(line(row));
    if (lines.length < ROWS_AT_ONCE) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''));
}

async function* parquet({ columns, rows }: ExportTable): AsyncGenerator<Uint8Array> {
  const all: Readonly<Record<string, unknown>>[] = [];
  for await (const row of rows) all.push(row);
  const columnData: ReturnType<typeof parquetColumn>[] = [];
  for (const { name } of columns) {
    await giveWay();
    const values = all.map((row) => row[name] ?? null);
    columnData.push(parquetColumn(name, values));
  }
  const kvMetadata = columns.map(({ name, about }: ExportColumn) => ({ key: name, value: about }));
  // Asked after each row group, and waited for.
  const writer = Object.assign(new ByteWriter(), { flush: () => giveWay() });
  await parquetWrite({ writer, columnData, rowGroupSize: ROW_GROUP, kvMetadata, createdBy: 'tallylight' });
  yield writer.getBytes();
}

/** Whole numbers as 64-bit integers, other numbers as doubles, lists and records as JSON, and the rest as text. */
const parquetColumn = (name: string, values: readonly unknown[]) => {
  const known = values.filter((value) => value !== null);
  if (known.length > 0 && known.every((value) => typeof value === 'boolean'))
    return { name, type: 'BOOLEAN' as const, data: [...values] };
  if (known.length > 0 && known.every((value) => Number.isSafeInteger(value)))
    return {
      name,
      type: 'INT64' as const,
      data: values.map((value) => (value === null ? null : BigInt(value as number))),
    };
  if (known.length > 0 && known.every((value) => typeof value === 'number'))
    return { name, type: 'DOUBLE' as const, data: [...values] };
  return { name, type: 'STRING' as const, data: values.map(asText) };
};

const asText = (value: unknown): string | null =>
  value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
