import type { Alert, AlertDecision, AlertOutcome, AlertRule, RuleParameter, RuleSettings, Severity } from '#domain';

export type { RuleParameter, RuleSettings, RuleValue } from '#domain';

/** How a rule did, by what people said of its alerts: `precision` = acted / (acted + false_alarm), `null` while nobody said anything. */
export interface RulePrecision {
  acted: number;
  false_alarm: number;
  ignored: number;
  unmarked: number;
  precision: number | null;
}

/** One rule as it stands for all streams (`stream_id` is `null`) or for one. */
export interface RuleRow {
  rule: AlertRule;
  stream_id: string | null;
  settings: RuleSettings;
  defaults: RuleSettings;
  parameters: readonly RuleParameter[];
  title: { en: string; zh: string };
  description: { en: string; zh: string };
  precision: RulePrecision;
  /** Wall clock, ms; `null`: never changed. */
  changed_at: number | null;
  changed_by: string | null;
}

/** `GET /rules?stream_id`. */
export interface RulesAnswer {
  rules: RuleRow[];
  cursor: string | null;
}

/** `PUT /rules`: answers the {@link RuleRow}. Settings that are not named stay; `settings: null` goes back to the defaults (of all streams, where one is named). */
export interface RuleChange {
  rule: AlertRule;
  stream_id?: string;
  settings: Partial<RuleSettings> | null;
}

/** `POST /rules/backtest`: what a rule would have fired on stored sessions. */
export interface BacktestRequest {
  rule: AlertRule;
  stream_ids: readonly string[];
  settings?: Partial<RuleSettings>;
}
export interface BacktestAnswer {
  rule: AlertRule;
  settings: RuleSettings;
  sessions: {
    stream_id: string;
    would_fire: AlertDecision[];
    /** What this rule fired then, with what people said of it. */
    fired: { alert: Alert; outcome: AlertOutcome | null }[];
    /** Alerts in both, in the backtest only, and then only: matched by item and overlapping time. */
    both: number;
    added: number;
    gone: number;
  }[];
}

/** Nobody is told of what it covers until `until`; alerts are decided and kept all the same, with the reason. Wall clock, ms. */
export interface Silence {
  silence_id: string;
  /** `null`: every stream that the author may see; a pattern with `*` otherwise. */
  stream_id: string | null;
  rule: AlertRule | null;
  item_id: string | null;
  from: number;
  until: number;
  reason: string;
  created_by: string;
}
/** `GET /silences`: those that have not ended, newest first. */
export interface SilencesAnswer {
  silences: Silence[];
  cursor: string | null;
}
/** `POST /silences`: answers the {@link Silence}; `DELETE /silences/{silence_id}` ends it. */
export interface SilenceRequest {
  stream_id?: string;
  rule?: AlertRule;
  item_id?: string;
  until: number;
  reason?: string;
}

/** Where alerts go beside the page. */
export const CHANNEL_KINDS = ['generic', 'feishu', 'dingtalk', 'wecom'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
export interface Channel {
  channel_id: string;
  kind: ChannelKind;
  /** Shown without what comes after its host, since that may hold a secret. */
  url: string;
  streams: readonly string[];
  severity_min: Severity;
  language: 'zh' | 'en';
  enabled: boolean;
}
/** `PUT /channels/{channel_id}`; `DELETE` removes it. Administrators only. */
export type ChannelRequest = Omit<Channel, 'channel_id'> & { secret?: string };

/** `POST /channels/{channel_id}/test`: what the other side said to a test message; administrators only. */
export interface ChannelTestAnswer {
  delivered: boolean;
  error: string | null;
}

/** One alert change on its way to one channel. Wall clock, ms. */
export interface Delivery {
  delivery_id: string;
  channel_id: string;
  stream_id: string;
  alert_id: string;
  seq: number;
  status: 'waiting' | 'delivered' | 'given_up';
  tries: number;
  created_at: number;
  next_try_at: number | null;
  done_at: number | null;
  /** What the other side last said, or why it could not be asked. */
  last_error: string | null;
}
/** `GET /channels`: the channels, and the newest 200 deliveries. */
export interface ChannelsAnswer {
  channels: Channel[];
  /** Of the channels. */
  cursor: string | null;
  deliveries: Delivery[];
}

/** `GET /words`, `PUT /words`: the prohibited words of `prohibited_words`, one list for all rooms. */
export interface WordsAnswer {
  words: readonly string[];
}
