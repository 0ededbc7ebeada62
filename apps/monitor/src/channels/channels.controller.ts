import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { Type } from 'typebox';
import { visible, type Principal } from '#auth';
import {
  CHANNEL_KINDS,
  type Channel,
  type ChannelRequest,
  type ChannelsAnswer,
  type ChannelTestAnswer,
} from '#contract';
import { Channels, channelShown, Outbox } from '#push';
import { AuditLog } from '../audit/audit-log.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { badRequest, notFound } from '../rest/problem.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery } from '../rest/whole-list.js';

const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const channelRequest = Type.Object(
  {
    kind: Type.Enum([...CHANNEL_KINDS]),
    url: Type.String({ minLength: 1, maxLength: 2_000 }),
    streams: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 100 }),
    severity_min: Type.Enum(['info', 'warning', 'critical']),
    language: Type.Enum(['zh', 'en']),
    enabled: Type.Boolean(),
    secret: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
);

/** Where alerts go beside the page, and how that went. */
@Controller('api/v1/channels')
export class ChannelsController {
  constructor(
    @Inject(Channels) private readonly channels: Channels,
    @Inject(Outbox) private readonly outbox: Outbox,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  @Operation({
    summary: 'The channels by id, and the newest 200 deliveries of streams that the token covers',
    needs: 'read_channels',
    query: wholeListQuery,
    answer: ref('ChannelsAnswer'),
  })
  list(@Caller() caller: Principal, @Asked() asked: QueryValues<typeof wholeListQuery>): ChannelsAnswer {
    const { rows, cursor } = pageOf(this.channels.all(), asked, ({ channel_id }) => [channel_id]);
    return {
      channels: rows.map(channelShown),
      cursor,
      deliveries: this.outbox.deliveries((stream_id) => visible(caller, stream_id)),
    };
  }

  @Put(':channel_id')
  @Operation({
    summary: 'Makes or changes a channel. A secret or an address that is not sent anew, or as it was shown, stays',
    needs: 'set_channels',
    body: channelRequest,
    answer: ref('Channel'),
  })
  async put(
    @Param('channel_id') channel_id: string,
    @Caller() caller: Principal,
    @Sent() sent: ChannelRequest,
  ): Promise<Channel> {
    if (!ID.test(channel_id)) throw badRequest('a channel id has letters, digits, "_", "." and "-", at most 64');
    const request = this.complete(channel_id, sent);
    checkAddress(request.url);
    const channel = { channel_id, ...request };
    await this.audit.note(caller, 'put_channel', channel_id, channelShown(channel));
    await this.channels.put(channel_id, request, caller.sub);
    return channelShown(channel);
  }

  @Delete(':channel_id')
  @HttpCode(200)
  @Operation({
    summary: 'Removes a channel; what waits for it is given up',
    needs: 'set_channels',
    answer: ref('Done'),
  })
  async remove(@Param('channel_id') channel_id: string, @Caller() caller: Principal): Promise<object> {
    if (this.channels.get(channel_id) === undefined) throw notFound(`the channel "${channel_id}"`);
    await this.audit.note(caller, 'delete_channel', channel_id);
    await this.channels.remove(channel_id);
    return {};
  }

  @Post(':channel_id/test')
  @HttpCode(200)
  @Operation({
    summary: 'Sends a test message, whether or not the channel is switched on, and answers what the other side said',
    needs: 'set_channels',
    answer: ref('ChannelTestAnswer'),
  })
  async test(@Param('channel_id') channel_id: string, @Caller() caller: Principal): Promise<ChannelTestAnswer> {
    await this.audit.note(caller, 'test_channel', channel_id);
    const outcome = await this.outbox.test(channel_id);
    if (outcome === undefined) throw notFound(`the channel "${channel_id}"`);
    return outcome.kind === 'delivered' ? { delivered: true, error: null } : { delivered: false, error: outcome.error };
  }

  /** Who edits a channel sees neither its whole address nor its secret, and must not lose them. */
  private complete(channel_id: string, sent: ChannelRequest): ChannelRequest {
    const before = this.channels.get(channel_id);
    if (before === undefined) return sent;
    const url = sent.url === channelShown(before).url ? before.url : sent.url;
    const secret = sent.secret ?? (url === before.url ? before.secret : undefined);
    return secret === undefined ? { ...sent, url } : { ...sent, url, secret };
  }
}

const checkAddress = (url: string): void => {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !['http:', 'https:'].includes(address.protocol))
    throw badRequest('"url" must be an address that begins with https:// or http://');
  if (address.username !== '' || address.password !== '')
    throw badRequest('"url" must not name a user; a secret goes into "secret"');
};
