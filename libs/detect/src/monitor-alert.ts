import type { AlertDecision, Feed, Message, Severity } from '#domain';
import { alertId } from './alert-id.js';

/**
 * An alert about the monitor itself: all its times are wall clock, ms; it belongs to no item. `subject` stands in the
 * item's place in its id, so that two feeds falling silent in one moment are two alerts.
 */
export const monitorAlert = (
  rule: 'feed_silent' | 'data_stale',
  stream_id: string,
  subject: Feed | null,
  severity: Severity,
  times: { started_at: number; detected_at: number },
  summary: Message,
  evidence: Record<string, unknown>,
): AlertDecision => ({
  alert_id: alertId(rule, stream_id, subject, times.detected_at),
  stream_id,
  rule,
  severity,
  status: 'firing',
  ...times,
  updated_at: times.detected_at,
  resolved_at: null,
  item_id: null,
  presentation_id: null,
  summary,
  evidence,
  hint: { key: `hint.${rule}`, values: {} },
});
