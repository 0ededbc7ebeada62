import type { ClickHouseClient } from '@clickhouse/client';
import type { Session as ChdbSession } from 'chdb';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parameters } from './session.js';

/** How a result can be streamed; CSV comes without a line of names. */
export type StreamFormat = 'CSV' | 'JSONEachRow' | 'Parquet';

/** A query whose result comes piece by piece, as fast as the pieces are taken; who takes no more ends the query. */
export type StreamQuery = (query: string, parameters: Parameters, format: StreamFormat) => AsyncIterable<Uint8Array>;

/** Whoever takes the result sets the pace, so there is no time limit; few threads, for each holds blocks of its own. */
const SETTINGS =
  "SETTINGS max_execution_time = 0, max_threads = 2, format_csv_null_representation = '', output_format_json_quote_64bit_integers = 0, prefer_column_name_to_alias = 1";

/** Each stream has a connection of its own: the embedded engine has one stream a connection, and nothing else meanwhile. */
export const embeddedStream = (path: string): StreamQuery =>
  async function* (query, parameters, format) {
    const { Session } = await import('chdb');
    const session = new Session(path);
    try {
      if (format === 'Parquet') yield* throughFile(session, path, query, parameters);
      else
        for await (const chunk of session.queryStreamBind(`${query}\n${SETTINGS}`, { ...parameters }, { format }))
          yield chunk.raw();
    } finally {
      session.close();
    }
  };

/** A stream of the embedded engine is a file for each piece, which Parquet cannot be: it is written as one and read. */
async function* throughFile(
  session: ChdbSession,
  path: string,
  query: string,
  parameters: Parameters,
): AsyncGenerator<Uint8Array> {
  const file = join(path, `export-${randomUUID()}.parquet`);
  try {
    await session.queryBindAsync(`INSERT INTO FUNCTION file({file:String}, Parquet) ${query}\n${SETTINGS}`, {
      ...parameters,
      file,
    });
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } finally {
    await rm(file, { force: true });
  }
}

export const serverStream = (client: ClickHouseClient): StreamQuery =>
  async function* (query, parameters, format) {
    const { stream } = await client.exec({
      query: `${query}\n${SETTINGS}\nFORMAT ${format}`,
      query_params: { ...parameters },
    });
    yield* stream as AsyncIterable<Buffer>;
  };
