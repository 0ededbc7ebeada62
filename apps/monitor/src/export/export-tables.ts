import { Inject, Injectable } from '@nestjs/common';
import { PANE_MS } from '#domain';
import type { Alert } from '#domain';
import { DEFINITIONS } from '#metric';
import { StoreReader } from '#store';
import type { Range, StoredSession } from '#store';
import { ALERT_FEED } from '../ports.js';
import type { AlertFeed } from '../ports.js';
import { Ledger } from '../streams/ledger.js';
import { PANE_NAMES, point } from '../streams/point.js';
import type { ExportColumn, ExportTable } from './export-table.js';

/** Steps that are read at once: an hour of panes. */
const STEPS_AT_ONCE = 3_600;

const DEFINED = new Map(DEFINITIONS.map(({ name, unit, formula }) => [name, `${formula} (${unit})`]));
const columnOf = (name: string, about = DEFINED.get(name) ?? ''): ExportColumn => ({ name, about });

const POINT_COLUMNS: readonly ExportColumn[] = [
  columnOf('ts', 'start of the step, ms since the epoch'),
  columnOf('quality', 'of the least certain second: final, inferred or reported'),
  ...PANE_NAMES.map((name) => columnOf(name)),
];

const PRESENTATION_FACTS: readonly ExportColumn[] = [
  columnOf('presentation_id', 'stream and cue'),
  columnOf('item_id', 'the item that was on'),
  columnOf('title', 'of the item'),
  columnOf('price_minor', 'minor units of the currency of the stream'),
  columnOf('stock', 'pieces, as the cue said'),
  columnOf('ordinal', '1st, 2nd … time of this item in the session'),
  columnOf('from', 'start of its first second, ms since the epoch'),
  columnOf('to', 'end, ms since the epoch; empty while it is on'),
];

const ALERT_COLUMNS: readonly ExportColumn[] = (
  [
    ['alert_id', 'the same log gives the same id'],
    ['seq', 'place of its last change among those of the stream'],
    ['rule', 'what decided it'],
    ['severity', 'info, warning or critical'],
    ['status', 'firing, acknowledged, resolved or corrected'],
    ['started_at', 'when the cause began, ms since the epoch'],
    ['detected_at', 'end of the second that decided it, ms since the epoch'],
    ['updated_at', 'last change, ms since the epoch'],
    ['resolved_at', 'end, ms since the epoch'],
    ['sent_at', 'first sent, wall clock, ms since the epoch'],
    ['acked_at', 'acknowledged, wall clock, ms since the epoch'],
    ['item_id', 'the item that was on'],
    ['presentation_id', 'the presentation that was on'],
    ['acked_by', 'who acknowledged it'],
    ['outcome', 'what came of it: acted, false_alarm or ignored'],
    ['summary', 'key of the message and its values, JSON'],
    ['evidence', 'JSON; an association, not a cause'],
    ['hint', 'key of the message and its values, JSON'],
  ] satisfies [keyof Alert, string][]
).map(([name, about]) => columnOf(name, about));

/** What is computed for an export: the very numbers that the other answers give. */
@Injectable()
export class ExportTables {
  constructor(
    private readonly store: StoreReader,
    private readonly ledger: Ledger,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
  ) {}

  metrics(stream: StoredSession, range: Range, step_ms: number): ExportTable {
    return { columns: POINT_COLUMNS, rows: this.points(stream, range, step_ms) };
  }

  async presentations(stream: StoredSession): Promise<ExportTable> {
    const rows = await this.ledger.of(stream);
    const known = new Set(PRESENTATION_FACTS.map(({ name }) => name));
    const metrics = Object.keys(rows[0] ?? {}).filter((name) => !known.has(name));
    return { columns: [...PRESENTATION_FACTS, ...metrics.map((name) => columnOf(name))], rows: each(rows) };
  }

  /** As they are now, in order of detection. */
  alerts(stream_id: string): ExportTable {
    const alerts = [...this.feed.latest(stream_id)].sort((a, b) => a.detected_at - b.detected_at || a.seq - b.seq);
    return { columns: ALERT_COLUMNS, rows: each(alerts as unknown as Record<string, unknown>[]) };
  }

  /** Read an hour at a time. Where the slices meet, `online` is carried over as within one. */
  private async *points(stream: StoredSession, range: Range, step_ms: number): AsyncGenerator<Record<string, unknown>> {
    if (stream.last_pane === null) return;
    const end = Math.min(range.to, stream.last_pane + PANE_MS);
    let from = Math.max(range.from, stream.first_pane);
    while (from < end) {
      const to = Math.min(end, Math.floor(from / step_ms) * step_ms + STEPS_AT_ONCE * step_ms);
      for (const step of await this.store.steps(stream, { from, to }, step_ms))
        yield { quality: 'final', ...point(step, PANE_NAMES) };
      from = to;
    }
  }
}

async function* each<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}
