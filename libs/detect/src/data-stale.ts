import type { AlertDecision } from '#domain';
import { endLife, QUIET, stepLife, takenUp, type Condition, type Life } from './life.js';
import { monitorAlert } from './monitor-alert.js';
import type { DataStaleRule } from './rules.js';

/** What `data_stale` knows of one stream; plain data. */
export interface DataStaleState {
  /** Since when the lag has been above the limit, ms, wall clock. */
  above_since: number | null;
  life: Life;
}

export const emptyDataStale = (): DataStaleState => ({ above_since: null, life: QUIET });

/** What whoever raised the alert knew of it. */
export const takeUpDataStale = (alert: AlertDecision): DataStaleState => ({
  above_since: alert.started_at,
  life: takenUp(alert),
});

/** Looks at `now` (ms, wall clock) at the log lag of the stream's inputs (ms): above the limit for long enough, what is shown is old. */
export const dataStale = (
  state: DataStaleState,
  stream_id: string,
  now: number,
  log_lag_ms: number,
  rule: DataStaleRule,
): AlertDecision[] => {
  const limitMs = rule.log_lag_s * 1000;
  const isAbove = rule.enabled && log_lag_ms > limitMs;
  state.above_since = isAbove ? (state.above_since ?? now) : null;
  const started_at = state.above_since ?? now;
  const condition: Condition = isAbove ? 'holds' : rule.enabled && log_lag_ms > limitMs / 2 ? 'between' : 'below_half';
  const raise = () =>
    monitorAlert(
      'data_stale',
      stream_id,
      null,
      rule.severity,
      { started_at, detected_at: now },
      { key: 'alert.data_stale', values: { log_lag_s: Math.round(log_lag_ms / 1000) } },
      { log_lag_ms, limit_ms: limitMs },
    );
  const decided: AlertDecision[] = [];
  state.life = stepLife(state.life, now, condition, rule, raise, decided);
  return decided;
};

/** Does {@link dataStale} decide nothing, and change nothing, for as long as the lag stays within the limit? */
export const isCalm = ({ above_since, life }: DataStaleState): boolean =>
  above_since === null && life.phase === 'quiet';

/** The stream ended: what fires is resolved at `now` (ms, wall clock). */
export const endDataStale = (state: DataStaleState, now: number): AlertDecision[] => {
  const decided: AlertDecision[] = [];
  state.life = endLife(state.life, now, decided);
  return decided;
};
