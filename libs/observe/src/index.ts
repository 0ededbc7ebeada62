export { createLogger } from './logger.js';
export type { Logger } from './logger.js';
export { createMeters } from './meters.js';
export type { Meters } from './meters.js';
export { endedSpan, inSpan, startTraces, type Note, type SpanNotes } from './traces.js';
