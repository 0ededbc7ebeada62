import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '#config';
import type { PresentationRow } from '#contract';
import { convertMinor } from '#domain';
import type { DistinctCounts, FxRates, StreamSummary } from '#domain';
import { creditPresentations, presentationMetrics } from '#metric';
import type { PaidLine } from '#metric';
import { StoreReader } from '#store';
import type { StoredPaidLine, StoredSession } from '#store';
import { KeptOfSessions } from './kept-of-sessions.js';
import { CONFIG } from '../ports.js';

export const NOBODY: DistinctCounts = {
  viewers: 0,
  entrants: 0,
  interactors: 0,
  exposed: 0,
  clickers: 0,
  orderers: 0,
  buyers: 0,
};

/** Presentations kept in memory, of sessions that are over: about 20 MB. */
const ROWS_KEPT_MAX = 10_000;

/** Puts a session's ledger together: every presentation with its credit and metrics, oldest first. */
@Injectable()
export class Ledger {
  /** A session that is over is asked about again and again: by its page, its report, and the history of each of its items. */
  private readonly kept = new KeptOfSessions<readonly PresentationRow[]>(ROWS_KEPT_MAX);

  constructor(
    private readonly store: StoreReader,
    @Inject(CONFIG) private readonly config: Pick<Config, 'fxRates'>,
  ) {}

  /** Paid order lines that counted, in the stream's currency. */
  async paidLines(stream: Pick<StreamSummary, 'stream_id' | 'currency'>): Promise<PaidLine[]> {
    return inCurrency(await this.store.paidLines(stream.stream_id), stream.currency, this.config.fxRates);
  }

  async of(stream: StoredSession): Promise<readonly PresentationRow[]> {
    const known = this.kept.get(stream, 'ledger');
    if (known !== undefined) return known;
    const rows = await this.read(stream);
    this.kept.put(stream, 'ledger', rows, rows.length);
    return rows;
  }

  private async read(stream: StreamSummary): Promise<PresentationRow[]> {
    const { stream_id } = stream;
    const presentations = await this.store.presentations(stream_id);
    const [session, totals, distinct, paidLines] = await Promise.all([
      this.store.totals(stream),
      this.store.presentationTotals(stream, presentations),
      this.store.presentationDistinct(stream_id),
      this.paidLines(stream),
    ]);
    const credits = creditPresentations(presentations, paidLines);
    const sold = new Map(Object.entries(session.by_item));
    return presentations.flatMap((presentation): PresentationRow[] => {
      const { presentation_id, item_id, title, price_minor, stock, ordinal, from, to, online_start } = presentation;
      const merged = totals.get(presentation_id);
      const credit = credits.get(presentation_id);
      if (merged === undefined || credit === undefined) return [];
      const metrics = presentationMetrics(merged.totals, distinct.get(presentation_id) ?? NOBODY, {
        ...credit,
        online_start,
        handover: merged.handover,
        item_orders_paid: sold.get(item_id)?.orders_paid ?? 0,
        session_seconds: session.panes,
      });
      return [
        {
          ...{ presentation_id, item_id, title, price_minor, stock, ordinal, from, to },
          seconds: merged.totals.panes,
          online_start,
          online_end: merged.totals.online_last,
          ...credit,
          ...metrics,
        },
      ];
    });
  }
}

/** Money in the stream's currency (that of its first order where it declared none); `null` where there is no rate. */
const inCurrency = (lines: readonly StoredPaidLine[], currency: string | null, rates: FxRates): PaidLine[] =>
  lines.map((line) => ({
    ...line,
    amount_minor: currency === null ? null : convertMinor(line.amount_minor, line.currency, currency, rates),
  }));
