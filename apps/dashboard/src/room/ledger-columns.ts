import type { PresentationRow } from '#contract';
import { dropoffTone } from '../format/dropoff-tone.js';
import type { Formats } from '#say';
import type { Words } from '../words/en.js';
import { writeNumber } from './numbers.js';

/** Figures of a presentation that the ledger shows, by the names that the server gives them. */
export const LEDGER_COLUMNS = [
  'from',
  'seconds',
  'online_start',
  'online_end',
  'credited_gmv_minor',
  'gmv_per_min',
  'credited_orders',
  'click_to_paid',
  'view_to_paid',
  'retention_60s',
  'dropoff_ratio',
] as const;
export type LedgerColumn = (typeof LEDGER_COLUMNS)[number];

export interface LedgerOrder {
  readonly by: LedgerColumn;
  readonly descending: boolean;
}

/** As they happened. */
export const IN_TIME: LedgerOrder = { by: 'from', descending: false };

export const figureOf = (row: PresentationRow, column: LedgerColumn): number | null => {
  const value = row[column];
  return typeof value === 'number' ? value : null;
};

/** Rows in the order asked for; what is not known comes last either way, and equals stay as they happened. */
export const inOrder = (rows: readonly PresentationRow[], { by, descending }: LedgerOrder): PresentationRow[] =>
  [...rows].sort((a, b) => {
    const [one, other] = [figureOf(a, by), figureOf(b, by)];
    if (one === null || other === null) return Number(one === null) - Number(other === null) || a.from - b.from;
    return (descending ? other - one : one - other) || a.from - b.from;
  });

/** The order after a press on a column: large ones first, but time from the start; a second press turns it round. */
export const pressed = (order: LedgerOrder, column: LedgerColumn): LedgerOrder =>
  order.by === column
    ? { by: column, descending: !order.descending }
    : { by: column, descending: column !== IN_TIME.by };

/** What a column is called: as among the room's numbers, where it is one of them. */
export const ledgerHeading = (column: LedgerColumn, { metric, ledger }: Words): string => {
  switch (column) {
    case 'click_to_paid':
    case 'retention_60s':
    case 'dropoff_ratio':
      return metric[column];
    default:
      return ledger.column[column];
  }
};

/** A figure as it is written in the ledger; times of day and lengths are the caller's. */
export const writeFigure = (
  column: Exclude<LedgerColumn, 'from' | 'seconds'>,
  value: number | null,
  formats: Formats,
  currency: string | null,
): string => {
  switch (column) {
    case 'credited_gmv_minor':
    case 'gmv_per_min':
      return formats.money(value, currency);
    case 'view_to_paid':
      return formats.share(value);
    case 'click_to_paid':
    case 'retention_60s':
    case 'dropoff_ratio':
      return writeNumber(column, value, formats, currency);
    case 'online_start':
    case 'online_end':
    case 'credited_orders':
      return formats.exact(value);
  }
};

/** How a figure is toned; only the drop-off says good or bad by itself. */
export const toneOf = (column: LedgerColumn, value: number | null): string =>
  column === 'dropoff_ratio' ? `tone-${dropoffTone(value)}` : '';
