import { Controller, Get, Param } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import type { FunnelAnswer, FunnelLayer } from '#contract';
import { StoreReader } from '#store';
import type { Range, StoredFunnel, StoredSession } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import { choiceParameter, optionalDurationParameter, textParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { Answers } from './answers.js';
import { KnownStreams } from './known-streams.js';
import { rangeOf, rangeQuery } from './range-query.js';

const LAYERS = ['entered', 'exposed', 'clicked', 'created', 'paid'] as const;

const query = {
  ...rangeQuery,
  item_id: textParameter(128),
  by: choiceParameter(['source']),
  horizon: optionalDurationParameter(1_000, 24 * 3_600_000),
};

/** How far viewers went towards an order. */
@Controller('api/v1/streams/:stream_id/funnel')
export class FunnelController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly answers: Answers,
  ) {}

  @Get()
  @Operation({
    summary: 'Entered, exposed, clicked, created, paid; with a horizon each entrant is followed so long',
    needs: 'read_streams',
    query,
    answer: ref('FunnelAnswer'),
  })
  async funnel(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof query>,
  ): Promise<StreamableFile> {
    const stream = await this.streams.get(stream_id);
    const range = rangeOf(asked);
    return this.answers.of(stream, 'funnel', asked, () => this.answer(stream, range, asked));
  }

  private async answer(stream: StoredSession, range: Range, asked: QueryValues<typeof query>): Promise<FunnelAnswer> {
    const rows = await this.store.funnel(stream.stream_id, range, asked.item_id, asked.horizon);
    const answer: FunnelAnswer = {
      definition: asked.horizon === null ? 'live' : 'cohort',
      horizon_s: asked.horizon === null ? null : asked.horizon / 1000,
      layers: layersOf(rows),
      data: this.streams.data(stream),
    };
    if (asked.by === null) return answer;
    const known = rows.filter(({ source }) => source !== '');
    return { ...answer, by_source: Object.fromEntries(known.map((row) => [row.source, layersOf([row])])) };
  }
}

/** Every viewer came first by one source, so distinct viewers of sources add up. */
const layersOf = (rows: readonly StoredFunnel[]): FunnelLayer[] =>
  LAYERS.map((name) => ({ name, uv: sum(rows, `${name}_uv`), pv: sum(rows, `${name}_pv`) }));

const sum = (rows: readonly StoredFunnel[], column: Exclude<keyof StoredFunnel, 'source'>): number =>
  rows.reduce((total, row) => total + row[column], 0);
