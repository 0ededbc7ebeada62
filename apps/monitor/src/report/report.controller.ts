import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Type } from 'typebox';
import { itemLifts, sessionMetrics } from '#metric';
import { LANGUAGES } from '#say';
import { ALL_TIME, StoreReader } from '#store';
import type { StoredSession } from '#store';
import { ALERT_FEED } from '../ports.js';
import type { AlertFeed } from '../ports.js';
import { Asked, Operation } from '../rest/operation.js';
import { choiceParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { Actions } from '../script/actions.js';
import { KnownStreams } from '../streams/known-streams.js';
import { Ledger } from '../streams/ledger.js';
import { reportPage } from './report-page.js';
import type { ReportFacts } from './report-page.js';

/** Points of the curve at most: more would not be seen. */
const POINTS = 480;
/** The page has its styles in it, and may load nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const query = { lang: choiceParameter(LANGUAGES) };

/** A session on one page, to keep and to pass on. */
@Controller('api/v1/streams/:stream_id/report')
export class ReportController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly ledger: Ledger,
    private readonly actions: Actions,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
  ) {}

  @Get()
  @Operation({
    summary: 'The session on one HTML page that needs nothing else: curve, items, alerts, actions and what followed',
    needs: 'read_streams',
    query,
    answer: Type.String({ description: 'HTML' }),
  })
  async report(
    @Param('stream_id') stream_id: string,
    @Asked() { lang }: QueryValues<typeof query>,
    @Res() response: Response,
  ): Promise<void> {
    const facts = await this.factsOf(await this.streams.get(stream_id));
    response
      .set('Content-Security-Policy', POLICY)
      .type('html')
      .send(reportPage(facts, lang ?? 'zh'));
  }

  private async factsOf(stream: StoredSession): Promise<ReportFacts> {
    const { stream_id } = stream;
    const [summed, totals, distinct, presentations, lines, actions] = await Promise.all([
      this.streams.withSums(stream_id),
      this.store.totals(stream),
      this.store.distinct(stream_id),
      this.ledger.of(stream),
      this.ledger.paidLines(stream),
      this.actions.of(stream),
    ]);
    const step_ms = 1000 * Math.max(1, Math.ceil(totals.panes / POINTS));
    const steps = await this.store.steps(stream, ALL_TIME, step_ms);
    return {
      stream: this.streams.row(summed),
      metrics: sessionMetrics(totals, distinct),
      online: steps.map((step) => ({ ts: step.ts, online: step.totals.online_last })),
      presentations,
      alerts: [...this.feed.latest(stream_id)].sort((a, b) => a.detected_at - b.detected_at),
      actions,
      lift: itemLifts(presentations, lines, totals.panes),
    };
  }
}
