import { Controller, Get } from '@nestjs/common';
import { visible } from '#auth';
import type { Principal } from '#auth';
import type { CompareAnswer } from '#contract';
import { PANE_MS } from '#domain';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation } from '../rest/operation.js';
import { badRequest, notFound } from '../rest/problem.js';
import { choiceParameter, durationParameter, listParameter, textParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { KnownStreams } from '../streams/known-streams.js';
import { ALIGNED_DEFAULT, ALIGNED_NAMES, AlignedPoints } from './aligned-points.js';

const STREAMS_MAX = 20;

const query = {
  streams: textParameter(STREAMS_MAX * 65),
  align: choiceParameter(['start']),
  step: durationParameter(PANE_MS, 3_600_000, 60_000),
  names: listParameter(ALIGNED_NAMES),
};

/** Sessions side by side, each from its own start. */
@Controller('api/v1/compare')
export class CompareController {
  constructor(
    private readonly streams: KnownStreams,
    private readonly points: AlignedPoints,
  ) {}

  @Get()
  @Operation({
    summary: 'The same metrics of several sessions on one clock',
    needs: 'read_streams',
    query,
    answer: ref('CompareAnswer'),
  })
  async compare(
    @Asked() { streams, step, names }: QueryValues<typeof query>,
    @Caller() caller: Principal,
  ): Promise<CompareAnswer> {
    const ids = [...new Set((streams ?? '').split(','))];
    if (ids.includes('') || ids.length > STREAMS_MAX)
      throw badRequest(`parameter "streams" must be 1 to ${STREAMS_MAX} stream ids between commas`);
    const hidden = ids.find((stream_id) => !visible(caller, stream_id));
    if (hidden !== undefined) throw notFound(`the stream "${hidden}"`);
    const sessions = await Promise.all(ids.map((stream_id) => this.streams.withSums(stream_id)));
    return {
      step_ms: step,
      streams: await Promise.all(
        sessions.map(async (stream) => ({
          stream: this.streams.row(stream),
          points: await this.points.of(stream, step, names ?? ALIGNED_DEFAULT),
        })),
      ),
    };
  }
}
