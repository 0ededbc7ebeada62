import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { visible } from '#auth';
import type { Principal } from '#auth';
import type { StreamsAnswer } from '#contract';
import type { DistinctCounts, WindowTotals } from '#domain';
import { ratio, sessionMetrics } from '#metric';
import { StoreErasure, StoreReader } from '#store';
import type { StoredPresentation, StoredSession } from '#store';
import { AuditLog } from '../audit/audit-log.js';
import { EVENT_INTAKE } from '../ports.js';
import type { EventIntake } from '../ports.js';
import { roomsPattern } from '../query/rooms-pattern.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { notFound } from '../rest/problem.js';
import { choiceParameter, cursorParameter, isTimeKey, limitParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { KeptOfSessions } from './kept-of-sessions.js';
import { KnownStreams } from './known-streams.js';

const listQuery = {
  status: choiceParameter(['live', 'ended']),
  limit: limitParameter,
  cursor: cursorParameter(isTimeKey),
};

const closeBody = Type.Object(
  { stream_ids: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 1000 }) },
  { additionalProperties: false },
);

/** What is added up over a whole session. */
interface Whole {
  readonly totals: WindowTotals;
  readonly distinct: DistinctCounts;
  /** What was on at its end. */
  readonly on: StoredPresentation | undefined;
}

/** Sessions of which it is kept: some kilobytes each. */
const SESSIONS_KEPT_MAX = 1_000;

/** Sessions: the list, one of them whole, and the end of those whose input is finished. */
@Controller('api/v1/streams')
export class StreamsController {
  private readonly kept = new KeptOfSessions<Whole>(SESSIONS_KEPT_MAX);
  private readonly rates = new KeptOfSessions<number | null>(SESSIONS_KEPT_MAX);

  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly erasure: StoreErasure,
    private readonly audit: AuditLog,
    @Inject(EVENT_INTAKE) private readonly intake: EventIntake,
  ) {}

  @Get()
  @Operation({
    summary: 'The streams that the token may know of, newest started first',
    needs: 'read_streams',
    query: listQuery,
    answer: ref('StreamsAnswer'),
  })
  async list(@Asked() query: QueryValues<typeof listQuery>, @Caller() caller: Principal): Promise<StreamsAnswer> {
    const page = await this.store.streams(roomsPattern(caller), query.status, query.limit, query.cursor);
    return { streams: page.rows.map((stream) => this.streams.row(stream)), cursor: page.cursor };
  }

  @Get(':stream_id')
  @Operation({
    summary: 'A session: its summary, every count summed, every session metric',
    needs: 'read_streams',
    answer: ref('StreamAnswer'),
  })
  async one(@Param('stream_id') stream_id: string, @Asked() _: object): Promise<Record<string, unknown>> {
    const stream = await this.streams.withSums(stream_id);
    const [{ totals, distinct, on }, repurchase_rate, erased] = await Promise.all([
      this.whole(stream),
      this.repurchaseRate(stream),
      this.erasure.erased(stream_id),
    ]);
    return {
      ...this.streams.row(stream),
      ...sessionMetrics(totals, distinct),
      repurchase_rate,
      at_risk: totals.presence_unknown ? null : totals.at_risk,
      leaves_by_tenure: totals.presence_unknown ? null : totals.leaves_by_tenure,
      other_money: totals.other_money,
      host_kind: stream.host_kind,
      channel: stream.channel,
      planned_gmv_minor: stream.planned_gmv_minor,
      item_on: on ? { item_id: on.item_id, presentation_id: on.presentation_id, title: on.title, from: on.from } : null,
      ignored: stream.ignored,
      erased,
    };
  }

  /** Kept until a session changes that began in the time before. */
  private async repurchaseRate(stream: StoredSession): Promise<number | null> {
    const season = await this.store.seasonBefore(stream);
    const known = this.rates.get(stream, season);
    if (known !== undefined) return known;
    const { repeat_buyers, buyers } = await this.store.repurchase(stream.stream_id);
    const rate = ratio(repeat_buyers, buyers);
    this.rates.put(stream, season, rate, 1);
    return rate;
  }

  private async whole(stream: StoredSession): Promise<Whole> {
    const known = this.kept.get(stream, 'whole');
    if (known !== undefined) return known;
    const [totals, distinct, presentations] = await Promise.all([
      this.store.totals(stream),
      this.store.distinct(stream.stream_id),
      this.store.presentations(stream.stream_id),
    ]);
    const whole = { totals, distinct, on: presentations.findLast(({ to }) => to === null) };
    this.kept.put(stream, 'whole', whole, 1);
    return whole;
  }

  @Post('close')
  @HttpCode(200)
  @Operation({
    summary: 'Closes streams whose input is finished; unknown ones are passed over',
    needs: 'close_streams',
    body: closeBody,
    answer: ref('Done'),
  })
  async close(@Caller() caller: Principal, @Sent() { stream_ids }: Static<typeof closeBody>): Promise<object> {
    const foreign = stream_ids.find((stream_id) => !visible(caller, stream_id));
    if (foreign !== undefined) throw notFound(`the stream "${foreign}"`);
    await this.audit.note(caller, 'close_streams', '', { stream_ids });
    await this.intake.close(stream_ids);
    return {};
  }
}
