import type { Lateness, LiveEvent } from './event.js';
import type { RuleOverrides } from './rule.js';
import type { ShareAsked, ShareTold } from './share.js';

/** One ordered log: a Kafka topic-partition (`live.view/3`), or `journal`. */
export type InputId = string;

/**
 * A record that the monitor adds to its own log when it had to use the wall clock,
 * so that reading the log again decides the same again.
 */
export type MonitorRecord =
  | { readonly kind: 'input_set_aside'; readonly stream_id: string; readonly input: InputId }
  /** `ended_at` is the stream's own end, or its largest `ts` + 1 where it had none; `null`: as it then is where the record is read. */
  | { readonly kind: 'stream_closed'; readonly stream_id: string; readonly ended_at: number | null }
  /** From here on the stream is judged with these rules; `version` names them. */
  | {
      readonly kind: 'rules_changed';
      readonly stream_id: string;
      readonly version: string;
      readonly overrides: RuleOverrides;
    }
  | ShareTold
  | ShareAsked;

/** One record of the log: an event or one of the monitor's own, with its place and its append time (ms, wall clock). */
export interface LogRecord {
  readonly input: InputId;
  readonly position: number;
  readonly append_ts: number;
  readonly body: LiveEvent | MonitorRecord;
}

/** Records in log order, of one input or of several: what a source emits and every step takes and gives, one emission a batch. */
export interface RecordBatch {
  readonly records: readonly LogRecord[];
}

/** How far an input has been read. */
export interface InputReading {
  /** Append time of the last record read, ms; −∞ before the first. */
  log_time: number;
  /** Wall clock since when it is being read to its end, ms; `null` while a backlog waits. */
  at_end_since: number | null;
}

/** An accepted event, its lateness decided: a row of the raw events. */
export interface ReadEvent {
  readonly event: LiveEvent;
  /** Where it stands in the log: {@link LogRecord}. */
  readonly input: InputId;
  readonly position: number;
  readonly append_ts: number;
  readonly lateness: Lateness;
  /** `ts`; for a late event the watermark of its input at its place in the log, where its presence takes effect. */
  readonly effective_ts: number;
}

/** An event has a type, a record of the monitor's own has none. */
export const isMonitorRecord = (body: LiveEvent | MonitorRecord): body is MonitorRecord =>
  (body as LiveEvent).type === undefined;
