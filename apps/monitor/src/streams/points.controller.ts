import { Controller, Get, Param } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import type { MetricsAnswer } from '#contract';
import { emptySourceCounts, PANE_MS } from '#domain';
import type { DistinctCounts, Source, SourceCounts } from '#domain';
import { mapInSlices, StoreReader } from '#store';
import type { Step, StoredSession } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import { badRequest } from '../rest/problem.js';
import { durationParameter, listParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { Answers } from './answers.js';
import { KnownStreams } from './known-streams.js';
import { PANE_NAMES, point, POINT_NAMES } from './point.js';
import { pointsIn, rangeOf, rangeQuery } from './range-query.js';

const POINTS_MAX = 100_000;
const query = {
  ...rangeQuery,
  step: durationParameter(PANE_MS, 3_600_000, PANE_MS),
  names: listParameter(POINT_NAMES),
  by: listParameter(['source', 'item']),
};

/** A session's metrics over time. */
@Controller('api/v1/streams/:stream_id/metrics')
export class PointsController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly answers: Answers,
  ) {}

  @Get()
  @Operation({
    summary: 'Metrics step by step, from the first final pane to the last',
    needs: 'read_streams',
    query,
    answer: ref('MetricsAnswer'),
  })
  async points(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof query>,
  ): Promise<StreamableFile> {
    const stream = await this.streams.get(stream_id);
    if (pointsIn(stream, rangeOf(asked), asked.step) > POINTS_MAX)
      throw badRequest(`at most ${POINTS_MAX} points at once; ask for a larger step or a shorter range`);
    return this.answers.of(stream, 'metrics', asked, () => this.answer(stream, asked));
  }

  private async answer(stream: StoredSession, asked: QueryValues<typeof query>): Promise<MetricsAnswer> {
    const { stream_id } = stream;
    const range = rangeOf(asked);
    const step_ms = asked.step;
    const names = asked.names ?? PANE_NAMES;
    const needsDistinct = names.some((name) => !PANE_NAMES.includes(name));
    const [steps, distinct, bySource] = await Promise.all([
      this.store.steps(stream, range, step_ms),
      needsDistinct ? this.store.stepsDistinct(stream_id, range, step_ms) : NONE,
      asked.by?.includes('source') ? this.store.stepsBySource(stream_id, range, step_ms) : null,
    ]);
    const points = await mapInSlices(steps, (step) => point(step, names, distinct.get(step.ts)));
    if (bySource !== null) addSources(points, steps, bySource);
    if (asked.by?.includes('item'))
      for (const [i, { totals }] of steps.entries()) points[i]!['by_item'] = totals.by_item;
    return { step_ms, points, data: this.streams.data(stream) };
  }
}

const NONE: ReadonlyMap<number, DistinctCounts> = new Map();

/** A step that stored nothing goes on with the viewers of the step before. */
const addSources = (
  points: Record<string, unknown>[],
  steps: readonly Step[],
  bySource: ReadonlyMap<number, Partial<Record<Source, SourceCounts>>>,
): void => {
  let carried: Partial<Record<Source, SourceCounts>> = {};
  for (const [i, { ts }] of steps.entries()) {
    const stored = bySource.get(ts);
    points[i]!['by_source'] = stored ?? carried;
    if (stored !== undefined) carried = quiet(stored);
  }
};

const quiet = (sources: Partial<Record<Source, SourceCounts>>): Partial<Record<Source, SourceCounts>> =>
  Object.fromEntries(
    Object.entries(sources)
      .filter(([, { online }]) => online > 0)
      .map(([source, { online }]) => [source, { ...emptySourceCounts(), online }]),
  );
