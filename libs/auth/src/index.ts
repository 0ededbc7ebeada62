export * from './rights.js';
export * from './token.js';
