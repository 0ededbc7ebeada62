import { Controller, Get } from '@nestjs/common';
import type { AuditAnswer } from '#contract';
import { ALL_TIME, StoreNotes } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import { badRequest } from '../rest/problem.js';
import { cursorParameter, isTimeKey, limitParameter, timeParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';

const query = {
  from: timeParameter(),
  to: timeParameter(),
  limit: limitParameter,
  cursor: cursorParameter(isTimeKey),
};

/** What people did: for administrators. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly notes: StoreNotes) {}

  @Get()
  @Operation({
    summary: 'Who read or changed what, newest first',
    needs: 'read_audit',
    query,
    answer: ref('AuditAnswer'),
  })
  async list(@Asked() { from, to, limit, cursor }: QueryValues<typeof query>): Promise<AuditAnswer> {
    if (from !== null && to !== null && from >= to) throw badRequest('parameter "from" must be before "to"');
    const page = await this.notes.deeds({ from: from ?? ALL_TIME.from, to: to ?? ALL_TIME.to }, limit, cursor);
    return { entries: page.rows, cursor: page.cursor };
  }
}
