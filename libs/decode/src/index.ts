export * from './blank-viewer-ids.js';
export * from './body.js';
export * from './click-csv.js';
export * from './danmaku-ndjson.js';
export * from './imported-row.js';
export * from './live-event.js';
export * from './order-csv.js';
export * from './pseudonym.js';
