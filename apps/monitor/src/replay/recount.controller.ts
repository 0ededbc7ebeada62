import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Type } from 'typebox';
import type { Principal } from '#auth';
import { AuditLog } from '../audit/audit-log.js';
import { Caller } from '../rest/caller.guard.js';
import { Operation, Sent } from '../rest/operation.js';
import { badRequest, ProblemException } from '../rest/problem.js';
import { KnownStreams } from '../streams/known-streams.js';
import { Recounts, type Recount } from './recounts.js';

const count = Type.Integer({ minimum: 0 });
const nothing = Type.Object({}, { additionalProperties: false });
const RETRY_AFTER_S = 10;

/** A stored session back through the pipeline. */
@Controller('api/v1/streams/:stream_id/recount')
export class RecountController {
  constructor(
    private readonly recounts: Recounts,
    private readonly streams: KnownStreams,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  @HttpCode(200)
  @Operation({
    summary:
      'Reads a session that is over again from its raw events, and says where what comes out is not what is stored',
    needs: 'query',
    body: nothing,
    answer: Type.Object({ events: count, panes: count, alerts: count, differences: Type.Array(Type.String()) }),
    problems: { 429: 'Another session is being read; see Retry-After.' },
  })
  async recount(
    @Param('stream_id') stream_id: string,
    @Caller() caller: Principal,
    @Sent() _: object,
  ): Promise<Recount> {
    const stream = await this.streams.get(stream_id);
    if (stream.status !== 'ended') throw badRequest(`the stream "${stream_id}" is not over yet`);
    await this.audit.note(caller, 'recount', stream_id);
    const outcome = await this.recounts.of(stream);
    if (outcome === 'busy')
      throw new ProblemException(429, 'another session is being read; try again later', {
        'Retry-After': String(RETRY_AFTER_S),
      });
    return outcome;
  }
}
