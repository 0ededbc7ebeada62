export * from './rest.js';
export * from './socket.js';
export * from './replay.js';
export * from './rules.js';
export * from './script.js';
export * from './words.js';
export * from './rundown-progress.js';
