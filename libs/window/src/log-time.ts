import type { InputReading } from '#domain';

/** How far an input's log has come, ms: the append time of the last record read, and the wall clock once it is read to its end. */
export const logTimeOf = ({ log_time, at_end_since }: InputReading, now: number): number =>
  at_end_since === null ? log_time : now;
