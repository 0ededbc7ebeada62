export { due } from './due.js';
export { byFeed } from './feeds.js';
export type { WindowContext } from './folded.js';
export { beginAgain, endAgain, readOn } from './read-again.js';
export { saidLately } from './said.js';
export { standingOf } from './standing.js';
export { step, type StreamStep, type WindowState, type WindowStep } from './step.js';
export type { StreamState } from './stream.js';
export { windowed } from './window.operator.js';
