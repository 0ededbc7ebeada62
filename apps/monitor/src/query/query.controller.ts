import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Principal } from '#auth';
import type { QueryAnswer } from '#contract';
import type { Clock } from '#domain';
import { StoreQuestions } from '#store';
import { AuditLog } from '../audit/audit-log.js';
import { CLOCK } from '../ports.js';
import { Caller } from '../rest/caller.guard.js';
import { Operation, Sent } from '../rest/operation.js';
import { badRequest, ProblemException } from '../rest/problem.js';
import { ref } from '../rest/schemas.js';
import { roomsPattern } from './rooms-pattern.js';

/** One is answered, one waits: each may take its whole time and memory. */
const AT_ONCE = 2;
const RETRY_AFTER_S = 5;

const queryBody = Type.Object(
  { sql: Type.String({ minLength: 1, maxLength: 20_000 }) },
  { additionalProperties: false },
);

/** Questions in SQL. */
@Controller('api/v1/query')
export class QueryController {
  private running = 0;

  constructor(
    private readonly questions: StoreQuestions,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @Operation({
    summary: 'One SELECT over the documented views, of the rooms that the token may know of',
    needs: 'query',
    body: queryBody,
    answer: ref('QueryAnswer'),
    problems: { 429: 'Too many questions are under way; see Retry-After.' },
  })
  async query(@Caller() caller: Principal, @Sent() { sql }: Static<typeof queryBody>): Promise<QueryAnswer> {
    if (this.running >= AT_ONCE)
      throw new ProblemException(429, 'other questions are under way; try again later', {
        'Retry-After': String(RETRY_AFTER_S),
      });
    this.running++;
    try {
      await this.audit.note(caller, 'query', '', { sql });
      const began = this.clock.now();
      const outcome = await this.questions.ask(sql, roomsPattern(caller));
      if (outcome.kind === 'refused') throw badRequest(outcome.reason);
      const { columns, rows, truncated } = outcome;
      return { columns, rows, truncated, elapsed_ms: this.clock.now() - began };
    } finally {
      this.running--;
    }
  }
}
