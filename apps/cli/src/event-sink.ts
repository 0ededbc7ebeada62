import type { WireEvent } from '#simulate';

/** What became of all that was sent. */
export interface SinkTotals {
  sent: number;
  accepted: number;
  duplicates: number;
  rejected: Record<string, number>;
  /** Requests that had to be sent again. */
  retries: number;
}

/** Whether what was handed over is safe. */
export type SinkOutcome = { kind: 'ok' } | { kind: 'failed'; reason: string };

/** Where simulated events go. `send` takes what it is given before it answers; events are in order of arrival. */
export interface EventSink {
  send(events: readonly WireEvent[]): Promise<SinkOutcome>;
  /** Everything sent is safe, and the sink is closed. */
  close(): Promise<SinkOutcome>;
  readonly totals: Readonly<SinkTotals>;
}

export const noTotals = (): SinkTotals => ({ sent: 0, accepted: 0, duplicates: 0, rejected: {}, retries: 0 });
