import type { Observable } from 'rxjs';
import type { InputId, InputReading, LiveEvent, MonitorRecord, RecordBatch } from '#domain';

/** Log lag: what is unread, in records and as the age of the next unread record, ms; 0 at the end. */
export interface LogLag {
  records: number;
  ms: number;
}

/**
 * Where records come from: one or more ordered inputs behind one port.
 * Batches of one input arrive in log order. A subscriber that throws stops the program: an accepted record is never skipped.
 */
export interface RecordSource {
  readonly batches$: Observable<RecordBatch>;
  /**
   * Begins to emit, each input from the position given for it, else from its beginning; before each batch of a backlog
   * it waits until the flow is `ready` for more. Answers when what was there at the start has been emitted.
   */
  start(from: ReadonlyMap<InputId, number>, ready: () => Promise<void>): Promise<void>;
  /** How far each input has been read. */
  readings(): ReadonlyMap<InputId, InputReading>;
  lag(now: number): LogLag;
  /** Why it cannot read or be written just now, in one clause; it keeps trying. `null` while it can. */
  readonly trouble: string | null;
  /**
   * Makes events durable; answers when they are, and, where the log is this process's own, have been emitted.
   * `wire(i)` is the i-th event as it was posted, for a log that other programs read too.
   */
  append(events: readonly LiveEvent[], wire: (index: number) => Uint8Array): Promise<Appended | null>;
  /** Adds the monitor's own records to the log. */
  note(records: readonly MonitorRecord[]): Promise<void>;
  /** Everything before these positions is safe elsewhere and need not be read again. */
  release(upTo: ReadonlyMap<InputId, number>): Promise<void>;
  stop(): Promise<void>;
}

/** Where appended events stand in the log; not known of a log that somebody else numbers. */
export interface Appended {
  input: InputId;
  position: number;
  append_ts: number;
}
