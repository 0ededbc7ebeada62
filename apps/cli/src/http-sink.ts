import type { EventsAnswer } from '#contract';
import type { WireEvent } from '#simulate';
import { BATCH_BOUNDS, LineBatch } from './batch.js';
import { noTotals, type EventSink, type SinkOutcome, type SinkTotals } from './event-sink.js';
import { postEvents, type MonitorAddress } from './monitor-client.js';

/** Posts to a monitor, in order, each batch acknowledged before the next one goes. */
export class HttpSink implements EventSink {
  readonly totals = noTotals();
  readonly #monitor: MonitorAddress;
  readonly #stop: AbortSignal;
  readonly #batch = new LineBatch(BATCH_BOUNDS);

  constructor(monitor: MonitorAddress, stop: AbortSignal) {
    this.#monitor = monitor;
    this.#stop = stop;
  }

  async send(events: readonly WireEvent[]): Promise<SinkOutcome> {
    for (const event of events) {
      const outcome = await this.sendLine(Buffer.from(JSON.stringify(event)));
      if (outcome.kind === 'failed') return outcome;
    }
    return this.flush();
  }

  /** Takes one line as it is; it may wait for a full batch or for {@link flush}. */
  async sendLine(line: Buffer): Promise<SinkOutcome> {
    const outcome: SinkOutcome = this.#batch.fits(line.length) ? { kind: 'ok' } : await this.flush();
    this.#batch.add(line);
    return outcome;
  }

  async flush(): Promise<SinkOutcome> {
    const lines = this.#batch.size;
    if (lines === 0) return { kind: 'ok' };
    const posted = await postEvents(this.#monitor, this.#batch.take(), this.#stop);
    if (posted.kind === 'failed') return posted;
    count(this.totals, lines, posted.answer, posted.tries);
    return { kind: 'ok' };
  }

  close(): Promise<SinkOutcome> {
    return this.flush();
  }
}

const count = (totals: SinkTotals, lines: number, answer: EventsAnswer, tries: number): void => {
  totals.sent += lines;
  totals.accepted += answer.accepted;
  totals.duplicates += answer.duplicates;
  totals.retries += tries - 1;
  for (const { reason } of answer.rejected) totals.rejected[reason] = (totals.rejected[reason] ?? 0) + 1;
};
