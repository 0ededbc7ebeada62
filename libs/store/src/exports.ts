import type { StoreClient } from './client.js';
import { jsonLines } from './json-lines.js';
import { readQuery } from './sql-files.js';
import type { Range } from './steps.js';
import type { StreamFormat } from './stream.js';

/** What is stored, whole, as bytes: read as fast as it is taken, in memory that does not grow with it. */
export class StoreExports {
  private readonly events = readQuery('export-events');
  private readonly written = readQuery('messages');

  constructor(private readonly client: StoreClient) {}

  /** Raw events by type, then by `ts`. CSV has no line of names, and what a spreadsheet would compute is marked as text. */
  eventsOf(stream_id: string, range: Range, format: StreamFormat): AsyncIterable<Uint8Array> {
    const defused = format === 'CSV' ? 1 : 0;
    return this.client.stream(this.events, { stream_id, ...range, defused }, format);
  }

  /** What viewers wrote in a session, in any order, some thousands at a time. Texts are as they were sent: redact before showing. */
  messagesOf(stream_id: string): AsyncIterable<{ ts: number; text: string }[]> {
    return jsonLines(this.client.stream(this.written, { stream_id }, 'JSONEachRow'));
  }
}
