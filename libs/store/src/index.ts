export { openClient, StoreUnavailable, type StoreClient, type StorePlace } from './client.js';
export { migrate } from './migrate.js';
export { StoreWriter, DEFAULT_WRITER, type OnRetry, type WriterSettings } from './writer.js';
