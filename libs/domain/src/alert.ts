export const ALERT_RULES = [
  'dropoff_spike',
  'conversion_drop',
  'checkout_failure',
  'gmv_behind_plan',
  'viewer_surge',
  'viewer_cliff',
  'danmaku_surge',
  'keyword_surge',
  'negative_mood',
  'prohibited_words',
  'refund_surge',
  'stockout_risk',
  'suspicious_traffic',
  'move_on',
  'feed_silent',
  'data_stale',
] as const;
export type AlertRule = (typeof ALERT_RULES)[number];
/** From the least to the gravest. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
export type AlertStatus = 'firing' | 'acknowledged' | 'resolved' | 'corrected';
export type AlertOutcome = 'acted' | 'false_alarm' | 'ignored';

/** A message key with its values, so that the page can say it in any language. */
export interface Message {
  key: string;
  values: Record<string, string | number | null>;
}

/** Why other channels than the page are told of a change, or are not. */
export type NotifyReason =
  | 'wanted'
  /** No channel wants alerts of this stream and severity. */
  | 'no_channel'
  | 'silenced'
  /** Another alert that fires in the stream says it already. */
  | 'inhibited'
  /** Its time is not the clock's: a recording, or a log read long after. */
  | 'not_live'
  /** Nothing that a channel would say anew: a person's mark. */
  | 'no_news';

/** Whether other channels than the page are told of an alert's latest change, and why: judged once, when it is logged. */
export interface Notify {
  tell: boolean;
  reason: NotifyReason;
  /** Ids of the channels that know of the alert: those that are told, or were told of it before. */
  channels: readonly string[];
  /** The silence or the alert that keeps it quiet. */
  because_of: string | null;
  /** When it was judged, wall clock, ms. */
  at: number;
}

/** An alert as it is stored, sent and shown. Times of the cause are event time, times of people and channels wall clock; ms. */
export interface Alert {
  /** hash(rule, stream_id, item_id or "", detected_at): the same log gives the same ids. */
  alert_id: string;
  stream_id: string;
  /** Counts a stream's alert changes from 1 without gaps; given by the alert log. */
  seq: number;
  rule: AlertRule;
  severity: Severity;
  status: AlertStatus;
  started_at: number;
  /** End of the pane that decided it. */
  detected_at: number;
  updated_at: number;
  resolved_at: number | null;
  sent_at: number | null;
  acked_at: number | null;
  item_id: string | null;
  presentation_id: string | null;
  summary: Message;
  evidence: Record<string, unknown>;
  hint: Message | null;
  acked_by: string | null;
  outcome: AlertOutcome | null;
  /** Given by the alert log; absent on what was logged before there were channels. */
  notify?: Notify;
}

/** What a detector decides: an alert without what the alert log and people add to it. */
export type AlertDecision = Omit<Alert, 'seq' | 'sent_at' | 'acked_at' | 'acked_by' | 'outcome' | 'notify'>;
