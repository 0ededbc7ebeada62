/** A pane covers the event time `[n·1000, (n+1)·1000)` of one stream, in ms since the epoch. */
export const PANE_MS = 1000;

/** Start, in ms, of the pane that holds `ts`: the largest multiple of 1000 not above it. */
export const paneStart = (ts: number): number => Math.floor(ts / PANE_MS) * PANE_MS;

/** Index `n` of the pane `[n·1000, (n+1)·1000)` that holds `ts`. Fits an unsigned 32-bit integer up to the year 2100. */
export const paneIndex = (ts: number): number => Math.floor(ts / PANE_MS);

/** Wall clock, ms since the epoch. Handed in at the edge, moved by hand in tests; the pure core never reads one. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
