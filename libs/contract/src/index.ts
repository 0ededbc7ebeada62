export * from './rest.js';
export * from './socket.js';
