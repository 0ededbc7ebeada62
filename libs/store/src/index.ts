export { openClient, StoreUnavailable, type StoreClient, type StorePlace } from './client.js';
export { storePlaceOf } from './place.js';
export { migrate } from './migrate.js';
export * from './notes.js';
export type { Page } from './page.js';
export * from './reader.js';
export { ALL_TIME, type Range, type Step } from './steps.js';
export { StoreWriter, DEFAULT_WRITER, type OnRetry, type WriterSettings } from './writer.js';
