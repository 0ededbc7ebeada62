import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse, type Info } from 'csv-parse';
import {
  createClickCsvImporter,
  createDanmakuImporter,
  createOrderCsvImporter,
  streamIdOfFile,
  type CsvImporter,
  type ImportedRow,
  type ImportSettings,
} from '#decode';
import { isStreamId } from './arguments.js';
import { LINE_BYTES_MAX, linesOf } from './file-lines.js';

export const IMPORT_FORMATS = ['tallylight', 'danmaku', 'clicks', 'orders'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** A record as it is posted, and its stream; `null` where it cannot be told, which the monitor will refuse. */
export interface ImportRecord {
  readonly line: Buffer;
  readonly stream_id: string | null;
  /** Why the row fits no event: it is posted all the same, as {@link unmapped}. */
  readonly problem?: string;
}

/** The records of a file, in its order; `stream` names the stream of a recording that names none (default: the file's name). */
export async function* recordsOf(
  format: ImportFormat,
  path: string,
  stream: string | undefined,
): AsyncGenerator<ImportRecord, void, undefined> {
  if (format === 'tallylight') return yield* ownRecords(path);
  const settings = { file_hash: await hashOf(path), stream_id: stream ?? streamIdOfFile(path) };
  for await (const { row, at } of rowsOf(format, path, settings)) yield recordOf(row, at, path, settings);
}

/** Our own format goes as it is: the monitor judges it. */
async function* ownRecords(path: string): AsyncGenerator<ImportRecord, void, undefined> {
  for await (const line of bytesOf(path)) if (!isBlank(line)) yield { line, stream_id: streamOf(line) };
}

interface RowAt {
  row: ImportedRow;
  /** Line in the file, from 1. */
  at: number;
}

const rowsOf = (
  format: Exclude<ImportFormat, 'tallylight'>,
  path: string,
  settings: ImportSettings,
): AsyncGenerator<RowAt, void, undefined> => {
  switch (format) {
    case 'danmaku':
      return danmakuRows(path, settings);
    case 'clicks':
      return csvRows(path, createClickCsvImporter(settings), { headerLines: 0 });
    case 'orders':
      return csvRows(path, createOrderCsvImporter(settings), { headerLines: 1 });
  }
};

async function* danmakuRows(path: string, settings: ImportSettings): AsyncGenerator<RowAt, void, undefined> {
  const importer = createDanmakuImporter(settings);
  let at = 0;
  for await (const line of bytesOf(path)) {
    at++;
    if (!isBlank(line)) yield { row: importer.row(line.toString(), at), at };
  }
}

async function* csvRows(
  path: string,
  importer: CsvImporter,
  { headerLines }: { headerLines: number },
): AsyncGenerator<RowAt, void, undefined> {
  const unreadable: RowAt[] = [];
  const rows = createReadStream(path).pipe(
    parse({
      bom: true,
      info: true,
      from_line: headerLines + 1,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: LINE_BYTES_MAX,
      skip_records_with_error: true,
      on_skip: (error) => {
        const detail = error?.message ?? 'the row cannot be read';
        unreadable.push({ row: { ok: false, reason: 'invalid_field', detail }, at: Number(error?.['lines'] ?? 0) });
        return undefined;
      },
    }),
  ) as AsyncIterable<{ record: string[]; info: Info }>;
  for await (const { record, info } of rows) {
    yield* unreadable.splice(0);
    yield { row: importer.row(record, info.lines), at: info.lines };
  }
  yield* unreadable.splice(0);
}

const recordOf = (row: ImportedRow, at: number, path: string, settings: ImportSettings): ImportRecord => {
  const { stream_id } = settings;
  if (row.ok) return { line: Buffer.from(JSON.stringify(row.event)), stream_id };
  const problem = `${path}:${at}: ${row.detail}`;
  return { line: unmapped(problem, settings), stream_id, problem };
};

/**
 * A row that fits no event is posted as a record without a type, so that the monitor counts it and keeps among its dead
 * letters where it stood and what was wrong. Not the row itself: nobody could find the viewer's id in it to blank it.
 */
const unmapped = (problem: string, { stream_id }: ImportSettings): Buffer =>
  Buffer.from(JSON.stringify({ stream_id, import_problem: problem }));

const bytesOf = (path: string): AsyncGenerator<Buffer, void, undefined> =>
  linesOf(createReadStream(path) as AsyncIterable<Buffer>);

/** Hash of the file's bytes, hex: with the line it makes the ids. */
const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 0x20 || byte === 0x09);

const streamOf = (line: Buffer): string | null => {
  try {
    const record = JSON.parse(line.toString()) as { stream_id?: unknown } | null;
    const id = record?.stream_id;
    return typeof id === 'string' && isStreamId(id) ? id : null;
  } catch {
    return null;
  }
};
