import { Controller, Get, Param } from '@nestjs/common';
import type { DanmakuAnswer } from '#contract';
import { StoreReader } from '#store';
import { redact } from '#words';
import { Asked, Operation } from '../rest/operation.js';
import { cursorParameter, isTimeKey, limitParameter, textParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { KnownStreams } from './known-streams.js';
import { rangeOf, rangeQuery } from './range-query.js';

const query = {
  ...rangeQuery,
  q: textParameter(100),
  limit: limitParameter,
  cursor: cursorParameter(isTimeKey),
};

/** What viewers wrote. */
@Controller('api/v1/streams/:stream_id/danmaku')
export class DanmakuController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
  ) {}

  @Get()
  @Operation({
    summary: 'Messages, oldest first; with q those that hold it in any case; long numbers are hidden',
    needs: 'read_streams',
    query,
    answer: ref('DanmakuAnswer'),
  })
  async danmaku(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof query>,
  ): Promise<DanmakuAnswer> {
    const stream = await this.streams.get(stream_id);
    const { rows, cursor } = await this.store.danmaku(
      stream_id,
      rangeOf(asked),
      asked.q ?? '',
      asked.limit,
      asked.cursor,
    );
    return {
      danmaku: rows.map((row) => ({ ...row, text: redact(row.text) })),
      cursor,
      data: this.streams.data(stream),
    };
  }
}
