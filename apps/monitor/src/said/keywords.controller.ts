import { Controller, Get, Param } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import type { SessionKeywords } from '#contract';
import { ALL_TIME, overlap, StoreReader } from '#store';
import type { Range } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import { notFound } from '../rest/problem.js';
import { textParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { Answers } from '../streams/answers.js';
import { KnownStreams } from '../streams/known-streams.js';
import { rangeOf, rangeQuery } from '../streams/range-query.js';
import { SessionWords } from './session-words.js';

const query = {
  ...rangeQuery,
  item_id: textParameter(128),
  presentation_id: textParameter(300),
};

/** What viewers say and ask, counted. */
@Controller('api/v1/streams/:stream_id/keywords')
export class KeywordsController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly answers: Answers,
    private readonly words: SessionWords,
  ) {}

  @Get()
  @Operation({
    summary:
      'Words and questions of a part of the session, by range, item or presentation, with their growth against the rest of it; complaints against praise',
    needs: 'read_streams',
    query,
    answer: ref('KeywordsAnswer'),
  })
  async keywords(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof query>,
  ): Promise<StreamableFile> {
    const stream = await this.streams.get(stream_id);
    const range = rangeOf(asked);
    const shown = await this.shown(stream_id, asked.item_id, asked.presentation_id);
    const parts = shown.flatMap((each) => overlap(range, each) ?? []);
    return this.answers.of(stream, 'keywords', asked, async (): Promise<SessionKeywords> => {
      const said = await this.words.of(stream_id, parts);
      return { ...said, data: this.streams.data(stream) };
    });
  }

  /** When the item was on, or the presentation; all the time where neither is asked for. */
  private async shown(stream_id: string, item_id: string | null, presentation_id: string | null): Promise<Range[]> {
    if (item_id === null && presentation_id === null) return [ALL_TIME];
    const presentations = await this.store.presentations(stream_id);
    const chosen = presentations.filter(
      (each) =>
        (item_id === null || each.item_id === item_id) &&
        (presentation_id === null || each.presentation_id === presentation_id),
    );
    if (presentation_id !== null && chosen.length === 0)
      throw notFound(`the presentation "${presentation_id}" of this stream and item`);
    return chosen.map(({ from, to }) => ({ from, to: to ?? ALL_TIME.to }));
  }
}
