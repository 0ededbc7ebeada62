import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

/** The program's log: one JSON object a line on standard output, times as ISO 8601; `level` `silent` for none. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
