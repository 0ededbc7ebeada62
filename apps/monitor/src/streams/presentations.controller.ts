import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { Config } from '#config';
import type { DataState, PresentationRow } from '#contract';
import { convertMinor } from '#domain';
import type { DistinctCounts, FxRates } from '#domain';
import { creditPresentations, presentationMetrics, ratio } from '#metric';
import type { PaidLine } from '#metric';
import { StoreReader } from '#store';
import type { StoredPaidLine } from '#store';
import { CONFIG } from '../ports.js';
import { Asked, Operation } from '../rest/operation.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery } from '../rest/whole-list.js';
import { KnownStreams } from './known-streams.js';

const NOBODY: DistinctCounts = {
  viewers: 0,
  entrants: 0,
  interactors: 0,
  exposed: 0,
  clickers: 0,
  orderers: 0,
  buyers: 0,
};

/** A session's ledger: one row for each time an item was on. */
@Controller('api/v1/streams/:stream_id/presentations')
export class PresentationsController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    @Inject(CONFIG) private readonly config: Pick<Config, 'fxRates'>,
  ) {}

  @Get()
  @Operation({
    summary: 'Every presentation with its credit and metrics, oldest first',
    needs: 'read_streams',
    query: wholeListQuery,
    answer: ref('PresentationsAnswer'),
  })
  async presentations(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof wholeListQuery>,
  ): Promise<{ presentations: PresentationRow[]; cursor: string | null; data: DataState }> {
    const stream = await this.streams.get(stream_id);
    const presentations = await this.store.presentations(stream_id);
    const [session, totals, distinct, paidLines] = await Promise.all([
      this.store.totals(stream),
      this.store.presentationTotals(stream, presentations),
      this.store.presentationDistinct(stream_id),
      this.store.paidLines(stream_id),
    ]);
    const credits = creditPresentations(presentations, inCurrency(paidLines, stream.currency, this.config.fxRates));
    const sold = new Map(Object.entries(session.by_item));
    const ledger = presentations.flatMap((presentation): PresentationRow[] => {
      const { presentation_id, item_id, title, price_minor, stock, ordinal, from, to, online_start } = presentation;
      const merged = totals.get(presentation_id);
      const credit = credits.get(presentation_id);
      if (merged === undefined || credit === undefined) return [];
      const { handover } = merged;
      const metrics = presentationMetrics(merged.totals, distinct.get(presentation_id) ?? NOBODY, {
        ...credit,
        online_start,
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
          handover_dropoff_ratio:
            handover.expected_leaves === null ? null : ratio(handover.leaves, handover.expected_leaves),
        },
      ];
    });
    const { rows, cursor } = pageOf(ledger, asked);
    return { presentations: rows, cursor, data: this.streams.data(stream) };
  }
}

/** Money in the stream's currency (that of its first order where it declared none); `null` where there is no rate. */
const inCurrency = (lines: readonly StoredPaidLine[], currency: string | null, rates: FxRates): PaidLine[] =>
  lines.map((line) => ({
    ...line,
    amount_minor: currency === null ? null : convertMinor(line.amount_minor, line.currency, currency, rates),
  }));
