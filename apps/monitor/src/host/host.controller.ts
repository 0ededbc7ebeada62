import { Controller, Get, Param, Put } from '@nestjs/common';
import { Type } from 'typebox';
import type { Principal } from '#auth';
import { HOST_NUMBERS } from '#contract';
import type { HostAnswer, HostView } from '#contract';
import { AuditLog } from '../audit/audit-log.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { ref } from '../rest/schemas.js';
import { HostScreens } from './host-screens.js';

const viewBody = Type.Object(
  {
    show: Type.Array(Type.Enum([...HOST_NUMBERS]), { maxItems: HOST_NUMBERS.length, uniqueItems: true }),
    message: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()]),
  },
  { additionalProperties: false },
);

/** The host's screen, and what the producer lets it show. */
@Controller('api/v1/streams/:stream_id')
export class HostController {
  constructor(
    private readonly screens: HostScreens,
    private readonly audit: AuditLog,
  ) {}

  @Get('host')
  @Operation({
    summary: 'All that the host sees: item, time and stock left, questions, and what the producer shows',
    needs: 'watch_host',
    answer: ref('HostAnswer'),
  })
  host(@Param('stream_id') stream_id: string, @Asked() _: object): Promise<HostAnswer> {
    return this.screens.of(stream_id);
  }

  @Get('host-view')
  @Operation({ summary: 'What the host is shown, as it was put last', needs: 'read_streams', answer: ref('HostView') })
  view(@Param('stream_id') stream_id: string, @Asked() _: object): Promise<HostView> {
    return this.screens.view(stream_id);
  }

  @Put('host-view')
  @Operation({
    summary: 'Replaces what the host is shown',
    needs: 'set_host_view',
    body: viewBody,
    answer: ref('HostView'),
  })
  async putView(
    @Param('stream_id') stream_id: string,
    @Caller() caller: Principal,
    @Sent() view: HostView,
  ): Promise<HostView> {
    await this.audit.note(caller, 'put_host_view', stream_id, view);
    await this.screens.putView(stream_id, view);
    return view;
  }
}
