import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ClickHouseConfig } from '#config';
import type { NativeRows } from './native-block.js';
import { Session, withInsertSettings, type Parameters as QueryParameters } from './session.js';
import { embeddedStream, serverStream, type StreamQuery } from './stream.js';

/** Where rows are kept: embedded chDB in a directory of its own, or a ClickHouse server. */
export type StorePlace =
  { readonly kind: 'embedded'; readonly path: string } | ({ readonly kind: 'server' } & ClickHouseConfig);

/** The store cannot be opened; the message is one line that names the place and the cause. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/**
 * An open store. Writing has connections of its own: behind long reads on the same ones an insert waits until they are
 * over. Reads go to whichever of the other connections has least to do.
 */
export interface StoreClient {
  readonly write: Session;
  /** For what people ask in words of their own: however long it takes, no other reading waits for it. */
  readonly questions: Session;
  insertNative(rows: NativeRows): Promise<void>;
  read<Row>(query: string, parameters?: QueryParameters): Promise<Row[]>;
  readonly stream: StreamQuery;
  /** Whether the store answers. */
  healthy(): Promise<boolean>;
  close(): Promise<void>;
}

const EMBEDDED_READERS = 3;
/** Below the server's `keep_alive_timeout` (3 s in old releases, 10 s or more since), else a request meets a socket just closed. */
const IDLE_SOCKET_MS = 2_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Of a server, for each of: writing, reading, what people ask in words of their own. What is beyond waits for one of them. */
const SOCKETS = 10;
/** And for rows that are streamed, which may wait for the writer: one that had to wait for another of them might for good. */
const STREAMS_MAX = 100;

/** The client and chDB each carry a copy of this type; they differ only in how an absent setting is written. */
type OfficialConnection = Exclude<NonNullable<Parameters<typeof createClient>[0]>['connection'], undefined>;

/** Opens the store, or rejects with {@link StoreUnavailable}. Embedded: the directory is made where it is missing, and locked. */
export const openClient = (place: StorePlace): Promise<StoreClient> =>
  place.kind === 'embedded' ? openEmbedded(place.path) : openServer(place);

const openEmbedded = async (path: string): Promise<StoreClient> => {
  // The engine is 160 MB of memory, which whoever has a server need not carry.
  const { createChdbConnection } = await import('chdb/connection');
  const connect = (): Session =>
    new Session(createClient({ connection: createChdbConnection({ path }) as unknown as OfficialConnection }), true);
  const sessions: Session[] = [];
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new StoreUnavailable(`The store directory ${path} cannot be written: ${messageOf(error)}`);
  }
  try {
    for (let i = 0; i <= EMBEDDED_READERS + 1; i++) sessions.push(connect());
  } catch (error) {
    await Promise.all(sessions.map((session) => session.close()));
    throw new StoreUnavailable(
      `The store directory ${path} cannot be opened: another process has it open, or it is damaged (${messageOf(error)})`,
    );
  }
  const [write, questions, ...readers] = sessions as [Session, Session, ...Session[]];
  const insert = (rows: NativeRows): Promise<void> => insertThroughFile(write, join(path, 'batch.native'), rows);
  return storeClient(write, questions, readers, insert, embeddedStream(path));
};

/** The embedded engine takes a block only from a file; there is one, as there is one writer. */
const insertThroughFile = async (write: Session, file: string, rows: NativeRows): Promise<void> => {
  const names = namesOf(rows);
  const structure = rows.columns.map(([name, type]) => `\`${name}\` ${type}`).join(', ');
  await writeFile(file, rows.bytes);
  await write.run(
    withInsertSettings(
      `INSERT INTO ${rows.table} (${names}) SELECT ${names} FROM file({file:String}, Native, {structure:String})`,
    ),
    { file, structure },
  );
  await rm(file, { force: true });
};

const namesOf = ({ columns }: NativeRows): string => columns.map(([name]) => `\`${name}\``).join(', ');

const openServer = async (place: ClickHouseConfig): Promise<StoreClient> => {
  const connect = (database: string, max_open_connections = SOCKETS): ClickHouseClient =>
    createClient({
      url: place.url,
      max_open_connections,
      username: place.user,
      password: place.password,
      database,
      request_timeout: REQUEST_TIMEOUT_MS,
      log: { level: ClickHouseLogLevel.OFF },
      keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS },
    });
  await createDatabase(connect('default'), place);
  const writer = connect(place.database);
  const streams = connect(place.database, STREAMS_MAX);
  const insert = async (rows: NativeRows): Promise<void> => {
    const { stream } = await writer.exec({
      query: `${withInsertSettings(`INSERT INTO ${rows.table} (${namesOf(rows)})`)} FORMAT Native`,
      values: Readable.from([rows.bytes], { objectMode: false }),
    });
    stream.resume();
  };
  const [questions, reader] = [new Session(connect(place.database)), new Session(connect(place.database))];
  const client = storeClient(new Session(writer), questions, [reader], insert, serverStream(streams));
  return { ...client, close: async () => void (await Promise.all([client.close(), streams.close()])) };
};

const createDatabase = async (client: ClickHouseClient, place: ClickHouseConfig): Promise<void> => {
  try {
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${place.database}` });
  } catch (error) {
    throw new StoreUnavailable(
      `The ClickHouse server ${place.url} cannot be used as ${place.user}: ${messageOf(error)}; check CLICKHOUSE_URL, CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`,
    );
  } finally {
    await client.close();
  }
};

const storeClient = (
  write: Session,
  questions: Session,
  readers: readonly Session[],
  insertNative: (rows: NativeRows) => Promise<void>,
  stream: StreamQuery,
): StoreClient => {
  const running = readers.map(() => 0);
  const read = async <Row>(query: string, parameters: QueryParameters = {}): Promise<Row[]> => {
    const reader = running.indexOf(Math.min(...running));
    running[reader]!++;
    try {
      return await readers[reader]!.rows<Row>(query, parameters);
    } finally {
      running[reader]!--;
    }
  };
  return {
    write,
    questions,
    insertNative,
    read,
    stream,
    healthy: () =>
      read('SELECT 1').then(
        () => true,
        () => false,
      ),
    close: async () => {
      await Promise.all([...new Set([write, questions, ...readers])].map((session) => session.close()));
    },
  };
};

/** First line of an error's message, with what the network said where the message is empty (Node's AggregateError). */
const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]!.trim();
};
