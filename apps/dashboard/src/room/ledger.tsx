import { useState } from 'react';
import type { MetricDefinition, PresentationRow } from '#contract';
import { COMPARED_MAX } from '../compare/compared.js';
import { stopwatch, timeOfDay } from '../format/clocks.js';
import { openHere } from '../parts/open-here.js';
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
  /** The presentation that is looked at. */
  opened: string | null;
  onOpen: (row: PresentationRow | null) => void;
  compareHref: (rows: readonly PresentationRow[]) => string;
  onCompare: (href: string) => void;
}

/** Every presentation of the session with what it brought, to be ordered by any of its figures. */
export const Ledger = ({ rows, currency, definitions, hues, on, opened, onOpen, compareHref, onCompare }: Props) => {
  const { words, formats, language } = useSpeech();
  const [order, setOrder] = useState(IN_TIME);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (rows.length === 0) return null;
  const choose = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const isFull = chosen.size >= COMPARED_MAX;
  const compared = rows.filter(({ presentation_id }) => chosen.has(presentation_id));

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
        {compared.length > 1 && (
          <a className="button" href={compareHref(compared)} onClick={openHere(onCompare)}>
            {words.replay.sessions.compare(compared.length)}
          </a>
        )}
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
              <tr
                key={row.presentation_id}
                className={`${row.presentation_id === on ? 'is-on' : ''} ${row.presentation_id === opened ? 'is-opened' : ''}`}
              >
                <th scope="row" style={{ borderLeftColor: `hsl(${hues.get(row.item_id) ?? 0} 55% 50%)` }}>
                  <input
                    type="checkbox"
                    aria-label={words.replay.ledger.choose(row.title ?? row.item_id)}
                    checked={chosen.has(row.presentation_id)}
                    disabled={isFull && !chosen.has(row.presentation_id)}
                    title={isFull ? words.replay.sessions.fourAtMost : undefined}
                    onChange={() => choose(row.presentation_id)}
                  />
                  <button
                    type="button"
                    className="ledger-open"
                    aria-pressed={row.presentation_id === opened}
                    title={words.replay.ledger.open(row.title ?? row.item_id)}
                    onClick={() => onOpen(row.presentation_id === opened ? null : row)}
                  >
                    {row.title ?? row.item_id}
                  </button>
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
