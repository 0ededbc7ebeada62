import type { AlertDecision, EventTimeSettings, InputId, InputReading } from '#domain';
import { dueFrom } from '#window';
import type { Agenda } from './agenda.js';
import type { MonitorWatch } from './monitor-watch.js';

/** What of a lane was to be looked at when its turn came. */
export interface Turn {
  stream_ids: ReadonlySet<string>;
  /** What the wall clock says about the monitor. */
  decided: AlertDecision[];
}

/**
 * Each second: looks at those streams of a lane that something happened to or whose moment has come, and at all of them
 * where the log is far behind; decides what it would decide by looking at all. `readings` are those of the lane, `now`
 * and `log_lag_ms` ms.
 */
export const takeTurn = (
  agenda: Agenda,
  watch: MonitorWatch,
  readings: ReadonlyMap<InputId, InputReading>,
  now: number,
  log_lag_ms: number,
  settings: EventTimeSettings,
): Turn => {
  if (watch.isBehind(log_lag_ms)) agenda.touchAll();
  // Brokers' clocks may be ahead.
  const latest = Math.max(now, ...[...readings.values()].map(({ log_time }) => log_time));
  const stream_ids = agenda.turn(latest);
  const decided: AlertDecision[] = [];
  for (const stream of agenda.present(stream_ids)) {
    let from = dueFrom(stream, settings);
    if (stream.share_of === undefined) {
      decided.push(...watch.look(stream, now, log_lag_ms));
      from = Math.min(from, watch.nextLook(stream));
    }
    agenda.put(stream.stream_id, from);
  }
  return { stream_ids, decided };
};
