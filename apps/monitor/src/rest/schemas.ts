import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { ACTION_KINDS } from '#contract';
import { CONTROL_SCHEMAS } from './control-schemas.js';
import {
  ALERT_RULES,
  FEEDS,
  IGNORE_REASONS,
  ITEM_COUNTS,
  ACTIVITY_COUNTS,
  QUESTION_TOPICS,
  REJECT_REASONS,
  SOURCES,
} from '#domain';

/** The shapes that REST answers with, as OpenAPI shows them: one schema for each name under `components`. */
const nullable = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);
const time = (description: string): TSchema => Type.Integer({ description: `${description}, ms since the epoch` });
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const list = <T extends string>(names: readonly T[]): TSchema => Type.Enum([...names]);
const counts = (names: readonly string[]): Record<string, TSchema> =>
  Object.fromEntries(names.map((name) => [name, Type.Number()]));
const money = Type.Integer({ description: "minor units of the stream's currency" });
const bands = Type.Array(Type.Number(), { description: 'by tenure band', minItems: 14, maxItems: 14 });

/** Refers to one of {@link SCHEMAS}. */
export const ref = (name: keyof typeof SCHEMAS): TSchema => Type.Unsafe({ $ref: `#/components/schemas/${name}` });
const refTo = (name: string): TSchema => Type.Unsafe({ $ref: `#/components/schemas/${name}` });

const message = Type.Object({ key: text, values: Type.Object({}, { additionalProperties: true }) });

const streamRow = {
  stream_id: text,
  title: nullable(text),
  host: nullable(text),
  status: list(['live', 'ended']),
  started_at: time('start'),
  ended_at: nullable(time('end')),
  online: nullable(count),
  online_peak: nullable(count),
  viewers: nullable(count),
  gmv_minor: money,
  currency: nullable(text),
  alerts_firing: count,
  data: refTo('DataState'),
};
/** `null` where a feed reports only how many are online. */
const going = {
  enters: nullable(count),
  leaves: nullable(count),
  timeouts: nullable(count),
  censored: nullable(count),
  at_risk: nullable(bands),
  leaves_by_tenure: nullable(bands),
};
const itemCounts = counts(ITEM_COUNTS);
const sourceCounts = Type.Object({
  enters: count,
  leaves: count,
  online: count,
  at_risk: bands,
  leaves_by_tenure: bands,
  orders_paid: count,
  gmv_paid_minor: money,
});
const curve = Type.Array(Type.Object({ s: count, retention: nullable(Type.Number()) }));
const cohorts = Type.Array(
  Type.Object({
    from: time('start of the cohort'),
    viewers: count,
    retention: Type.Array(Type.Object({ s: count, retention: nullable(Type.Number()) })),
  }),
);
const layers = Type.Array(
  Type.Object({ name: list(['entered', 'exposed', 'clicked', 'created', 'paid']), uv: count, pv: count }),
);
const otherMetrics = { additionalProperties: nullable(Type.Number()) };

export const SCHEMAS = {
  ...CONTROL_SCHEMAS,
  Problem: Type.Object({ type: text, title: text, status: Type.Integer(), detail: text }),
  DataState: Type.Object({
    as_of: time('watermark: everything before it is final'),
    log_lag_ms: count,
    late: count,
    too_late: count,
    coverage: Type.Array(list(FEEDS)),
    quality: list(['final', 'early', 'approx', 'inferred', 'reported', 'stale']),
  }),
  EventsAnswer: Type.Object({
    accepted: count,
    duplicates: count,
    rejected: Type.Array(
      Type.Object({ index: count, event_id: Type.Optional(text), reason: list(REJECT_REASONS), detail: text }),
    ),
  }),
  Done: Type.Object({}),
  MetricDefinition: Type.Object({
    name: text,
    unit: text,
    formula: text,
    levels: Type.Array(list(['pane', 'window', 'session', 'presentation'])),
    additive: Type.Boolean(),
    dimensions: Type.Array(list(['source', 'item', 'tenure'])),
    title: Type.Object({ en: text, zh: text }),
    description: Type.Object({ en: text, zh: text }),
  }),
  DefinitionsAnswer: Type.Object({ definitions: Type.Array(refTo('MetricDefinition')) }),
  StreamRow: Type.Object(streamRow),
  StreamsAnswer: Type.Object({ streams: Type.Array(refTo('StreamRow')), cursor: nullable(text) }),
  StreamAnswer: Type.Object(
    {
      ...streamRow,
      ...counts(ACTIVITY_COUNTS),
      ...going,
      viewer_seconds: nullable(Type.Number()),
      host_kind: nullable(list(['human', 'virtual'])),
      channel: nullable(text),
      item_on: nullable(Type.Object({ item_id: text, presentation_id: text, title: nullable(text), from: count })),
      ignored: Type.Object(counts(IGNORE_REASONS)),
      erased: { ...count, description: 'viewers whose events and visits were erased; panes still count them' },
      other_money: Type.Object({}, { additionalProperties: Type.Integer() }),
    },
    otherMetrics,
  ),
  MetricsAnswer: Type.Object({
    step_ms: Type.Integer(),
    points: Type.Array(
      Type.Object(
        {
          ts: time('start of the step'),
          quality: Type.Optional(list(['inferred', 'reported'])),
          by_source: Type.Optional(
            Type.Object(Object.fromEntries(SOURCES.map((s) => [s, Type.Optional(sourceCounts)]))),
          ),
          by_item: Type.Optional(Type.Object({}, { additionalProperties: Type.Object(itemCounts) })),
        },
        { additionalProperties: true },
      ),
    ),
    data: refTo('DataState'),
  }),
  ItemsAnswer: Type.Object({
    items: Type.Array(
      Type.Object({
        item_id: text,
        title: nullable(text),
        presentations: count,
        ...itemCounts,
        exposed: count,
        clickers: count,
        buyers: count,
        click_rate: nullable(Type.Number()),
        click_to_paid: nullable(Type.Number()),
        created_to_paid: nullable(Type.Number()),
      }),
    ),
    cursor: nullable(text),
    data: refTo('DataState'),
  }),
  PresentationsAnswer: Type.Object({
    presentations: Type.Array(
      Type.Object(
        {
          presentation_id: text,
          item_id: text,
          title: nullable(text),
          price_minor: nullable(money),
          stock: nullable(count),
          ordinal: count,
          from: time('start of its first pane'),
          to: nullable(time('end')),
          seconds: count,
          online_start: nullable(count),
          online_end: nullable(count),
          credited_orders: count,
          credited_units: count,
          credited_gmv_minor: money,
        },
        otherMetrics,
      ),
    ),
    cursor: nullable(text),
    data: refTo('DataState'),
  }),
  RetentionAnswer: Type.Object({
    curve,
    cohorts,
    by_source: Type.Optional(
      Type.Object(Object.fromEntries(SOURCES.map((s) => [s, Type.Optional(Type.Object({ curve, cohorts }))]))),
    ),
    data: refTo('DataState'),
  }),
  DanmakuAnswer: Type.Object({
    danmaku: Type.Array(Type.Object({ event_id: text, ts: time('when'), text })),
    cursor: nullable(text),
    data: refTo('DataState'),
  }),
  KeywordsAnswer: Type.Object({
    words: Type.Array(
      Type.Object({
        word: text,
        count,
        growth: nullable(
          Type.Number({ description: 'its share of messages over that in the rest; null: not said there' }),
        ),
      }),
    ),
    questions: Type.Array(
      Type.Object({
        topic: Type.String({ description: `${QUESTION_TOPICS.join(', ')}, or the words that group it` }),
        count,
        growth: nullable(Type.Number()),
        example: text,
        last_ts: time('the newest message of it'),
      }),
    ),
    mood: Type.Object({ messages: count, praise: count, complaints: count }),
    data: refTo('DataState'),
  }),
  WordsAnswer: Type.Object({ words: Type.Array(text) }),
  FunnelAnswer: Type.Object({
    definition: list(['live', 'cohort']),
    horizon_s: nullable(count),
    layers,
    by_source: Type.Optional(Type.Object(Object.fromEntries(SOURCES.map((s) => [s, Type.Optional(layers)])))),
    data: refTo('DataState'),
  }),
  CompareAnswer: Type.Object({
    step_ms: Type.Integer(),
    streams: Type.Array(
      Type.Object({ stream: refTo('StreamRow'), points: Type.Array(Type.Object({ s: count }, otherMetrics)) }),
    ),
  }),
  UsualAnswer: Type.Object({
    step_ms: Type.Integer(),
    sessions: Type.Array(text),
    points: Type.Array(Type.Object({ s: count }, { additionalProperties: nullable(Type.Array(Type.Number())) })),
    data: refTo('DataState'),
  }),
  HistoryAnswer: Type.Object({
    item_id: text,
    presentations: Type.Array(
      Type.Object(
        { presentation_id: text, stream_id: text, host: nullable(text), data: refTo('DataState') },
        { additionalProperties: true },
      ),
    ),
    cursor: nullable(text),
  }),
  Alert: Type.Object({
    alert_id: text,
    stream_id: text,
    seq: Type.Integer({ minimum: 1 }),
    rule: list(ALERT_RULES),
    severity: list(['info', 'warning', 'critical']),
    status: list(['firing', 'acknowledged', 'resolved', 'corrected']),
    started_at: time('when the cause began'),
    detected_at: time('end of the pane that decided it'),
    updated_at: time('last change'),
    resolved_at: nullable(time('end')),
    sent_at: nullable(time('first sent, wall clock')),
    acked_at: nullable(time('acknowledged, wall clock')),
    item_id: nullable(text),
    presentation_id: nullable(text),
    summary: message,
    evidence: Type.Object({}, { additionalProperties: true }),
    hint: nullable(message),
    acked_by: nullable(text),
    outcome: nullable(list(['acted', 'false_alarm', 'ignored'])),
    notify: Type.Optional(
      Type.Object({
        tell: Type.Boolean(),
        reason: list(['wanted', 'no_channel', 'silenced', 'inhibited', 'not_live', 'no_news']),
        channels: Type.Array(text),
        because_of: nullable(text),
        at: time('judged, wall clock'),
      }),
    ),
  }),
  AlertsAnswer: Type.Object({ alerts: Type.Array(refTo('Alert')), cursor: nullable(text), data: refTo('DataState') }),
  Cue: Type.Object({
    event_id: text,
    ts: time('when'),
    type: list(['stream_started', 'stream_ended', 'item_presented', 'item_withdrawn', 'script_cue']),
    item_id: nullable(text),
    title: nullable(text),
    label: nullable(text),
    variant: nullable(text),
    price_minor: nullable(count),
    stock: nullable(count),
  }),
  CuesAnswer: Type.Object({ cues: Type.Array(refTo('Cue')), cursor: nullable(text), data: refTo('DataState') }),
  CueAnswer: Type.Object({ event_id: text }),
  RundownAnswer: Type.Object({
    stream_id: text,
    lines: Type.Array(
      Type.Object({
        item_id: text,
        title: nullable(text),
        planned_from_s: nullable(count),
        planned_seconds: count,
        planned_gmv_minor: nullable(money),
        note: nullable(text),
      }),
    ),
    updated_at: nullable(time('last put, wall clock')),
    updated_by: nullable(text),
  }),
  HostView: Type.Object({ show: Type.Array(text), message: nullable(text) }),
  HostAnswer: Type.Object(
    {
      v: count,
      stream_id: text,
      as_of: time('the watermark'),
      item: nullable(
        Type.Object({
          item_id: text,
          title: nullable(text),
          price_minor: nullable(money),
          from: time('when it came on'),
          planned_seconds: nullable(count),
          seconds_left: nullable(Type.Number({ description: 'below 0: over its time' })),
          stock_left: nullable(count),
        }),
      ),
      next: nullable(Type.Object({ item_id: text, title: nullable(text) })),
      questions: Type.Array(Type.Object({ topic: text, count, example: text }, { additionalProperties: true })),
      message: nullable(text),
      currency: nullable(text),
      data_quality: text,
    },
    { additionalProperties: true, description: 'beside these only the numbers that the host view names' },
  ),
  ActionShown: Type.Object({
    action_id: text,
    stream_id: text,
    ts: time('when, by the clock of the stream'),
    kind: list(ACTION_KINDS),
    text,
    by: text,
    alert_id: nullable(text),
    item_id: nullable(text),
    followed: nullable(
      Type.Array(
        Type.Object({
          metric: list(['dropoff_ratio', 'orders_per_min', 'gmv_per_min', 'danmaku_density']),
          before: nullable(Type.Number()),
          after: nullable(Type.Number()),
          change: nullable(Type.Number()),
          low: nullable(Type.Number({ description: 'of the change, 95 %' })),
          high: nullable(Type.Number({ description: 'of the change, 95 %' })),
        }),
      ),
    ),
  }),
  ActionsAnswer: Type.Object({ actions: Type.Array(refTo('ActionShown')), cursor: nullable(text) }),
  LiftAnswer: Type.Object({
    items: Type.Array(
      Type.Object({
        item_id: text,
        title: nullable(text),
        on_orders_per_min: nullable(Type.Number()),
        off_orders_per_min: nullable(Type.Number()),
        lift: nullable(Type.Number()),
        low: nullable(Type.Number()),
        high: nullable(Type.Number()),
      }),
    ),
    marginal: Type.Array(
      Type.Object({
        presentation_id: text,
        minute: count,
        gmv_minor: money,
        next_opening_gmv_minor_per_min: nullable(Type.Number()),
        difference: nullable(Type.Number()),
        low: nullable(Type.Number()),
        high: nullable(Type.Number()),
      }),
    ),
    method: Type.Object({ en: text, zh: text }),
    data: refTo('DataState'),
  }),
  QueryAnswer: Type.Object({
    columns: Type.Array(Type.Object({ name: text, type: text })),
    rows: Type.Array(Type.Array(Type.Unknown())),
    truncated: Type.Boolean({ description: 'more rows than the limit were there' }),
    elapsed_ms: count,
  }),
  AuditAnswer: Type.Object({
    entries: Type.Array(
      Type.Object({
        id: text,
        at: time('when, wall clock'),
        by: text,
        role: text,
        action: text,
        target: text,
        detail: Type.Unknown(),
      }),
    ),
    cursor: nullable(text),
  }),
  DeadLettersAnswer: Type.Object({
    dead_letters: Type.Array(
      Type.Object({
        id: text,
        received_at: time('received'),
        reason: list(REJECT_REASONS),
        detail: text,
        origin: text,
        bytes: text,
      }),
    ),
    cursor: nullable(text),
  }),
};
