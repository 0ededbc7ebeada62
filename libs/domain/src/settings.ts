/** The bounds of event time, in ms; names and defaults of events.md. Fixed for a stream's life. */
export interface EventTimeSettings {
  readonly outOfOrderMs: number;
  readonly allowedLatenessMs: number;
  readonly idleInputMs: number;
  readonly maxFutureMs: number;
  readonly presenceTimeoutMs: number;
  readonly streamIdleEndMs: number;
}

export const DEFAULT_EVENT_TIME: EventTimeSettings = {
  outOfOrderMs: 2_000,
  allowedLatenessMs: 60_000,
  idleInputMs: 10_000,
  maxFutureMs: 60_000,
  presenceTimeoutMs: 30_000,
  streamIdleEndMs: 1_800_000,
};

/** Orders are credited to a presentation from its first pane until this long after its last. */
export const CREDIT_MS = 60_000;
