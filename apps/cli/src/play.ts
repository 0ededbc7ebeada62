import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#domain';
import type { Delivery, WireEvent } from '#simulate';
import type { EventSink, SinkOutcome } from './event-sink.js';
import { dueAt, type Pace } from './pace.js';

/** Handed over at once when this many wait, due or not. */
const EVENTS_MAX = 5_000;

const STOPPED: SinkOutcome = {
  ...{ kind: 'failed', reason: 'stopped before the session was over: what was sent or written is only its beginning' },
};

/**
 * Sends deliveries when they are due, those due together in one go, and reports after each how far it is
 * (the session's clock, ms). Ends when they do, when the sink fails, or when asked to stop: then it was not played whole.
 */
export const play = async (
  deliveries: Iterable<Delivery<WireEvent>>,
  pace: Pace,
  sink: EventSink,
  { clock, stop }: { clock: Clock; stop: AbortSignal },
  onProgress: (arrivalTs: number) => void,
): Promise<SinkOutcome> => {
  let waiting: WireEvent[] = [];
  const flush = async (arrivalTs: number): Promise<SinkOutcome> => {
    const outcome: SinkOutcome = waiting.length === 0 ? { kind: 'ok' } : await sink.send(waiting);
    waiting = [];
    onProgress(arrivalTs);
    return outcome;
  };
  let last_ts = pace.origin_ts;
  for (const { arrival_ts, event } of deliveries) {
    const waitMs = dueAt(pace, arrival_ts) - clock.now();
    if (waitMs > 0 || waiting.length >= EVENTS_MAX) {
      const outcome = await flush(last_ts);
      if (outcome.kind === 'failed') return outcome;
    }
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) {
      const outcome = await flush(last_ts);
      return outcome.kind === 'failed' ? outcome : STOPPED;
    }
    waiting.push(event);
    last_ts = arrival_ts;
  }
  return flush(last_ts);
};
