import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { emptyPane, type ReadEvent } from '#domain';
import { openClient, StoreReader, StoreUnavailable, StoreWriter } from '#store';
import { temporaryStore, type TemporaryStore } from '../kit/temporary-store.js';

const ROOT = new URL('../../', import.meta.url).pathname;

const startChild = (path: string, ...more: string[]): ChildProcess =>
  spawn(
    process.execPath,
    ['--import', join(ROOT, 'test/kit/typescript.mjs'), join(ROOT, 'test/kit/store-child.ts'), path, ...more],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_OPTIONS: '' } },
  );

const printed = async (child: ChildProcess, enough: (lines: readonly string[]) => boolean): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (enough(lines)) break;
  }
  return lines;
};

describe('one open embedded store', () => {
  let store: TemporaryStore;
  beforeAll(async () => {
    store = await temporaryStore();
  });
  afterAll(() => store.discard());

  // chDB's adapter turns clickhouse_settings into a SET that stays: an insert with a deduplication token made the next one vanish.
  it('keeps no setting of a statement for the next one', async () => {
    const { write } = store.client;
    await write.run(
      'CREATE TABLE tokens (n Int64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100',
    );
    await write.run(`INSERT INTO tokens SETTINGS insert_deduplication_token = 'once' VALUES (1)`);
    await write.run('INSERT INTO tokens VALUES (2)');
    await write.run(`INSERT INTO tokens SETTINGS insert_deduplication_token = 'once' VALUES (3)`);
    expect(await write.rows('SELECT n FROM tokens ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
    const changed = `SELECT name FROM system.settings WHERE changed
      AND name IN ('async_insert', 'optimize_on_insert', 'max_execution_time', 'insert_deduplication_token')`;
    await write.insertJson('migrations', JSON.stringify({ number: 0, name: 'none' }));
    // The reading statement itself carries max_execution_time.
    expect(await write.rows(changed)).toEqual([{ name: 'max_execution_time' }]);
  });

  it('never hands settings to the client', () => {
    const sources = join(ROOT, 'libs/store/src');
    const users = readdirSync(sources)
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /clickhouse_settings\s*:/.test(readFileSync(join(sources, file), 'utf8')));
    expect(users).toEqual([]);
  });

  // On one connection an insert waited for a 2.4 s query before it.
  it('stores rows while a long read is under way', async () => {
    const done: string[] = [];
    const slow = store.client.read('SELECT sleepEachRow(1) FROM numbers(2)').then(() => done.push('read'));
    const writer = new StoreWriter(store.client, () => undefined);
    writer.writePanes([emptyPane('meanwhile', 0)]);
    await writer.flush().then(() => done.push('insert'));
    await slow;
    expect(done).toEqual(['insert', 'read']);
  });

  it('answers that it is healthy', async () => {
    expect(await store.client.healthy()).toBe(true);
  });

  it('refuses a second process with the name of the directory', async () => {
    const [line] = await printed(startChild(store.path, 'open'), (lines) => lines.length > 0);
    expect(line).toMatch(/^StoreUnavailable: /);
    expect(line).toContain(store.path);
    expect(line).toContain('another process');
  }, 30_000);
});

describe('a process killed while it inserts', () => {
  it('loses nothing that was flushed, and leaves no row twice', async () => {
    const path = mkdtempSync(join(tmpdir(), 'tallylight-kill-'));
    for (let round = 1; round <= 2; round++) {
      const child = startChild(path);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      const flushed = Number((await printed(child, (lines) => lines.length >= 3 * round)).at(-1));
      child.kill('SIGKILL');
      await gone;
      const client = await openClient({ kind: 'embedded', path });
      const reader = new StoreReader(client);
      const positions: number[] = [];
      for await (const { position } of reader.rawEvents('s')) positions.push(position);
      await client.close();
      expect(positions.length).toBeGreaterThanOrEqual(flushed);
      expect(positions).toEqual(positions.map((_, i) => i + 1));
    }
    rmSync(path, { recursive: true, force: true });
  }, 60_000);
});

describe('a ClickHouse server', () => {
  let server: Server;
  let url: string;
  const requests: { url: string; body: Buffer }[] = [];
  const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  beforeAll(async () => {
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        requests.push({ url: decodeURIComponent(request.url!.replaceAll('+', ' ')), body });
        const refused = request.headers.authorization?.includes(Buffer.from('wrong:').toString('base64').slice(0, 7));
        response.statusCode = refused === true ? 403 : 200;
        response.end(
          refused === true ? 'Code: 516. DB::Exception: wrong: Authentication failed. (AUTHENTICATION_FAILED)' : '',
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const place = (changes: object) => ({
    kind: 'server' as const,
    url,
    user: 'u',
    password: '',
    database: 'tallylight',
    ...changes,
  });
  const refusal = async (changes: object): Promise<string> => {
    const error: unknown = await openClient(place(changes)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnavailable);
    return (error as Error).message;
  };

  it('that is not there is refused in one line with its address', async () => {
    const message = await refusal({ url: 'http://127.0.0.1:9' });
    expect(message).toContain('http://127.0.0.1:9');
    expect(message).not.toContain('\n');
  });

  it('that does not know the user is refused in one line with the user', async () => {
    const message = await refusal({ user: 'wrong' });
    expect(message).toContain('as wrong');
    expect(message).toContain('Authentication failed');
    expect(message).not.toContain('\n');
  });

  it('gets settings in the statement and events as a block of columns', async () => {
    const client = await openClient(place({}));
    const writer = new StoreWriter(client, () => undefined);
    const event: ReadEvent = {
      event: { type: 'leave', stream_id: 's', event_id: 'e', ts: 1, viewer: { hi: -1, lo: -1 } },
      input: 'journal',
      position: 0,
      append_ts: 1,
      lateness: 'on_time',
      effective_ts: 1,
    };
    writer.writeEvents([event]);
    await writer.flush();
    await client.close();
    const insert = requests.at(-1)!;
    expect(insert.url).toContain('INSERT INTO events');
    expect(insert.url).toContain('SETTINGS async_insert = 0');
    expect(insert.url).toContain('FORMAT Native');
    expect(insert.body.subarray(1, 12)).toEqual(Buffer.from('\x01\x09stream_id'));
  });
});
