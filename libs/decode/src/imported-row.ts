import type { FieldName } from './fields.js';

/** An event as our wire format writes it, unchecked: the decoder judges it like any other record. */
export type WireEvent = Readonly<Partial<Record<FieldName, string | number | boolean>>>;

/** One row of a foreign file becomes exactly one event, or says why it cannot. */
export type ImportedRow =
  | { readonly ok: true; readonly event: WireEvent }
  | { readonly ok: false; readonly reason: 'not_json' | 'invalid_field'; readonly detail: string };

export interface ImportSettings {
  /** Hash of the file's bytes, hex, at least 16 digits: with the line it makes the ids, so importing twice has no effect. */
  readonly file_hash: string;
  readonly stream_id: string;
}

/** Maps the fields of one CSV row; `line` is its line in the file, from 1. Rows are given in file order. */
export interface CsvImporter {
  row(fields: readonly string[], line: number): ImportedRow;
}

/** `<format>:<first 16 hex digits of the file's hash>:<line>`. */
export const importedEventId = (format: string, file_hash: string, line: number): string =>
  `${format}:${file_hash.slice(0, 16)}:${line}`;

/** A stream id made of a file's name: without folder and ending, other characters as `-`, at most 64 of them. */
export const streamIdOfFile = (path: string): string => {
  const name = path.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
  return name.replace(/[^A-Za-z0-9_\-:.]/g, '-').slice(0, 64) || 'import';
};

export const wrongColumns = (found: number, expected: string): ImportedRow => ({
  ok: false,
  reason: 'invalid_field',
  detail: `row: ${found} fields, expected ${expected}`,
});
