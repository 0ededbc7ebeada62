import { randomUUID } from 'node:crypto';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Type } from 'typebox';
import { visible, type Principal } from '#auth';
import type { Silence, SilenceRequest, SilencesAnswer } from '#contract';
import { ALERT_RULES, type Clock } from '#domain';
import { Silences } from '#push';
import { AuditLog } from '../audit/audit-log.js';
import { CLOCK } from '../ports.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { badRequest, notFound } from '../rest/problem.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery, type RowKey } from '../rest/whole-list.js';

/** A silence that is to last longer is a rule to be switched off. */
const LASTS_MS_MAX = 30 * 86_400_000;

const silenceRequest = Type.Object(
  {
    stream_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    rule: Type.Optional(Type.Enum([...ALERT_RULES])),
    item_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    until: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);

/** Silences with an end: what they cover is decided, kept and shown, and no channel is told of it. */
@Controller('api/v1/silences')
export class SilencesController {
  constructor(
    @Inject(Silences) private readonly silences: Silences,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    summary: 'Those that have not ended, newest first',
    needs: 'read_rules',
    query: wholeListQuery,
    answer: ref('SilencesAnswer'),
  })
  list(@Caller() caller: Principal, @Asked() asked: QueryValues<typeof wholeListQuery>): SilencesAnswer {
    const shown = this.silences.all().filter((silence) => isShownTo(silence, caller));
    const { rows: silences, cursor } = pageOf(shown, asked, newestFirst);
    return { silences, cursor };
  }

  @Post()
  @HttpCode(200)
  @Operation({
    summary: 'Silences what fits all that is named, in rooms that the token covers, until then',
    needs: 'silence',
    body: silenceRequest,
    answer: ref('Silence'),
  })
  async add(@Caller() caller: Principal, @Sent() sent: SilenceRequest): Promise<Silence> {
    const from = this.clock.now();
    if (sent.until <= from || sent.until > from + LASTS_MS_MAX)
      throw badRequest(`"until" must be a time after now (${from}) and at most 30 days ahead, in ms`);
    if (sent.stream_id !== undefined && !visible(caller, sent.stream_id))
      throw notFound(`the stream "${sent.stream_id}"`);
    const silence: Silence = {
      silence_id: randomUUID(),
      stream_id: sent.stream_id ?? null,
      rule: sent.rule ?? null,
      item_id: sent.item_id ?? null,
      from,
      until: sent.until,
      reason: sent.reason ?? '',
      created_by: caller.sub,
    };
    await this.audit.note(caller, 'add_silence', silence.silence_id, silence);
    await this.silences.add(silence, caller.role === 'admin' ? ['*'] : caller.streams);
    return silence;
  }

  @Delete(':silence_id')
  @HttpCode(200)
  @Operation({ summary: 'Ends a silence', needs: 'silence', answer: ref('Done') })
  async end(@Param('silence_id') silence_id: string, @Caller() caller: Principal): Promise<object> {
    const silence = this.silences.get(silence_id);
    if (silence === undefined || !isShownTo(silence, caller)) throw notFound(`the silence "${silence_id}"`);
    await this.audit.note(caller, 'end_silence', silence_id);
    await this.silences.end(silence_id);
    return {};
  }
}

/** Keys ascend. */
const newestFirst = ({ from, silence_id }: Silence): RowKey => [Number.MAX_SAFE_INTEGER - from, silence_id];

/** One of all streams is everybody's; one of a stream, or a pattern, is shown to whoever may see as much. */
const isShownTo = ({ stream_id }: Silence, caller: Principal): boolean =>
  stream_id === null || visible(caller, stream_id);
