import { PANE_MS } from '#domain';
import type {
  Alert,
  DeadLetter,
  DistinctCounts,
  Pane,
  PresenceQuality,
  ReadEvent,
  RejectReason,
  Source,
  SourceCounts,
  StreamStatus,
  StreamSummary,
  WindowTotals,
} from '#domain';
import type { StoreClient } from './client.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import {
  alertOf,
  paneOf,
  readEventOf,
  totalsOf,
  type AlertOutcomes,
  type AlertRow,
  type EventRow,
  type PaneRow,
  type TotalsRow,
} from './read-rows.js';
import { jsonRows } from './json-lines.js';
import { page, type Page } from './page.js';
import type { Parameters } from './session.js';
import type {
  StoredSession,
  StoredStream,
  StoredLiveStream,
  StoredPresentation,
  PresentationTotals,
  ItemDistinct,
  StoredPaidLine,
  RetentionCounts,
  Cohort,
  StoredCue,
  StoredDanmaku,
  PaneMessage,
  StoredFunnel,
} from './stored.js';
import { readQuery } from './sql-files.js';
import { mapInSlices } from './in-slices.js';
import { ALL_TIME, fillSteps, overlap, paneRange, panesIn, quietTotals, type Range, type Step } from './steps.js';

/** One step as long as time: a whole range as one window. */
const WHOLE_MS = Number.MAX_SAFE_INTEGER;
const HANDOVER_MS = 5_000;
const REPURCHASE_WITHIN_MS = 90 * 24 * 3_600_000;

const NO_DISTINCT: DistinctCounts = {
  viewers: 0,
  entrants: 0,
  interactors: 0,
  exposed: 0,
  clickers: 0,
  orderers: 0,
  buyers: 0,
};

const QUERIES = [
  'alerts',
  'alerts-firing',
  'alerts-newest',
  'alert-stream',
  'alerts-outcomes',
  'cohorts',
  'cues',
  'danmaku',
  'dead-letters',
  'earlier-streams',
  'event-inputs',
  'funnel',
  'item-streams',
  'items-distinct',
  'messages-by-pane',
  'online-before',
  'paid-lines',
  'panes',
  'presentation-distinct',
  'presentation-totals',
  'presentations',
  'raw-events',
  'repurchase',
  'season-version',
  'steps',
  'steps-by-source',
  'steps-distinct',
  'streams',
  'streams-live',
  'summaries',
] as const;
type QueryName = (typeof QUERIES)[number];

/** Answers what is stored, each row in its newest revision; one `queries/*.sql` a question. Times are ms, ranges `[from, to)`. */
export class StoreReader {
  private readonly sql = new Map<QueryName, string>(QUERIES.map((name) => [name, readQuery(name)]));

  constructor(private readonly client: StoreClient) {}

  /**
   * Those whose ids match the regular expression `rooms`, newest started first. A cursor is one that an earlier page gave;
   * another is read as the beginning.
   */
  async streams(
    rooms: string,
    status: StreamStatus | null,
    limit: number,
    cursor: string | null,
  ): Promise<Page<StoredStream>> {
    const [before_started_at, before_stream_id] = decodeCursor(cursor);
    const rows = await this.read<StoredStream>('streams', {
      rooms,
      status,
      limit,
      stream_id: null,
      before_started_at,
      before_stream_id,
    });
    return page(rows, limit, (row) => encodeCursor(row.started_at, row.stream_id));
  }

  async stream(stream_id: string): Promise<StoredStream | null> {
    const rows = await this.read<StoredStream>('streams', {
      stream_id,
      rooms: '',
      status: null,
      limit: 1,
      before_started_at: null,
      before_stream_id: '',
    });
    return rows[0] ?? null;
  }

  /** All that are on air, newest started first. */
  liveStreams(): Promise<StoredLiveStream[]> {
    return this.read('streams-live', {});
  }

  /** Of sessions by their ids, in no order; one that is not stored is absent. */
  summaries(stream_ids: readonly string[]): Promise<StoredSession[]> {
    return this.read('summaries', { stream_ids });
  }

  async panes(stream_id: string, range: Range): Promise<Pane[]> {
    return (await this.read<PaneRow>('panes', { stream_id, ...range })).map(paneOf);
  }

  /** The panes of a range merged; of a stream without final panes, nothing. */
  async totals(stream: StreamSummary, range: Range = ALL_TIME): Promise<WindowTotals> {
    const known = paneRange(stream);
    const within = known === null ? null : overlap(known, range);
    if (within === null) return quietTotals(0, null);
    const [row] = await this.read<TotalsRow>('steps', {
      stream_id: stream.stream_id,
      ...within,
      step_ms: WHOLE_MS,
      origin: 0,
    });
    const panes = panesIn(stream, within);
    if (row !== undefined) return totalsOf(row, panes);
    return quietTotals(panes, await this.onlineBefore(stream.stream_id, within.from));
  }

  /**
   * One merge of panes for every step that lies between the stream's first and last pane and in the range. Steps are
   * multiples of their length after `origin`, and none is before it.
   */
  async steps(stream: StreamSummary, range: Range, step_ms: number, origin = 0): Promise<Step[]> {
    const known = paneRange(stream);
    const after = { from: Math.max(range.from, origin), to: range.to };
    const within = known === null ? null : overlap(known, after);
    if (within === null) return [];
    const { stream_id } = stream;
    const [rows, onlineBefore] = await Promise.all([
      this.read<TotalsRow & { step_ts: number; least_quality: PresenceQuality }>('steps', {
        stream_id,
        ...within,
        step_ms,
        origin,
      }),
      this.onlineBefore(stream_id, within.from),
    ]);
    const stored = await mapInSlices(
      rows,
      (row) => [row.step_ts, { totals: totalsOf(row, 0), quality: row.least_quality }] as const,
    );
    return fillSteps(stream, within, step_ms, new Map(stored), onlineBefore, origin);
  }

  /** What panes know by source, for each step that stored any, by the step's start. */
  async stepsBySource(
    stream_id: string,
    range: Range,
    step_ms: number,
  ): Promise<Map<number, Partial<Record<Source, SourceCounts>>>> {
    const rows = await this.read<SourceCounts & { step_ts: number; source: Source }>('steps-by-source', {
      stream_id,
      ...range,
      step_ms,
    });
    const steps = new Map<number, Partial<Record<Source, SourceCounts>>>();
    await mapInSlices(rows, ({ step_ts, source, ...counts }) => {
      const step = steps.get(step_ts);
      if (step === undefined) steps.set(step_ts, { [source]: counts });
      else step[source] = counts;
    });
    return steps;
  }

  /** Exact distinct viewers of each step in which there was any, by the step's start. Each visit costs a row per step it lasts. */
  async stepsDistinct(stream_id: string, range: Range, step_ms: number): Promise<Map<number, DistinctCounts>> {
    const rows = await this.read<DistinctCounts & { step_ts: number }>('steps-distinct', {
      stream_id,
      ...range,
      step_ms,
    });
    return new Map(rows.map(({ step_ts, ...counts }) => [step_ts, counts]));
  }

  /** Exact distinct viewers of a range; of the whole session without one. */
  async distinct(stream_id: string, range: Range = ALL_TIME): Promise<DistinctCounts> {
    const [counts] = (await this.stepsDistinct(stream_id, range, WHOLE_MS)).values();
    return counts ?? NO_DISTINCT;
  }

  /** Exact distinct viewers by item; counts and money by item are in {@link totals}. */
  async itemsDistinct(stream_id: string): Promise<Map<string, ItemDistinct>> {
    const rows = await this.read<ItemDistinct & { item_id: string }>('items-distinct', { stream_id });
    return new Map(rows.map(({ item_id, ...counts }) => [item_id, counts]));
  }

  /** Oldest first, those withdrawn left out. */
  presentations(stream_id: string): Promise<StoredPresentation[]> {
    return this.read('presentations', { stream_id });
  }

  /** By `presentation_id`; one that owns no stored pane is quiet. */
  async presentationTotals(
    stream: StreamSummary,
    presentations: readonly StoredPresentation[],
  ): Promise<Map<string, PresentationTotals>> {
    const rows = await this.read<
      TotalsRow & { presentation_id: string; handover_leaves: number; handover_expected_leaves: number | null }
    >('presentation-totals', {
      stream_id: stream.stream_id,
      handover_ms: HANDOVER_MS,
      session_end: endOf(stream),
    });
    const stored = new Map(rows.map((row) => [row.presentation_id, row]));
    return new Map(
      presentations.map(({ presentation_id, from, to, online_start }) => {
        const panes = panesIn(stream, { from, to: to ?? ALL_TIME.to });
        const row = stored.get(presentation_id);
        const totals = row === undefined ? quietTotals(panes, online_start) : totalsOf(row, panes);
        const handover = {
          leaves: row?.handover_leaves ?? 0,
          expected_leaves: row?.handover_expected_leaves ?? null,
        };
        return [presentation_id, { totals, handover }];
      }),
    );
  }

  /** Exact distinct viewers by `presentation_id`; one that nobody saw is absent. */
  async presentationDistinct(stream_id: string): Promise<Map<string, DistinctCounts>> {
    const rows = await this.read<DistinctCounts & { presentation_id: string }>('presentation-distinct', {
      stream_id,
    });
    return new Map(rows.map(({ presentation_id, ...counts }) => [presentation_id, counts]));
  }

  /** Paid order lines that counted, by `ts`: what credit is computed from. */
  paidLines(stream_id: string): Promise<StoredPaidLine[]> {
    return this.read('paid-lines', { stream_id });
  }

  /** Visits at risk and leaves by tenure band, of each source. Those of all viewers are in {@link totals}. */
  async retentionBySource(stream_id: string, range: Range = ALL_TIME): Promise<Map<Source, RetentionCounts>> {
    const [bySource] = (await this.stepsBySource(stream_id, range, WHOLE_MS)).values();
    return new Map(Object.entries(bySource ?? {}) as [Source, SourceCounts][]);
  }

  /** Cohorts of viewers by first entry, oldest first; `after_ms` are the ages at which presence is asked. */
  cohorts(
    stream_id: string,
    cohort_ms: number,
    after_ms: readonly number[],
    source: Source | null = null,
    range: Range = ALL_TIME,
  ): Promise<Cohort[]> {
    return this.read('cohorts', { stream_id, cohort_ms, after_ms, source, ...range });
  }

  cues(stream_id: string): Promise<StoredCue[]> {
    return this.read('cues', { stream_id });
  }

  /** Oldest first; `contains` in any case, '' for all. Texts are as they were sent: redact before showing. */
  async danmaku(
    stream_id: string,
    range: Range,
    contains: string,
    limit: number,
    cursor: string | null = null,
  ): Promise<Page<StoredDanmaku>> {
    const [after_ts, after_event_id] = decodeCursor(cursor);
    const rows = await this.read<StoredDanmaku>('danmaku', {
      stream_id,
      ...range,
      contains,
      limit,
      after_ts,
      after_event_id,
    });
    return page(rows, limit, (row) => encodeCursor(row.ts, row.event_id));
  }

  /** What was written in a range, whole, each text once a pane, by pane. */
  messagesByPane(stream_id: string, range: Range): Promise<PaneMessage[]> {
    return this.read('messages-by-pane', { stream_id, ...range });
  }

  /** By the source of a viewer's first visit; `horizon_ms`: follow each entrant so long instead of the range. */
  funnel(stream_id: string, range: Range, item_id: string | null, horizon_ms: number | null): Promise<StoredFunnel[]> {
    return this.read('funnel', { stream_id, ...range, item_id, horizon_ms });
  }

  /** Ids of sessions in which an item was on, of those that match the regular expression `rooms`, newest started first. */
  async itemStreams(
    rooms: string,
    item_id: string,
    host: string | null,
    range: Range,
    limit: number,
    cursor: string | null,
  ): Promise<Page<{ stream_id: string; started_at: number }>> {
    const [before_started_at, before_stream_id] = decodeCursor(cursor);
    const rows = await this.read<{ stream_id: string; started_at: number }>('item-streams', {
      ...{ rooms, item_id, host, ...range, limit, before_started_at, before_stream_id },
    });
    return page(rows, limit, (row) => encodeCursor(row.started_at, row.stream_id));
  }

  /** Ended sessions before this one of the same host, else of the same title, newest first. */
  async earlierStreams(stream_id: string, limit: number): Promise<string[]> {
    const rows = await this.read<{ stream_id: string }>('earlier-streams', { stream_id, limit });
    return rows.map((row) => row.stream_id);
  }

  /** The latest state of each alert changed after `since_seq`, in order of `seq`. */
  async alerts(stream_id: string, since_seq: number, limit: number): Promise<Alert[]> {
    return (await this.read<AlertRow>('alerts', { stream_id, since_seq, limit })).map(alertOf);
  }

  /** Of each stream the largest `seq` of its alerts. */
  async newestAlerts(): Promise<Map<string, number>> {
    const rows = await this.read<{ stream_id: string; newest_seq: number }>('alerts-newest', {});
    return new Map(rows.map(({ stream_id, newest_seq }) => [stream_id, newest_seq]));
  }

  /** What came of the alerts of one stream, or of all. */
  alertOutcomes(stream_id: string | null): Promise<AlertOutcomes[]> {
    return this.read('alerts-outcomes', { stream_id });
  }

  /** How many alerts fire now. */
  async alertsFiring(stream_id: string): Promise<number> {
    const [row] = await this.read<{ alerts: number }>('alerts-firing', { stream_id });
    return row?.alerts ?? 0;
  }

  /** The stream that an alert is of; `null` where none is stored by this id. */
  async streamOfAlert(alert_id: string): Promise<string | null> {
    const [row] = await this.read<{ stream_id: string }>('alert-stream', { alert_id });
    return row?.stream_id ?? null;
  }

  /** Newest first. */
  async deadLetters(reason: RejectReason | null, limit: number, cursor: string | null): Promise<Page<DeadLetter>> {
    const [before_received_at, before_id] = decodeCursor(cursor);
    const rows = await this.read<DeadLetter>('dead-letters', { reason, limit, before_received_at, before_id });
    return page(rows, limit, (row) => encodeCursor(row.received_at, row.id));
  }

  /** Buyers of a session, and those who had paid in a session that began in the 90 days before it. */
  async repurchase(stream_id: string): Promise<{ buyers: number; repeat_buyers: number }> {
    const rows = await this.read<{ buyers: number; repeat_buyers: number }>('repurchase', {
      stream_id,
      within_ms: REPURCHASE_WITHIN_MS,
    });
    return rows[0] ?? { buyers: 0, repeat_buyers: 0 };
  }

  /** A name for the sessions that {@link repurchase} looks at beside this one, as they are now. */
  async seasonBefore({ started_at }: Pick<StreamSummary, 'started_at'>): Promise<string> {
    const range = { from: started_at - REPURCHASE_WITHIN_MS, to: started_at };
    const [row] = await this.read<{ version: string }>('season-version', range);
    return row?.version ?? '';
  }

  /**
   * Raw events in log order: those of each input by position, inputs merged by append time. Read as fast as they
   * are taken, so a session of any size needs little memory; whoever takes no more ends the reading.
   */
  async *rawEvents(stream_id: string): AsyncGenerator<ReadEvent> {
    const inputs = await this.read<{ input: string }>('event-inputs', { stream_id });
    const heads = await Promise.all(
      inputs.map(async ({ input }) => {
        const events = this.inputEvents(stream_id, input);
        return { events, next: await events.next() };
      }),
    );
    try {
      for (;;) {
        let first: (typeof heads)[number] | undefined;
        for (const head of heads) {
          if (head.next.done) continue;
          if (first === undefined || head.next.value.append_ts < (first.next.value as ReadEvent).append_ts)
            first = head;
        }
        if (first === undefined) return;
        yield first.next.value as ReadEvent;
        first.next = await first.events.next();
      }
    } finally {
      await Promise.all(heads.map(({ events }) => events.return()));
    }
  }

  private async *inputEvents(stream_id: string, input: string): AsyncGenerator<ReadEvent, void> {
    const rows = this.client.stream(this.sql.get('raw-events')!, { stream_id, input }, 'JSONEachRow');
    for await (const row of jsonRows<EventRow>(rows)) yield readEventOf(row);
  }

  private async onlineBefore(stream_id: string, from: number): Promise<number | null> {
    const rows = await this.read<{ online: number }>('online-before', { stream_id, from });
    return rows[0]?.online ?? null;
  }

  private read<Row>(name: QueryName, parameters: Parameters): Promise<Row[]> {
    return this.client.read<Row>(this.sql.get(name)!, parameters);
  }
}

/** Start of the pane after the last one of a session that is over. */
const endOf = ({ status, last_pane }: StreamSummary): number =>
  status === 'ended' && last_pane !== null ? last_pane + PANE_MS : ALL_TIME.to;
