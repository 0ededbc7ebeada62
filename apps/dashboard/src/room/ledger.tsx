import { useState } from 'react';
import type { MetricDefinition, PresentationRow } from '#contract';
import { stopwatch, timeOfDay } from '../format/clocks.js';
import { useSpeech } from '../words/speech.js';
import {
  LEDGER_COLUMNS,
  IN_TIME,
  figureOf,
  inOrder,
  ledgerHeading,
  pressed,
  toneOf,
  writeFigure,
  type LedgerColumn,
} from './ledger-columns.js';

interface Props {
  rows: readonly PresentationRow[];
  currency: string | null;
  definitions: ReadonlyMap<string, MetricDefinition>;
  hues: ReadonlyMap<string, number>;
  /** The presentation that is on now. */
  on: string | null;
}

/** Every presentation of the session with what it brought, to be ordered by any of its figures. */
export const Ledger = ({ rows, currency, definitions, hues, on }: Props) => {
  const { words, formats, language } = useSpeech();
  const [order, setOrder] = useState(IN_TIME);
  if (rows.length === 0) return null;

  const written = (row: PresentationRow, column: LedgerColumn): string => {
    const value = figureOf(row, column);
    if (column === 'from') return timeOfDay(row.from);
    if (column === 'seconds') return stopwatch(row.seconds * 1000);
    return writeFigure(column, value, formats, currency);
  };
  const direction = order.descending ? 'descending' : 'ascending';
  return (
    <section className="ledger panel" aria-labelledby="ledger-title">
      <header>
        <h2 id="ledger-title">{words.ledger.title}</h2>
        <span className="muted">{words.ledger.hint}</span>
      </header>
      <div className="ledger-table" tabIndex={0} role="group" aria-labelledby="ledger-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.ledger.item}</th>
              {LEDGER_COLUMNS.map((column) => (
                <th key={column} scope="col" aria-sort={order.by === column ? direction : 'none'}>
                  <button
                    type="button"
                    title={definitions.get(column)?.description[language] ?? words.ledger.about[column]}
                    onClick={() => setOrder(pressed(order, column))}
                  >
                    {ledgerHeading(column, words)}
                    <span aria-hidden="true">{order.by !== column ? '' : order.descending ? ' ↓' : ' ↑'}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {inOrder(rows, order).map((row) => (
              <tr key={row.presentation_id} className={row.presentation_id === on ? 'is-on' : ''}>
                <th scope="row" style={{ borderLeftColor: `hsl(${hues.get(row.item_id) ?? 0} 55% 50%)` }}>
                  {row.title ?? row.item_id}
                  {row.ordinal > 1 && <span className="muted"> {words.ledger.nth(row.ordinal)}</span>}
                  {row.presentation_id === on && <span className="ledger-on">{words.ledger.on}</span>}
                </th>
                {LEDGER_COLUMNS.map((column) => (
                  <td key={column} className={`figure ${toneOf(column, figureOf(row, column))}`}>
                    {written(row, column)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};
