export * from './blank-viewer-ids.js';
export * from './body.js';
export * from './live-event.js';
export * from './pseudonym.js';
