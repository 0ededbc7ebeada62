import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { CHANNEL_KINDS } from '#contract';
import { ALERT_RULES } from '#domain';

const nullable = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);
const refTo = (name: string): TSchema => Type.Unsafe({ $ref: `#/components/schemas/${name}` });
const list = <T extends string>(names: readonly T[]): TSchema => Type.Enum([...names]);
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const wallClock = (description: string): TSchema => Type.Integer({ description: `${description}, wall clock, ms` });

const settings = Type.Object({}, { additionalProperties: true, description: 'every parameter by name' });
const inBoth = Type.Object({ en: text, zh: text });

/** What is answered about channels, silences and rules. */
export const CONTROL_SCHEMAS = {
  Channel: Type.Object({
    channel_id: text,
    kind: list(CHANNEL_KINDS),
    url: Type.String({ description: 'without what comes after its host' }),
    streams: Type.Array(text),
    severity_min: list(['info', 'warning', 'critical']),
    language: list(['zh', 'en']),
    enabled: Type.Boolean(),
  }),
  Delivery: Type.Object({
    delivery_id: text,
    channel_id: text,
    stream_id: text,
    alert_id: text,
    seq: count,
    status: list(['waiting', 'delivered', 'given_up']),
    tries: count,
    created_at: wallClock('asked for'),
    next_try_at: nullable(wallClock('next try')),
    done_at: nullable(wallClock('over')),
    last_error: nullable(text),
  }),
  ChannelsAnswer: Type.Object({
    channels: Type.Array(refTo('Channel')),
    cursor: nullable(text),
    deliveries: Type.Array(refTo('Delivery')),
  }),
  ChannelTestAnswer: Type.Object({ delivered: Type.Boolean(), error: nullable(text) }),
  Silence: Type.Object({
    silence_id: text,
    stream_id: nullable(text),
    rule: nullable(list(ALERT_RULES)),
    item_id: nullable(text),
    from: wallClock('from'),
    until: wallClock('until'),
    reason: text,
    created_by: text,
  }),
  RuleRow: Type.Object({
    rule: list(ALERT_RULES),
    stream_id: nullable(text),
    settings,
    defaults: settings,
    parameters: Type.Array(
      Type.Object({
        name: text,
        unit: text,
        kind: list(['number', 'flag', 'choice', 'words', 'numbers']),
        min: Type.Optional(Type.Number()),
        max: Type.Optional(Type.Number()),
        choices: Type.Optional(Type.Array(text)),
        title: inBoth,
      }),
    ),
    title: inBoth,
    description: inBoth,
    precision: Type.Object({
      ...{ acted: count, false_alarm: count, ignored: count, unmarked: count },
      precision: nullable(Type.Number()),
    }),
    changed_at: nullable(wallClock('changed')),
    changed_by: nullable(text),
  }),
  RulesAnswer: Type.Object({ rules: Type.Array(refTo('RuleRow')), cursor: nullable(text) }),
  BacktestAnswer: Type.Object({
    rule: list(ALERT_RULES),
    settings,
    sessions: Type.Array(
      Type.Object({
        stream_id: text,
        would_fire: Type.Array(Type.Object({ alert_id: text, started_at: count }, { additionalProperties: true })),
        fired: Type.Array(Type.Object({ alert: refTo('Alert'), outcome: nullable(text) })),
        both: count,
        added: count,
        gone: count,
      }),
    ),
  }),
  SilencesAnswer: Type.Object({ silences: Type.Array(refTo('Silence')), cursor: nullable(text) }),
};
