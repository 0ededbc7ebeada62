export { AlertLog } from './alert-log.js';
export type { Acknowledgement, ActOutcome, AlertTape, TakeEntry } from './alert-log.js';
export { decisionKey, shallWeTell } from './shall-we-tell.js';
export type { KnownAlert, Verdict } from './shall-we-tell.js';
