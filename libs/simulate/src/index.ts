export * from './disorder.js';
export { Random } from './random.js';
export type { Label, Rundown, Slot } from './rundown.js';
export * from './session.js';
export * from './session-options.js';
export type { WireEvent, WireEventBody, WireOrderLine } from './wire-event.js';
