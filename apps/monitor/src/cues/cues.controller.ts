import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Principal } from '#auth';
import type { CueRequest, CueShown } from '#contract';
import { StoreReader } from '#store';
import { EVENT_INTAKE } from '../ports.js';
import type { EventIntake } from '../ports.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { notFound } from '../rest/problem.js';
import { ref } from '../rest/schemas.js';
import { cueRequestSchema } from './cue-request.js';

/** What was presented and marked, and the operators' own marks. */
@Controller('api/v1/streams/:stream_id/cues')
export class CuesController {
  constructor(
    private readonly store: StoreReader,
    @Inject(EVENT_INTAKE) private readonly intake: EventIntake,
  ) {}

  @Get()
  @Operation({ summary: 'Every cue, oldest first', needs: 'read_streams', answer: ref('CuesAnswer') })
  async list(@Param('stream_id') stream_id: string, @Asked() _: object): Promise<{ cues: CueShown[] }> {
    if ((await this.store.stream(stream_id)) === null) throw notFound(`the stream "${stream_id}"`);
    return { cues: await this.store.cues(stream_id) };
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
    if ((await this.store.stream(stream_id)) === null) throw notFound(`the stream "${stream_id}"`);
    return { event_id: await this.intake.cue(stream_id, cue, sub) };
  }
}
