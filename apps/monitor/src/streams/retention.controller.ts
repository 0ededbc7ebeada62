import { Controller, Get, Param } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import type { DataState } from '#contract';
import type { Source } from '#domain';
import { ratio, retentionCurve } from '#metric';
import { StoreReader } from '#store';
import type { Cohort, Range, RetentionCounts, StoredSession } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import { choiceParameter, durationParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { Answers } from './answers.js';
import { KnownStreams } from './known-streams.js';
import { rangeOf, rangeQuery } from './range-query.js';

const CURVE_S = 600;
/** Ages at which a cohort is looked at: 1, 3, 5, 10 and 30 minutes. */
const AGES_MS = [60_000, 180_000, 300_000, 600_000, 1_800_000];

const query = {
  ...rangeQuery,
  by: choiceParameter(['source']),
  cohort: durationParameter(10_000, 3_600_000, 60_000),
};

interface RetentionAnswer extends Retention {
  by_source?: Partial<Record<Source, Retention>>;
  data: DataState;
}

interface Retention {
  curve: { s: number; retention: number | null }[];
  cohorts: { from: number; viewers: number; retention: { s: number; retention: number | null }[] }[];
}

/** Who stays, and how long. */
@Controller('api/v1/streams/:stream_id/retention')
export class RetentionController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly answers: Answers,
  ) {}

  @Get()
  @Operation({
    summary: 'The retention curve second by second, and cohorts by their first entry',
    needs: 'read_streams',
    query,
    answer: ref('RetentionAnswer'),
  })
  async retention(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof query>,
  ): Promise<StreamableFile> {
    const stream = await this.streams.get(stream_id);
    const range = rangeOf(asked);
    return this.answers.of(stream, 'retention', asked, () => this.answer(stream, range, asked));
  }

  private async answer(
    stream: StoredSession,
    range: Range,
    asked: QueryValues<typeof query>,
  ): Promise<RetentionAnswer> {
    const { stream_id } = stream;
    const [totals, cohorts] = await Promise.all([
      this.store.totals(stream, range),
      this.cohorts(stream_id, asked.cohort, null, range),
    ]);
    const all = retention(totals, cohorts);
    const data = this.streams.data(stream);
    if (asked.by === null) return { ...all, data };
    const bySource = await this.store.retentionBySource(stream_id, range);
    const sources = await Promise.all(
      [...bySource].map(async ([source, counts]) => [
        source,
        retention(counts, await this.cohorts(stream_id, asked.cohort, source, range)),
      ]),
    );
    return { ...all, by_source: Object.fromEntries(sources) as Partial<Record<Source, Retention>>, data };
  }

  private cohorts(stream_id: string, cohort_ms: number, source: Source | null, range: Range): Promise<Cohort[]> {
    return this.store.cohorts(stream_id, cohort_ms, AGES_MS, source, range);
  }
}

const retention = ({ leaves_by_tenure, at_risk }: RetentionCounts, cohorts: readonly Cohort[]): Retention => ({
  curve: retentionCurve(leaves_by_tenure, at_risk, CURVE_S).map((share, s) => ({ s, retention: share })),
  cohorts: cohorts.map(({ begins, viewers, present }) => ({
    from: begins,
    viewers,
    retention: AGES_MS.map((age_ms, i) => ({ s: age_ms / 1000, retention: shareOf(present[i] ?? null, viewers) })),
  })),
});

const shareOf = (present: number | null, viewers: number): number | null =>
  present === null ? null : ratio(present, viewers);
