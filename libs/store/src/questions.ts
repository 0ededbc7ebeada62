import type { StoreClient } from './client.js';
import { faultIn } from './question-check.js';
import type { Table } from './session.js';
import { readView } from './sql-files.js';

/** What came of a question: its rows (at most the limit), or what is wrong with it, in one line. */
export type QuestionOutcome = ({ kind: 'answered'; truncated: boolean } & Table) | { kind: 'refused'; reason: string };

/** What may be asked, each a file in `views` and a section of docs/views.md. */
const VIEWS = [
  'action',
  'alert',
  'event',
  'order_line',
  'pane',
  'pane_item',
  'pane_source',
  'presentation',
  'session',
  'visit',
] as const;
const QUESTION_ROWS_MAX = 10_000;
const SECONDS_MAX = 10;
const MEMORY_BYTES_MAX = 1_000_000_000;
const ANSWER_BYTES_MAX = 32 << 20;

const SETTINGS = `SETTINGS max_execution_time = ${SECONDS_MAX}, timeout_overflow_mode = 'throw',
  max_memory_usage = ${MEMORY_BYTES_MAX}, max_result_bytes = ${ANSWER_BYTES_MAX}, result_overflow_mode = 'throw',
  max_threads = 2, max_ast_elements = 5000, output_format_json_quote_64bit_integers = 0,
  query_plan_remove_redundant_sorting = 0, readonly = 1`;

const AS_WRITTEN = 'SELECT formatQuery({sql:String}) AS sql';
/** In a subquery only a SELECT can stand: nothing that writes, and no INTO OUTFILE and no FORMAT. */
const AS_SUBQUERY = "SELECT formatQueryOrNull(concat('SELECT * FROM (\\n', {sql:String}, '\\n)')) AS sql";
const TABLES = 'SELECT name FROM system.tables WHERE database = currentDatabase()';

/**
 * Answers one read-only statement over `views/*.sql`, each bound to the rooms asked for.
 *
 * The statement is read by ClickHouse itself, never by us: it is written out anew from its syntax tree (so comments, odd
 * quotes and second statements are gone), must be able to stand as a subquery, and its tree may hold only what
 * {@link faultIn} knows to be harmless. The views stand before it as named subqueries under names that no table has, so a
 * name that they do not cover leads nowhere.
 */
export class StoreQuestions {
  private readonly views = VIEWS.map((name) => `${name} AS (\n${readView(name)}\n)`).join(',\n');

  constructor(private readonly client: StoreClient) {}

  /** `rooms`: a regular expression (RE2) that stream ids must match. Rejects where the store cannot answer anybody. */
  async ask(sql: string, rooms: string): Promise<QuestionOutcome> {
    const { questions } = this.client;
    try {
      const [written] = await questions.rows<{ sql: string }>(AS_WRITTEN, { sql });
      const statement = written!.sql;
      const fault = hasOddName(statement)
        ? 'quoted names may hold no backslash and no line break'
        : await this.faultOf(statement);
      if (fault !== null) return { kind: 'refused', reason: fault };
      const limited = `WITH ${this.views}\nSELECT * FROM (\n${statement}\n)\nLIMIT ${QUESTION_ROWS_MAX + 1}\n${SETTINGS}`;
      const { columns, rows } = await questions.table(limited, { rooms });
      const truncated = rows.length > QUESTION_ROWS_MAX;
      return { kind: 'answered', columns, rows: rows.slice(0, QUESTION_ROWS_MAX), truncated };
    } catch (error) {
      if (!isOfStatement(error)) throw error;
      return { kind: 'refused', reason: reasonOf(error) };
    }
  }

  private async faultOf(statement: string): Promise<string | null> {
    const { questions } = this.client;
    const [wrapped] = await questions.rows<{ sql: string | null }>(AS_SUBQUERY, { sql: statement });
    if (typeof wrapped?.sql !== 'string') return 'only one SELECT is allowed, without INTO OUTFILE and FORMAT';
    const [ast, tables] = await Promise.all([
      questions.rows<{ explain: string }>(`SELECT explain FROM (EXPLAIN AST ${wrapped.sql})`),
      questions.rows<{ name: string }>(TABLES),
    ]);
    return faultIn(
      ast.map(({ explain }) => explain),
      new Set(tables.map(({ name }) => name)),
    );
  }
}

/** A name with an escape in it would break the lines of the printed tree. Texts are passed over: they may hold anything. */
const hasOddName = (statement: string): boolean =>
  [...statement.matchAll(/'(?:[^'\\]|\\.|'')*'|`((?:[^`\\]|\\.|``)*)`/gs)].some(([, name]) => name?.includes('\\'));

/** What the engine says of itself, whatever the statement. */
const OF_STORE: ReadonlySet<unknown> = new Set([
  'AUTHENTICATION_FAILED',
  'NETWORK_ERROR',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
]);

/**
 * An error with a number is the engine's, and its statement the cause; all others are of the way there. The client and chDB
 * each carry a copy of the engine's class of errors, so it is known by what it holds.
 */
const isOfStatement = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  /^\d+$/.test(String(error.code)) &&
  !('type' in error && OF_STORE.has(error.type));

/** The engine's own words, without the statement that it repeats: ours stands around the asker's. */
const reasonOf = ({ message }: Error): string =>
  message
    .replace(/(?:[:.,]?\s*)(in scope|while executing|while processing|stack trace|\(version)[\s\S]*$/i, '')
    .slice(0, 300);
