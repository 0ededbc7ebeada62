import { Controller, Get, Param } from '@nestjs/common';
import type { DataState, PresentationRow } from '#contract';
import { Asked, Operation } from '../rest/operation.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery } from '../rest/whole-list.js';
import { KnownStreams } from './known-streams.js';
import { Ledger } from './ledger.js';

/** A session's ledger: one row for each time an item was on. */
@Controller('api/v1/streams/:stream_id/presentations')
export class PresentationsController {
  constructor(
    private readonly streams: KnownStreams,
    private readonly ledger: Ledger,
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
    const { rows, cursor } = pageOf(await this.ledger.of(stream), asked, (row) => [row.from, row.presentation_id]);
    return { presentations: rows, cursor, data: this.streams.data(stream) };
  }
}
