import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Type } from 'typebox';
import type { Principal } from '#auth';
import { PANE_MS } from '#domain';
import type { Logger } from '#observe';
import { StoreExports } from '#store';
import type { Range, StoredSession, StreamFormat } from '#store';
import { AuditLog } from '../audit/audit-log.js';
import { LOG } from '../ports.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation } from '../rest/operation.js';
import { badRequest, ProblemException } from '../rest/problem.js';
import { choiceParameter, durationParameter } from '../rest/query.js';
import type { Parameter, QueryValues } from '../rest/query.js';
import { KnownStreams } from '../streams/known-streams.js';
import { pointsIn, rangeOf, rangeQuery } from '../streams/range-query.js';
import { csvHead } from './csv.js';
import { encode, EXPORT_FORMATS, PARQUET_ROWS_MAX } from './encode.js';
import type { ExportFormat } from './encode.js';
import { EVENT_COLUMNS } from './event-columns.js';
import { ExportTables } from './export-tables.js';

/** Exports under way at once: each holds a connection to the store and a thread or two. */
const AT_ONCE = 2;
/** A client that takes nothing for so long has gone. */
const STALLED_MS = 60_000;
const RETRY_AFTER_S = 10;

const WHAT = ['events', 'metrics', 'presentations', 'alerts'] as const;
const MEDIA_TYPE: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};
const STORED_AS: Readonly<Record<ExportFormat, StreamFormat>> = {
  csv: 'CSV',
  ndjson: 'JSONEachRow',
  parquet: 'Parquet',
};

const query = {
  ...rangeQuery,
  what: choiceParameter(WHAT),
  format: choiceParameter(EXPORT_FORMATS),
  step: { ...durationParameter(PANE_MS, 3_600_000, PANE_MS), absent: null } as Parameter<number | null>,
  definitions: choiceParameter(['header', 'none']),
};

/** A session to take away. */
@Controller('api/v1/streams/:stream_id/export')
export class ExportController {
  private running = 0;

  constructor(
    private readonly streams: KnownStreams,
    private readonly tables: ExportTables,
    private readonly exports: StoreExports,
    private readonly audit: AuditLog,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  @Get()
  @Operation({
    summary:
      'Raw events of a range, metrics of a range by step, or all presentations or alerts, streamed; CSV begins with a line for each column that says what it is, unless definitions=none. ' +
      `Metrics as Parquet are refused beyond ${PARQUET_ROWS_MAX} rows`,
    needs: 'export',
    query,
    answer: Type.String({ description: 'CSV, NDJSON or Parquet' }),
    problems: { 429: 'Too many exports are under way; see Retry-After.' },
  })
  async export(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof query>,
    @Caller() caller: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const { what, format } = asked;
    if (what === null) throw badRequest(`parameter "what" must be one of ${WHAT.join(', ')}`);
    if (format === null) throw badRequest(`parameter "format" must be one of ${EXPORT_FORMATS.join(', ')}`);
    checkMeant(what, asked);
    const stream = await this.streams.get(stream_id);
    const range = rangeOf(asked);
    const step = asked.step ?? PANE_MS;
    if (what === 'metrics' && format === 'parquet') checkRows(pointsIn(stream, range, step), step);
    if (this.running >= AT_ONCE)
      throw new ProblemException(429, `${AT_ONCE} exports are under way; try again later`, {
        'Retry-After': String(RETRY_AFTER_S),
      });
    this.running++;
    try {
      await this.audit.note(caller, 'export', stream_id, { what, format, from: asked.from, to: asked.to });
      const withDefinitions = asked.definitions !== 'none';
      const bytes =
        what === 'events'
          ? this.events(stream_id, range, format, withDefinitions)
          : encode(await this.table(what, stream, range, step), format, withDefinitions);
      response
        .set('Content-Type', MEDIA_TYPE[format])
        .set('Content-Disposition', `attachment; filename="${stream_id.replace(/[^\w.-]/g, '_')}-${what}.${format}"`);
      // Where nothing waits to be taken it is the store that is at work, not the client that has gone.
      response.setTimeout(STALLED_MS, () => {
        if (response.writableNeedDrain) response.destroy();
      });
      await pipeline(bytes, response);
    } catch (err) {
      if (!response.headersSent) throw err;
      // The status is out: a broken connection is all that can still be said.
      this.log.warn({ err, stream_id, what }, 'an export ended early');
      response.destroy();
    } finally {
      this.running--;
    }
  }

  private table(what: Exclude<(typeof WHAT)[number], 'events'>, stream: StoredSession, range: Range, step_ms: number) {
    switch (what) {
      case 'metrics':
        return this.tables.metrics(stream, range, step_ms);
      case 'presentations':
        return this.tables.presentations(stream);
      case 'alerts':
        return this.tables.alerts(stream.stream_id);
    }
  }

  private async *events(
    stream_id: string,
    range: Range,
    format: ExportFormat,
    withDefinitions: boolean,
  ): AsyncGenerator<Uint8Array> {
    if (format === 'csv') yield Buffer.from(csvHead(EVENT_COLUMNS, withDefinitions));
    yield* this.exports.eventsOf(stream_id, range, STORED_AS[format]);
  }
}

const checkRows = (rows: number, step_ms: number): void => {
  if (rows <= PARQUET_ROWS_MAX) return;
  const enough_s = Math.ceil((rows * step_ms) / PARQUET_ROWS_MAX / PANE_MS);
  throw badRequest(
    `at most ${PARQUET_ROWS_MAX} rows of metrics as Parquet; ask for step=${enough_s}s, a shorter range, or csv or ndjson, which have no limit`,
  );
};

/** Nobody is to take the whole for the part that was asked for. */
const checkMeant = (what: (typeof WHAT)[number], { from, to, step }: QueryValues<typeof query>): void => {
  if (step !== null && what !== 'metrics') throw badRequest('parameter "step" is for what=metrics alone; leave it out');
  const isWhole = what === 'presentations' || what === 'alerts';
  if (isWhole && (from !== null || to !== null))
    throw badRequest(`what=${what} is of the whole session: leave out "from" and "to", or ask for events or metrics`);
};
