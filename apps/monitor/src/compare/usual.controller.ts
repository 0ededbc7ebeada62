import { Controller, Get, Param } from '@nestjs/common';
import { visible } from '#auth';
import type { Principal } from '#auth';
import type { UsualAnswer } from '#contract';
import { quartiles } from '#metric';
import { StoreReader } from '#store';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation } from '../rest/operation.js';
import { durationParameter, listParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { KnownStreams } from '../streams/known-streams.js';
import { ALIGNED_DEFAULT, ALIGNED_NAMES, AlignedPoints } from './aligned-points.js';
import type { AlignedPoint } from './aligned-points.js';

const SESSIONS = 10;
/** More are looked at than are used: of a host's sessions, the caller may know of some only. */
const LOOKED_AT = 100;

const query = { step: durationParameter(1_000, 3_600_000, 60_000), names: listParameter(ALIGNED_NAMES) };

/** What is usual at this minute: a session's own past. */
@Controller('api/v1/streams/:stream_id/usual')
export class UsualController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly points: AlignedPoints,
  ) {}

  @Get()
  @Operation({
    summary: 'Quartiles of the last ten sessions of the same host, else of the same title, by time since the start',
    needs: 'read_streams',
    query,
    answer: ref('UsualAnswer'),
  })
  async usual(
    @Param('stream_id') stream_id: string,
    @Asked() { step, names }: QueryValues<typeof query>,
    @Caller() caller: Principal,
  ): Promise<UsualAnswer> {
    const stream = await this.streams.get(stream_id);
    const shown = names ?? ALIGNED_DEFAULT;
    const earlier = await this.store.earlierStreams(stream_id, LOOKED_AT);
    const sessions = earlier.filter((id) => visible(caller, id)).slice(0, SESSIONS);
    const points = await Promise.all(
      sessions.map(async (id) => this.points.of(await this.streams.get(id), step, shown)),
    );
    return { step_ms: step, sessions, points: usualPoints(points, shown), data: this.streams.data(stream) };
  }
}

/** Up to where at least two sessions reach; each name `[low quartile, median, high quartile]`. */
const usualPoints = (sessions: readonly AlignedPoint[][], names: readonly string[]): UsualAnswer['points'] => {
  const bySecond = new Map<number, AlignedPoint[]>();
  for (const point of sessions.flat()) {
    const reached = bySecond.get(point.s);
    if (reached === undefined) bySecond.set(point.s, [point]);
    else reached.push(point);
  }
  return [...bySecond]
    .filter(([, reached]) => reached.length >= 2)
    .sort(([a], [b]) => a - b)
    .map(([s, reached]) => ({
      s,
      ...Object.fromEntries(names.map((name) => [name, quartiles(reached.map((point) => point[name] ?? null))])),
    }));
};
