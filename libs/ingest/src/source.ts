import type { InputId, LiveEvent } from '#domain';

/** Log lag: what is unread, in records and as the age of the next unread record, ms; 0 at the end. */
export interface LogLag {
  records: number;
  ms: number;
}

/** Where appended events stand in the log; not known of a log that somebody else numbers. */
export interface Appended {
  input: InputId;
  position: number;
  append_ts: number;
}

/** Where posted events are made durable. */
export interface PostedLog {
  /**
   * Answers when the events are durable, and, where the log is this process's own, have been emitted.
   * `wire(i)` is the i-th event as it was posted, for a log that other programs read too.
   */
  append(events: readonly LiveEvent[], wire: (index: number) => Uint8Array): Promise<Appended | null>;
}
