import type { InputId } from '#domain';

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
