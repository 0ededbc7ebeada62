export * from './rest.js';
export * from './socket.js';
export * from './replay.js';
