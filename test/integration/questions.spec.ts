import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openClient, StoreQuestions, StoreWriter } from '#store';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { A, B, pane, presentation, read, visit } from '../kit/stored-rows.js';
import { streamSummary, temporaryStore, type TemporaryStore } from '../kit/temporary-store.js';

const MINE = '^(?:mine)$';
let store: TemporaryStore;
let questions: StoreQuestions;

beforeAll(async () => {
  store = await temporaryStore();
  questions = new StoreQuestions(store.client);
  const writer = new StoreWriter(store.client, () => {});
  for (const stream_id of ['mine', 'theirs']) {
    const item = {
      ...{
        item_exposes: 1,
        item_clicks: 1,
        orders_created: 1,
        orders_paid: 1,
        orders_cancelled: 0,
        orders_refunded: 0,
      },
      ...{ units_paid: 1, gmv_created_minor: 5, gmv_paid_minor: 5, refund_minor: 0 },
    };
    writer.writePanes([
      pane(stream_id, 1000, { online: 2, enters: 2, viewer_ms: 2000, by_item: { tea: item } }),
      pane(stream_id, 2000, { online: 1, leaves: 1, viewer_ms: 1500 }),
    ]);
    writer.writeVisits([visit(stream_id, A, 1000, 2500), visit(stream_id, B, 1200, null)]);
    writer.writePresentations([presentation(stream_id, `${stream_id}:p`, 'tea', 1000, null)]);
    const line = { viewer: A, order_id: 'o', item_id: 'tea', quantity: 1, amount_minor: 5, currency: 'CNY' };
    const paid = { ...line, type: 'order_paid', ts: 1600, source: undefined } as const;
    writer.writeEvents([
      read(stream_id, { type: 'danmaku', ts: 1500, viewer: A, text: 'call 13812345678 now' }),
      read(stream_id, paid),
      read(stream_id, { ...paid, ts: 1700 }),
    ]);
    writer.writeStreams([streamSummary({ stream_id, first_pane: 1000, last_pane: 2000, as_of: 3000 })]);
  }
  await writer.close();
});
afterAll(() => store.discard());

const rows = async (sql: string): Promise<unknown[][]> => {
  const outcome = await questions.ask(sql, MINE);
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return outcome.rows;
};

describe('a question', () => {
  it.each<[string, unknown[][]]>([
    ['SELECT stream_id, status FROM session', [['mine', 'live']]],
    ['SELECT sum(leaves), max(online) FROM pane', [[1, 2]]],
    ['SELECT item_id, sum(orders_paid) FROM pane_item GROUP BY item_id', [['tea', 1]]],
    ['SELECT count(), uniqExact(viewer) FROM visit', [[2, 2]]],
    ['SELECT item_id, begins, ends FROM presentation', [['tea', 1000, null]]],
    ["SELECT text FROM event WHERE text != ''", [['call *********** now']]],
    ["SELECT count(), countIf(type = 'order_paid') FROM event", [[3, 2]]],
    ['SELECT ts, amount_minor FROM order_line', [[1600, 5]]],
    ['WITH busy AS (SELECT ts FROM pane WHERE enters > 0) SELECT * FROM busy', [[1000]]],
    ['SELECT v.viewer = e.viewer FROM visit AS v INNER JOIN event AS e USING (viewer) LIMIT 1', [[1]]],
    ['SELECT ts FROM pane WHERE ts IN (SELECT begins FROM presentation)', [[1000]]],
    [
      'SELECT ts, sum(leaves) OVER (ORDER BY ts) FROM pane ORDER BY ts DESC',
      [
        [2000, 1],
        [1000, 0],
      ],
    ],
    ['SELECT max(ts) FROM (SELECT ts FROM pane UNION ALL SELECT begins FROM presentation); -- done', [[2000]]],
    ['SELECT * EXCEPT (details) FROM alert', []],
    ['SELECT quantileExact(0.5)(online) AS "half way" FROM pane', [[2]]],
  ])('%s', async (sql, expected) => expect(await rows(sql)).toEqual(expected));

  it('says where its rows were too many', async () => {
    const many = 'SELECT arrayJoin(range(10001)) AS n FROM session';
    const outcome = await questions.ask(many, MINE);
    expect(outcome).toMatchObject({ kind: 'answered', truncated: true });
    expect(await questions.ask(`${many} LIMIT 10000`, MINE)).toMatchObject({ truncated: false });
  });

  it('is answered with the columns that its page lists', async () => {
    const page = readFileSync(new URL('../../docs/views.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^## `(\w+)`\n[\s\S]*?(?=^## |$(?![\s\S]))/gm)].map(([section, view]) => ({
      view: view!,
      columns: [...section.matchAll(/^\| `(\w+)`/gm)].map(([, column]) => column),
    }));
    expect(listed.length).toBe(10);
    for (const { view, columns } of listed) {
      const outcome = await questions.ask(`SELECT * FROM ${view} LIMIT 0`, MINE);
      if (outcome.kind === 'refused') throw new Error(outcome.reason);
      expect([view, outcome.columns.map(({ name }) => name)]).toEqual([view, columns]);
    }
  });
});

/** Each was tried for real: what is refused is refused with a reason, and none shows anything of the other room. */
describe('an attack', () => {
  it.each([
    // other rooms, and what lies beneath the views
    'SELECT * FROM panes',
    'SELECT * FROM default.panes',
    'SELECT * FROM `default`.`panes`',
    'SELECT * FROM `default.panes`',
    'SELECT * FROM "panes"',
    'WITH panes AS (SELECT * FROM panes) SELECT * FROM panes',
    'WITH pane AS (SELECT * FROM panes) SELECT * FROM pane',
    'WITH RECURSIVE p AS (SELECT * FROM visits UNION ALL SELECT * FROM p) SELECT * FROM p',
    'SELECT (SELECT count() FROM events)',
    'SELECT ts IN panes FROM pane',
    'SELECT ts IN default.panes FROM pane',
    'SELECT ts NOT IN (panes) FROM pane',
    'SELECT ts GLOBAL IN panes FROM pane',
    'SELECT in(ts, panes) FROM pane',
    'SELECT notIn(ts, panes) FROM pane',
    'SELECT nullIn(ts, panes) FROM pane',
    'SELECT 1 FROM pane JOIN visits ON 1 = 1',
    "SELECT * FROM events_with_effect(stream_id = 'theirs')",
    'SELECT * FROM audit',
    'SELECT * FROM dead_letters',
    'SELECT * FROM migrations',
    'SELECT {rooms:String}',
    'SELECT * FROM pane WHERE match(stream_id, {rooms:String})',
    // system tables and the engine's own state
    'SELECT * FROM system.tables',
    'SELECT * FROM system.processes',
    'SELECT * FROM information_schema.tables',
    'SELECT currentUser()',
    'SELECT hostName(), version(), uptime()',
    "SELECT getSetting('max_threads')",
    'SELECT @@version',
    "SELECT getMacro('x')",
    'SELECT serverUUID()',
    'SELECT currentDatabase()',
    'SELECT filesystemAvailable()',
    // files
    "SELECT * FROM file('/etc/passwd', LineAsString)",
    "SELECT file('/etc/passwd')",
    "SELECT 1 INTO OUTFILE '/tmp/tallylight-attack'",
    "SELECT 1) INTO OUTFILE '/tmp/tallylight-attack' --",
    "SELECT 1 FROM INFILE '/etc/passwd'",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM `/etc/passwd`',
    "SELECT * FROM sqlite('/tmp/x', 't')",
    "SELECT * FROM executable('cat /etc/passwd', LineAsString, 'x String')",
    "SELECT catboostEvaluate('/etc/passwd', 1)",
    // other machines
    "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
    "SELECT * FROM s3('http://127.0.0.1:1/a.csv')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
    "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT reverseDNSQuery('127.0.0.1')",
    // table functions at large
    'SELECT * FROM numbers(10)',
    "SELECT * FROM merge('default', '.*')",
    'SELECT * FROM view(SELECT * FROM panes)',
    "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
    'SELECT * FROM (EXPLAIN SELECT * FROM panes)',
    'SELECT * FROM (SHOW TABLES)',
    'SELECT * FROM (DESCRIBE TABLE panes)',
    "SELECT * FROM values('a Int8', 1)",
    "SELECT * FROM format(CSV, '1')",
    "SELECT * FROM input('a Int8')",
    'SELECT * FROM loop(default.panes)',
    "SELECT * FROM generateRandom('a Int8')",
    "SELECT * FROM dictionary('d')",
    // dictionaries, joins, user functions
    "SELECT dictGet('d', 'a', 1)",
    "SELECT joinGet('panes', 'online', 1)",
    "SELECT joinGet('default.panes', 'online', 1)",
    'SELECT * APPLY (file) FROM session',
    "SELECT COLUMNS('title') APPLY file FROM session",
    // settings and time
    'SELECT 1 SETTINGS readonly = 0',
    'SELECT * FROM (SELECT 1 SETTINGS max_memory_usage = 0)',
    'SET max_execution_time = 0',
    'SELECT sleep(3)',
    'SELECT sleepEachRow(1) FROM pane',
    "SELECT throwIf(1, 'x')",
    // not one SELECT
    '',
    ';',
    'SELECT 1; SELECT 2',
    'SELECT 1; DROP TABLE panes',
    'DROP TABLE panes',
    'INSERT INTO panes SELECT * FROM panes',
    'CREATE TABLE x (a Int8) ENGINE = Memory',
    'CREATE FUNCTION f AS x -> x',
    'ALTER TABLE panes DELETE WHERE 1',
    'TRUNCATE TABLE panes',
    'OPTIMIZE TABLE panes',
    'SYSTEM SHUTDOWN',
    'KILL QUERY WHERE 1',
    'GRANT ALL ON *.* TO x',
    'ATTACH TABLE x',
    "BACKUP TABLE panes TO File('/tmp/x')",
    'SHOW TABLES',
    'DESCRIBE panes',
    'EXISTS TABLE panes',
    'EXPLAIN SELECT 1',
    'USE system',
    'SELECT 1 FORMAT JSON',
    'SELECT 1 PARALLEL WITH SELECT 2',
    'SELECT 1) UNION ALL SELECT * FROM panes --',
    'SELECT 1) SETTINGS readonly = 0 --',
    'SELECT 1 /* ',
    // names that would break the lines of the printed tree
    'SELECT `a\\n TableIdentifier b` FROM panes',
    'SELECT 1 AS `a\n                 Identifier b`, ts IN panes FROM pane',
    'SELECT "x\n" FROM pane',
  ])('%s', async (sql) => {
    const outcome = await questions.ask(sql, MINE);
    expect(outcome.kind).toBe('refused');
    if (outcome.kind === 'refused') {
      expect(outcome.reason).not.toBe('');
      expect(outcome.reason).not.toMatch(/theirs'|match\(stream_id/);
    }
  });

  it.each([
    "SELECT count() FROM pane WHERE stream_id = 'theirs'",
    "SELECT count() FROM session WHERE stream_id != 'mine'",
    "WITH streams AS (SELECT 'theirs' AS stream_id) SELECT countIf(stream_id = 'theirs') FROM pane",
    "WITH session AS (SELECT 'theirs' AS stream_id) SELECT countIf(pane.stream_id = 'theirs') FROM pane, session",
    "SELECT countIf(stream_id = 'theirs') FROM (SELECT stream_id FROM event UNION ALL SELECT stream_id FROM order_line UNION ALL SELECT stream_id FROM visit UNION ALL SELECT stream_id FROM presentation UNION ALL SELECT stream_id FROM alert UNION ALL SELECT stream_id FROM action UNION ALL SELECT stream_id FROM pane_item UNION ALL SELECT stream_id FROM pane_source)",
    "SELECT count() FROM pane WHERE 1 = 1 OR stream_id = 'theirs' HAVING count() > 2 OR count() = 0",
  ])('%s finds nothing', async (sql) => {
    const outcome = await questions.ask(sql, MINE);
    if (outcome.kind === 'answered') expect(outcome.rows.flat().filter((value) => value !== 0)).toEqual([]);
  });

  it.each([
    'SELECT length(groupArray(toString(n))) FROM (SELECT arrayJoin(range(100000000)) AS n FROM session)',
    'SELECT count() FROM (SELECT arrayJoin(range(100000000)) AS n FROM session) AS a, (SELECT arrayJoin(range(100000000)) AS n FROM session) AS b WHERE sipHash64(a.n, b.n) = 1',
    "SELECT arrayMap(x -> concat('a', toString(x)), range(5000000)) FROM session",
  ])('%s ends at its limit of time, memory or size, and the next question is answered', async (sql) => {
    expect(await questions.ask(sql, MINE)).toMatchObject({ kind: 'refused' });
    expect(await rows('SELECT count() FROM session')).toEqual([[1]]);
  });
});

describe('a store that cannot answer anybody', () => {
  it.each([
    'Code: 516. DB::Exception: default: Authentication failed. (AUTHENTICATION_FAILED)',
    'Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)',
    '<html>502 Bad Gateway</html>',
    null,
  ])('is not the question’s fault: the failure is thrown, where the server says %s', async (said) => {
    let isUp = true;
    const server = createServer((_, response) => {
      if (isUp) response.end();
      else if (said === null) response.destroy();
      else response.writeHead(500).end(said);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = await openClient({ kind: 'server', url, user: 'default', password: '', database: 'd' });
    isUp = false;
    try {
      await expect(new StoreQuestions(client).ask('SELECT 1', MINE)).rejects.toThrow();
    } finally {
      await client.close();
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('what a read that failed had written', () => {
  it('is not the next one’s', async () => {
    // The embedded engine keeps what a query printed before it failed, and prints it before the next answer.
    const breaks = 'SELECT number, throwIf(number = 3000000) FROM numbers(10000000)';
    for (let i = 0; i < 4; i++) {
      await expect(store.client.read(breaks)).rejects.toThrow();
      expect(await store.client.read('SELECT 7 AS seven')).toEqual([{ seven: 7 }]);
    }
  });
});
