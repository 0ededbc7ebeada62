import type { StoreClient } from './client.js';
import { jsonLines } from './json-lines.js';
import { readQuery } from './sql-files.js';
import type { Range } from './steps.js';
import type { StreamFormat } from './stream.js';

/** What was written so often, and last at `last_ts`, ms, as it was sent: redact before showing. */
export interface WrittenText {
  text: string;
  /** In the parts that were asked for? */
  is_asked: 0 | 1;
  messages: number;
  last_ts: number;
}

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

  /** What viewers wrote in parts of a session and in the rest of it, in any order, some thousands of texts at a time. */
  messagesOf(stream_id: string, parts: readonly Range[]): AsyncIterable<WrittenText[]> {
    const [begins, ends] = [parts.map(({ from }) => from), parts.map(({ to }) => to)];
    return jsonLines(this.client.stream(this.written, { stream_id, begins, ends }, 'JSONEachRow'));
  }
}
