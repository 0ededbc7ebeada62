import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOfText } from './json-lines.js';

/** Values of a statement's `{name:Type}` parameters. */
export type Parameters = Readonly<Record<string, string | number | null | readonly number[] | readonly string[]>>;

/** Longest a read may run; a query that its caller gave up on would run on otherwise. */
const READ_TIMEOUT_S = 30;
/**
 * 64-bit integers come as JSON numbers: all of ours are below 2^53, and viewers are read as hex. In `sum(leaves) AS leaves`
 * another `leaves` means the column.
 */
const READ_SETTINGS = `SETTINGS max_execution_time = ${READ_TIMEOUT_S}, output_format_json_quote_64bit_integers = 0, prefer_column_name_to_alias = 1`;
/**
 * We batch ourselves, so the server's own batching (on by default) is off. Rows of one key are told apart on reading, not
 * already on inserting: that alone costs a quarter of an insert.
 */
const INSERT_SETTINGS = 'SETTINGS async_insert = 0, optimize_on_insert = 0';

/** A result with the names and types of its columns. */
export interface Table {
  readonly columns: { name: string; type: string }[];
  readonly rows: unknown[][];
}

/**
 * One connection to ClickHouse, embedded or a server: statements on it run as if one after another.
 *
 * Settings are written into each statement. `clickhouse_settings` of the client is never used: chDB's adapter turns it
 * into a SET that persists on the connection, and a later insert was dropped by an earlier one's deduplication token.
 */
export class Session {
  private tail: Promise<unknown> = Promise.resolve();

  /** `isEmbedded`: what a query that failed had written by then comes before the next query's answer, unless it is taken away. */
  constructor(
    private readonly client: ClickHouseClient,
    private readonly isEmbedded = false,
  ) {}

  async run(statement: string, parameters: Parameters = {}): Promise<void> {
    await this.client.command({ query: statement, query_params: { ...parameters } });
  }

  async rows<Row>(query: string, parameters: Parameters = {}): Promise<Row[]> {
    const lines = await this.answer(async () => {
      const query_params = { ...parameters };
      const format = 'JSONEachRow';
      const answer = await this.client.query({ query: `${query}\n${READ_SETTINGS}`, format, query_params });
      return answer.text();
    });
    return rowsOfText<Row>(lines);
  }

  /** Rows as lists, with their columns; the query brings its own settings. */
  table(query: string, parameters: Parameters = {}): Promise<Table> {
    return this.answer(async () => {
      const query_params = { ...parameters };
      const answer = await this.client.query({ query, format: 'JSONCompact', query_params });
      const { meta = [], data } = await answer.json<unknown[]>();
      return { columns: meta, rows: data };
    });
  }

  /** Inserts rows that are JSON objects already written out, one a line; columns that a row lacks take their default. */
  async insertJson(table: string, lines: string): Promise<void> {
    await this.client.command({ query: `INSERT INTO ${table} ${INSERT_SETTINGS} FORMAT JSONEachRow\n${lines}` });
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** The engine answers one query after the other; so that nothing comes between a failure and its clearing away, so do we. */
  private answer<T>(read: () => Promise<T>): Promise<T> {
    if (!this.isEmbedded) return read();
    const mine = this.tail.then(() => this.readOrClear(read));
    this.tail = mine.catch(() => undefined);
    return mine;
  }

  private async readOrClear<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      const leftover = await this.client.query({ query: 'SELECT 1', format: 'TabSeparated' });
      await leftover.text();
      throw error;
    }
  }
}

export const withInsertSettings = (insert: string): string => `${insert} ${INSERT_SETTINGS}`;
