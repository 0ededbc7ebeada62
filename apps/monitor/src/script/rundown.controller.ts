import { Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Principal } from '#auth';
import type { RundownAnswer, RundownLine } from '#contract';
import type { Clock } from '#domain';
import { StoreNotes } from '#store';
import { AuditLog } from '../audit/audit-log.js';
import { CLOCK } from '../ports.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { ref } from '../rest/schemas.js';

const LINES_MAX = 300;
const SECONDS_MAX = 86_400;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const rundownBody = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          item_id: Type.String({ minLength: 1, maxLength: 128 }),
          title: orNull(Type.String({ minLength: 1, maxLength: 200 })),
          planned_from_s: orNull(Type.Integer({ minimum: 0, maximum: SECONDS_MAX })),
          planned_seconds: Type.Integer({ minimum: 1, maximum: SECONDS_MAX }),
          planned_gmv_minor: orNull(Type.Integer({ minimum: 0, maximum: 1e13 })),
          note: orNull(Type.String({ maxLength: 500 })),
        },
        { additionalProperties: false },
      ),
      { maxItems: LINES_MAX },
    ),
  },
  { additionalProperties: false },
);

/** The planned script of a session. It may be there before the session is: who may see the room may plan it. */
@Controller('api/v1/streams/:stream_id/rundown')
export class RundownController {
  constructor(
    private readonly notes: StoreNotes,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({ summary: 'The planned script, as it was put last', needs: 'read_streams', answer: ref('RundownAnswer') })
  async get(@Param('stream_id') stream_id: string, @Asked() _: object): Promise<RundownAnswer> {
    const stored = await this.notes.rundown(stream_id);
    return {
      stream_id,
      lines: (stored?.lines ?? []) as RundownLine[],
      updated_at: stored?.updated_at ?? null,
      updated_by: stored?.updated_by ?? null,
    };
  }

  @Put()
  @Operation({
    summary: 'Replaces the planned script',
    needs: 'write_rundown',
    body: rundownBody,
    answer: ref('RundownAnswer'),
  })
  async put(
    @Param('stream_id') stream_id: string,
    @Caller() caller: Principal,
    @Sent() { lines }: Static<typeof rundownBody>,
  ): Promise<RundownAnswer> {
    const updated_at = this.clock.now();
    const updated_by = caller.sub;
    await this.audit.note(caller, 'put_rundown', stream_id, { lines: lines.length });
    await this.notes.putRundown(stream_id, { lines, updated_at, updated_by });
    return { stream_id, lines, updated_at, updated_by };
  }
}
