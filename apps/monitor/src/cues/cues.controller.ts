import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Principal } from '#auth';
import type { CueRequest, CueShown, DataState } from '#contract';
import { StoreReader } from '#store';
import { EVENT_INTAKE } from '../ports.js';
import type { EventIntake } from '../ports.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery } from '../rest/whole-list.js';
import type { RowKey } from '../rest/whole-list.js';
import { KnownStreams } from '../streams/known-streams.js';
import { cueRequestSchema } from './cue-request.js';

/** As the store orders them: a stream's start before all else of its moment, its end after. */
const placeOf = ({ ts, type, event_id }: CueShown): RowKey => [
  ts,
  type === 'stream_started' ? 0 : type === 'stream_ended' ? 2 : 1,
  event_id,
];

/** What was presented and marked, and the operators' own marks. */
@Controller('api/v1/streams/:stream_id/cues')
export class CuesController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    @Inject(EVENT_INTAKE) private readonly intake: EventIntake,
  ) {}

  @Get()
  @Operation({
    summary: 'Every cue, oldest first',
    needs: 'read_streams',
    query: wholeListQuery,
    answer: ref('CuesAnswer'),
  })
  async list(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof wholeListQuery>,
  ): Promise<{ cues: CueShown[]; cursor: string | null; data: DataState }> {
    const stream = await this.streams.get(stream_id);
    const { rows, cursor } = pageOf(await this.store.cues(stream_id), asked, placeOf);
    return { cues: rows, cursor, data: this.streams.data(stream) };
  }

  @Post()
  @HttpCode(200)
  @Operation({
    summary: 'Adds a cue, now, through the log like any event',
    needs: 'cue',
    body: cueRequestSchema,
    answer: ref('CueAnswer'),
  })
  async add(
    @Param('stream_id') stream_id: string,
    @Caller() { sub }: Principal,
    @Sent() cue: CueRequest,
  ): Promise<{ event_id: string }> {
    await this.streams.get(stream_id);
    return { event_id: await this.intake.cue(stream_id, cue, sub) };
  }
}
