import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Principal } from '#auth';
import type { AlertsAnswer, DataState } from '#contract';
import type { Alert } from '#domain';
import { ALERT_ACTS, ALERT_FEED, CLOCK, LIVE_ROOMS } from '../ports.js';
import type { ActOutcome, AlertActs, AlertFeed, LiveRooms } from '../ports.js';
import type { Clock } from '#domain';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { notFound } from '../rest/problem.js';
import { cursorKey, cursorParameter, integerParameter, limitParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { KnownStreams } from '../streams/known-streams.js';

const listQuery = {
  since_seq: integerParameter(0, Number.MAX_SAFE_INTEGER, null),
  limit: limitParameter,
  cursor: cursorParameter((key) => Number.isSafeInteger(key)),
};

/** What a person may say of an alert, on REST and on the socket. */
export const acknowledgementSchema = Type.Object(
  {
    outcome: Type.Optional(Type.Enum(['acted', 'false_alarm', 'ignored'])),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);
const nothing = Type.Object({}, { additionalProperties: false });

/** A stream's alerts and what people did about them. */
@Controller('api/v1/streams/:stream_id/alerts')
export class AlertsController {
  constructor(
    private readonly streams: KnownStreams,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
    @Inject(ALERT_ACTS) private readonly acts: AlertActs,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    summary: 'Each alert as it is now, newest change first; with since_seq every later change, in order',
    needs: 'read_streams',
    query: listQuery,
    answer: ref('AlertsAnswer'),
  })
  async list(
    @Param('stream_id') stream_id: string,
    @Asked() { since_seq, limit, cursor }: QueryValues<typeof listQuery>,
  ): Promise<AlertsAnswer> {
    const data = await this.dataOf(stream_id);
    const at = cursor === null ? null : (cursorKey(cursor) as number);
    if (since_seq !== null) return { ...page(this.feed.since(stream_id, at ?? since_seq), limit), data };
    const latest = this.feed.latest(stream_id).filter(({ seq }) => at === null || seq < at);
    return { ...page(latest, limit), data };
  }

  @Post(':alert_id/ack')
  @HttpCode(200)
  @Operation({
    summary: 'Acknowledges an alert, and says what came of it',
    needs: 'acknowledge',
    body: acknowledgementSchema,
    answer: ref('Alert'),
  })
  async acknowledge(
    @Param('stream_id') stream_id: string,
    @Param('alert_id') alert_id: string,
    @Caller() { sub }: Principal,
    @Sent() { outcome, note }: AcknowledgementBody,
  ): Promise<Alert> {
    return done(
      await this.acts.acknowledge(stream_id, alert_id, { by: sub, outcome: outcome ?? null, note: note ?? null }),
      alert_id,
    );
  }

  @Post(':alert_id/resolve')
  @HttpCode(200)
  @Operation({ summary: 'Declares an alert over', needs: 'acknowledge', body: nothing, answer: ref('Alert') })
  async resolve(
    @Param('stream_id') stream_id: string,
    @Param('alert_id') alert_id: string,
    @Caller() { sub }: Principal,
    @Sent() _: object,
  ): Promise<Alert> {
    const as_of = this.rooms.get(stream_id)?.as_of ?? this.clock.now();
    return done(await this.acts.resolve(stream_id, alert_id, sub, as_of), alert_id);
  }

  /** A live room answers from memory, so that a store that is down hides no alert. */
  private async dataOf(stream_id: string): Promise<DataState> {
    return this.rooms.get(stream_id)?.data ?? this.streams.data(await this.streams.get(stream_id));
  }
}

export type AcknowledgementBody = Static<typeof acknowledgementSchema>;

const page = (alerts: Alert[], limit: number): Pick<AlertsAnswer, 'alerts' | 'cursor'> => {
  const last = alerts[limit - 1];
  const isWhole = alerts.length <= limit || last === undefined;
  return {
    alerts: alerts.slice(0, limit),
    cursor: isWhole ? null : Buffer.from(JSON.stringify(last.seq)).toString('base64url'),
  };
};

const done = (outcome: ActOutcome, alert_id: string): Alert => {
  if (outcome.kind === 'unknown_alert') throw notFound(`the alert "${alert_id}"`);
  return outcome.alert;
};
