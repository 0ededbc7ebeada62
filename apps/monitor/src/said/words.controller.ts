import { Controller, Get, Put } from '@nestjs/common';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Principal } from '#auth';
import type { WordsAnswer } from '#contract';
import { AuditLog } from '../audit/audit-log.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { ref } from '../rest/schemas.js';
import { ProhibitedList } from './prohibited-list.js';

const WORDS_MAX = 500;
const LETTERS_MAX = 50;

const wordsBody = Type.Object(
  {
    words: Type.Array(Type.String({ minLength: 1, maxLength: LETTERS_MAX, pattern: '[\\p{L}\\p{N}]' }), {
      maxItems: WORDS_MAX,
    }),
  },
  { additionalProperties: false },
);

/** The words that `prohibited_words` listens for. */
@Controller('api/v1/words')
export class WordsController {
  constructor(
    private readonly list: ProhibitedList,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  @Operation({
    summary: 'The prohibited words, one list for all rooms',
    needs: 'read_rules',
    answer: ref('WordsAnswer'),
  })
  get(@Asked() _: object): WordsAnswer {
    return { words: this.list.words() };
  }

  @Put()
  @Operation({
    summary: 'Replaces the list; messages from now on are held against the new one',
    needs: 'set_rules',
    body: wordsBody,
    answer: ref('WordsAnswer'),
  })
  async put(@Caller() caller: Principal, @Sent() { words }: Static<typeof wordsBody>): Promise<WordsAnswer> {
    await this.audit.note(caller, 'put_words', 'prohibited_words', { words });
    return { words: await this.list.put(words, caller.sub) };
  }
}
