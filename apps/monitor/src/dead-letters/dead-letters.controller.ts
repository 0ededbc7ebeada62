import { Controller, Get } from '@nestjs/common';
import { REJECT_REASONS } from '#domain';
import type { DeadLetter } from '#domain';
import { StoreReader } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import { choiceParameter, cursorParameter, isTimeKey, limitParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';

const listQuery = {
  reason: choiceParameter(REJECT_REASONS),
  limit: limitParameter,
  cursor: cursorParameter(isTimeKey),
};

/** Records that could not become events: for administrators. */
@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly store: StoreReader) {}

  @Get()
  @Operation({
    summary: 'What could not be read, and why; newest first',
    needs: 'read_dead_letters',
    query: listQuery,
    answer: ref('DeadLettersAnswer'),
  })
  async list(
    @Asked() query: QueryValues<typeof listQuery>,
  ): Promise<{ dead_letters: DeadLetter[]; cursor: string | null }> {
    const { rows, cursor } = await this.store.deadLetters(query.reason, query.limit, query.cursor);
    return { dead_letters: rows, cursor };
  }
}
