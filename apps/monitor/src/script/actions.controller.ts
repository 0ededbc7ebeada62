import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Type } from 'typebox';
import type { Principal } from '#auth';
import { ACTION_KINDS } from '#contract';
import type { ActionRequest, ActionsAnswer, ActionShown } from '#contract';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { badRequest } from '../rest/problem.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery } from '../rest/whole-list.js';
import { KnownStreams } from '../streams/known-streams.js';
import { Actions } from './actions.js';

const actionBody = Type.Object(
  {
    kind: Type.Enum([...ACTION_KINDS]),
    text: Type.String({ minLength: 1, maxLength: 500 }),
    ts: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    alert_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  { additionalProperties: false },
);

/** What producers changed on air, each with the figures before and after. */
@Controller('api/v1/streams/:stream_id/actions')
export class ActionsController {
  constructor(
    private readonly actions: Actions,
    private readonly streams: KnownStreams,
  ) {}

  @Get()
  @Operation({
    summary: 'Every action, oldest first, with 120 s before and after it compared: an association, not a cause',
    needs: 'read_streams',
    query: wholeListQuery,
    answer: ref('ActionsAnswer'),
  })
  async list(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof wholeListQuery>,
  ): Promise<ActionsAnswer> {
    const all = await this.actions.of(await this.streams.get(stream_id));
    const { rows: actions, cursor } = pageOf(all, asked, ({ ts, action_id }) => [ts, action_id]);
    return { actions, cursor };
  }

  @Post()
  @HttpCode(200)
  @Operation({ summary: 'Notes an action', needs: 'act', body: actionBody, answer: ref('ActionShown') })
  async add(
    @Param('stream_id') stream_id: string,
    @Caller() caller: Principal,
    @Sent() request: ActionRequest,
  ): Promise<ActionShown> {
    const outcome = await this.actions.add(stream_id, request, caller);
    if (outcome.kind === 'out_of_session')
      throw badRequest(`"ts" must be a moment of the session: from ${outcome.from} to ${outcome.to}`);
    return outcome.action;
  }
}
