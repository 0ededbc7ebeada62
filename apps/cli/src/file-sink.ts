import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { WireEvent } from '#simulate';
import { noTotals, type EventSink, type SinkOutcome } from './event-sink.js';

/** NDJSON into a file; `-` is standard output. */
export class FileSink implements EventSink {
  readonly totals = noTotals();
  readonly #stream: NodeJS.WritableStream;
  #error: Error | undefined;

  constructor(path: string) {
    this.#stream = path === '-' ? process.stdout : createWriteStream(path);
    this.#stream.on('error', (error: Error) => {
      this.#error = error;
    });
  }

  async send(events: readonly WireEvent[]): Promise<SinkOutcome> {
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (!this.#stream.write(text) && this.#error === undefined)
      await once(this.#stream, 'drain').catch(() => undefined);
    if (this.#error !== undefined) return { kind: 'failed', reason: this.#error.message };
    this.totals.sent += events.length;
    this.totals.accepted += events.length;
    return { kind: 'ok' };
  }

  async close(): Promise<SinkOutcome> {
    if (this.#stream === process.stdout) return { kind: 'ok' };
    this.#stream.end();
    await finished(this.#stream).catch((error: Error) => {
      this.#error = error;
    });
    return this.#error === undefined ? { kind: 'ok' } : { kind: 'failed', reason: this.#error.message };
  }
}
