import { Session } from 'chdb';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A ClickHouse server as far as the official client can tell: chDB, the same engine, behind ClickHouse's HTTP protocol.
 * It is for the processes of one test to share a store where no server is installed.
 */
export interface ClickHouseFront {
  /** For `CLICKHOUSE_URL`. */
  readonly url: string;
  /** From now on every request is answered with 500, or served again. */
  fail(failing: boolean): void;
  /** Rows of a query, as the engine has them. */
  rows<Row>(query: string): Promise<Row[]>;
  stop(): Promise<void>;
}

const INSERT_NATIVE = /^INSERT INTO (\w+) \(([^)]*)\)(.*) FORMAT Native$/s;

export const startClickHouseFront = async (): Promise<ClickHouseFront> => {
  const directory = mkdtempSync(join(tmpdir(), 'tallylight-clickhouse-'));
  const session = new Session(join(directory, 'store'));
  let database = 'default';
  let failing = false;
  let blocks = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const run = async (statement: string, parameters: object = {}): Promise<Uint8Array> =>
    (await session.queryBindAsync(statement, parameters, { format: 'JSONEachRow' })).bytes();

  const rows = async <Row>(query: string): Promise<Row[]> => {
    const lines = Buffer.from(await run(query))
      .toString()
      .split('\n');
    return lines.filter(Boolean).map((line) => JSON.parse(line) as Row);
  };

  /** The engine takes a block from a file only. Its columns say their types; those of a file of the same name would be remembered. */
  const insertNative = async ([, table, names, settings]: RegExpExecArray, bytes: Buffer): Promise<void> => {
    const file = join(directory, `${blocks++}.native`);
    await writeFile(file, bytes);
    const select = `SELECT ${names} FROM file({file:String}, Native)`;
    await run(`INSERT INTO ${table} (${names}) ${settings} ${select}`, { file });
    await rm(file);
  };

  const serve = async (asked: URL, body: Buffer): Promise<Uint8Array> => {
    const wanted = asked.searchParams.get('database') ?? 'default';
    if (wanted !== database) await run(`USE ${(database = wanted)}`);
    const query = asked.searchParams.get('query');
    const block = query === null ? null : INSERT_NATIVE.exec(query.trim());
    if (block !== null) return insertNative(block, body).then(() => new Uint8Array());
    const statement = query === null ? body.toString() : `${query}\n${body.toString()}`;
    const parameters = [...asked.searchParams]
      .filter(([name]) => name.startsWith('param_'))
      .map(([name, value]) => [name.slice('param_'.length), value] as const)
      .map(([name, value]) => [name, statement.includes(`{${name}:Array`) ? value : unescaped(value)]);
    return run(statement, Object.fromEntries(parameters) as object);
  };

  const server = createServer((request, response) => {
    void bodyOf(request)
      .then((body) => {
        if (failing) throw new Error('Code: 1. DB::Exception: out of order for a test. (UNSUPPORTED_METHOD)');
        const mine = turn.then(() => serve(new URL(request.url ?? '/', 'http://front'), body));
        turn = mine.catch(() => undefined);
        return mine;
      })
      .then(
        (bytes) => response.end(bytes),
        (error: Error) => response.writeHead(500).end(error.message),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (now) => (failing = now),
    rows: (query) => {
      const mine = turn.then(() => rows(query));
      turn = mine.catch(() => undefined);
      return mine as never;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await turn;
      session.cleanup();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/** A parameter as it was before the client escaped it; the engine's own binding escapes it again. */
const unescaped = (value: string): string | null =>
  value === '\\N' ? null : value.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};
