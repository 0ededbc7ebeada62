import type { ExportColumn } from './export-table.js';

/** A spreadsheet computes a cell that begins so; a leading apostrophe makes it text. */
const WOULD_COMPUTE = /^[=+@\-\t\r]/;

/** One line of CSV (RFC 4180, but lines end with LF). `null` is empty, lists and records are JSON. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(csvCell).join(',')}\n`;

const csvCell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const cell = WOULD_COMPUTE.test(text) ? `'${text}` : text;
  return `"${cell.replaceAll('"', '""')}"`;
};

/** What stands above the rows: with definitions a comment line for each column, and for Excel the mark of UTF-8; always the names. */
export const csvHead = (columns: readonly ExportColumn[], withDefinitions: boolean): string => {
  const names = `${columns.map(({ name }) => `"${name}"`).join(',')}\n`;
  if (!withDefinitions) return names;
  return `\ufeff${columns.map(({ name, about }) => `# ${name}: ${about}\n`).join('')}${names}`;
};
