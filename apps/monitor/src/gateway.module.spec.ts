import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyPane } from '#domain';
import type { AlertDecision } from '#domain';
import { undocumented } from '../../../test/kit/documented.js';
import { startGateway, summaryOf } from '../../../test/kit/gateway-app.js';
import type { GatewayUnderTest } from '../../../test/kit/gateway-app.js';

const START = 1_790_000_000_000;
let gateway: GatewayUnderTest;
let admin: string;
let page: string;

beforeAll(async () => {
  page = await mkdtemp(join(tmpdir(), 'tallylight-page-'));
  await writeFile(join(page, 'index.html'), '<title>Tallylight</title>');
  gateway = await startGateway(page);
  admin = await gateway.token('admin');
  const { writer } = gateway;
  for (const [i, stream_id] of ['room-1', 'room-2', 'other-1'].entries()) {
    const from = START + i * 1000;
    writer.writePanes([
      { ...emptyPane(stream_id, from), revision: 1, enters: 2, online: 2, viewer_ms: 1500 },
      { ...emptyPane(stream_id, from + 2000), revision: 2, leaves: 1, online: 1, viewer_ms: 1000 },
    ]);
    writer.writeStreams([summaryOf(stream_id, from, 3)]);
  }
  await writer.flush();
});
afterAll(async () => {
  await gateway.close();
  await rm(page, { recursive: true });
});

interface Reply {
  status: number;
  type: string | null;
  headers: Headers;
  body: Record<string, unknown>;
}
const ask = async (path: string, token: string | null = admin, init: RequestInit = {}): Promise<Reply> => {
  const headers = { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...init.headers };
  const response = await fetch(gateway.url + path, { ...init, headers });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : { text }) as Record<string, unknown>,
  };
};
const post = (
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  token = admin,
  headers: Record<string, string> = {},
) => ask(path, token, { method: 'POST', body, headers: { 'Content-Type': type, ...headers } });
const isProblem = ({ type, status, body }: Reply): void => {
  expect(type).toMatch(/^application\/problem\+json/);
  expect(body).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.any(String),
  });
};

describe('who may ask', () => {
  it('401 without a valid token, before anything else is looked at', async () => {
    for (const token of [null, 'nonsense']) {
      const reply = await ask('/api/v1/streams?nonsense=1', token);
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      isProblem(reply);
    }
  });

  it('401 for an expired token', async () => {
    const token = await gateway.token('admin', ['*'], -1);
    expect((await ask('/api/v1/streams', token)).status).toBe(401);
  });

  it.each([
    ['ingest', '/api/v1/streams'],
    ['ingest', '/api/v1/definitions'],
    ['host', '/api/v1/streams/room-1'],
    ['analyst', '/api/v1/dead-letters'],
  ] as const)('403: %s asks for %s', async (role, path) => {
    const reply = await ask(path, await gateway.token(role));
    expect(reply.status).toBe(403);
    isProblem(reply);
  });

  it('404 for a stream that the token may not know of, in the words of one that does not exist', async () => {
    const token = await gateway.token('producer', ['room-*']);
    const foreign = await ask('/api/v1/streams/other-1', token);
    const absent = await ask('/api/v1/streams/room-99', token);
    expect([foreign.status, absent.status]).toEqual([404, 404]);
    expect(String(foreign.body['detail']).replace('other-1', 'room-99')).toBe(absent.body['detail']);
  });
});

describe('POST /events', () => {
  const line = '{"event_id":"e1"}';

  it('hands the bytes as they came to the intake, with the rooms of the token', async () => {
    const token = await gateway.token('ingest', ['room-*']);
    const reply = await post('/api/v1/events', line, 'application/x-ndjson; charset=utf-8', token);
    expect([reply.status, reply.body]).toEqual([200, { accepted: 1, duplicates: 0, rejected: [] }]);
    const { body, format, mayWrite } = gateway.intake.posted.at(-1)!;
    expect([body.toString(), format, mayWrite('room-9'), mayWrite('x')]).toEqual([line, 'ndjson', true, false]);
  });

  it('unpacks gzip', async () => {
    await post('/api/v1/events', gzipSync('[]'), 'application/json', admin, { 'Content-Encoding': 'gzip' });
    expect(gateway.intake.posted.at(-1)).toMatchObject({ body: Buffer.from('[]'), format: 'json_array' });
  });

  it.each([
    [415, 'text/plain', Buffer.from(line), {}],
    [415, 'application/json; charset=gbk', Buffer.from(line), {}],
    [415, 'application/json', Buffer.from(line), { 'Content-Encoding': 'br' }],
    [400, 'application/json', Buffer.from('no gzip'), { 'Content-Encoding': 'gzip' }],
    [413, 'application/x-ndjson', Buffer.alloc((10 << 20) + 1, 10), {}],
    [413, 'application/x-ndjson', gzipSync(Buffer.alloc((10 << 20) + 1, 10)), { 'Content-Encoding': 'gzip' }],
  ])('%d: %s', async (status, type, body, headers) => {
    const before = gateway.intake.posted.length;
    const reply = await post('/api/v1/events', body, type, admin, headers);
    expect(reply.status).toBe(status);
    isProblem(reply);
    expect(gateway.intake.posted).toHaveLength(before);
  });

  it('takes a body of exactly 10 MiB', async () => {
    const reply = await post('/api/v1/events', Buffer.alloc(10 << 20, 10), 'application/x-ndjson');
    expect(reply.status).toBe(200);
  });

  it.each([
    [{ kind: 'overloaded', retry_after_s: 3 }, 429],
    [{ kind: 'bad_body', detail: 'not an array' }, 400],
    [{ kind: 'too_large', detail: '50001 events' }, 413],
    [{ kind: 'forbidden', stream_id: 'x' }, 403],
  ] as const)('%j is %d', async (outcome, status) => {
    const durable = gateway.intake.outcome;
    gateway.intake.outcome = outcome;
    const reply = await post('/api/v1/events', line, 'application/x-ndjson');
    gateway.intake.outcome = durable;
    expect(reply.status).toBe(status);
    isProblem(reply);
    if (status === 429) expect(reply.headers.get('retry-after')).toBe('3');
  });
});

describe('streams', () => {
  it('are listed newest first, page by page, only those the token may know of', async () => {
    const token = await gateway.token('control_room', ['room-*']);
    const first = await ask('/api/v1/streams?limit=1&status=live', token);
    const second = await ask(`/api/v1/streams?limit=1&cursor=${String(first.body['cursor'])}`, token);
    const ids = [first, second].map(({ body }) => (body['streams'] as { stream_id: string }[]).map((s) => s.stream_id));
    expect(ids).toEqual([['room-2'], ['room-1']]);
  });

  it('one shows counts and session metrics flat beside the fields of the list', async () => {
    const { body } = await ask('/api/v1/streams/room-1');
    expect(body).toMatchObject({
      stream_id: 'room-1',
      status: 'live',
      online: 1,
      online_peak: 2,
      enters: 2,
      leaves: 1,
      viewer_seconds: 2.5,
      item_on: null,
      ignored: { duplicate: 0 },
      data: { as_of: START + 3000, quality: 'final', coverage: ['view'] },
    });
    expect(body).toHaveProperty('retention_30s');
    expect(body).toHaveProperty('repurchase_rate', null);
  });

  it('what is unknown where viewers are only counted is null, as the document says', async () => {
    const stream_id = 'counted-1';
    gateway.writer.writePanes([{ ...emptyPane(stream_id, START), revision: 1, online: 40, quality: 'reported' }]);
    gateway.writer.writeStreams([{ ...summaryOf(stream_id, START, 1), quality: 'reported', host_kind: 'virtual' }]);
    await gateway.writer.flush();
    const one = (await ask(`/api/v1/streams/${stream_id}`)).body;
    const unknown = { viewers: null, enters: null, leaves: null, timeouts: null, censored: null, at_risk: null };
    expect(one).toMatchObject({ ...unknown, leaves_by_tenure: null, host_kind: 'virtual' });
    const { body } = await ask('/api/v1/streams');
    const rows = body['streams'] as Record<string, unknown>[];
    expect(rows.find((row) => row['stream_id'] === stream_id)).toMatchObject({ viewers: null });
    const document = (await ask('/api/v1/openapi.json', null)).body as unknown as Parameters<typeof undocumented>[0];
    expect(undocumented(document, '/api/v1/streams/{stream_id}', one)).toEqual([]);
    expect(undocumented(document, '/api/v1/streams', body)).toEqual([]);
    expect(undocumented(document, '/api/v1/streams/{stream_id}', { ...one, host_kind: 7 })).not.toEqual([]);
  });

  it('metrics have a point for every step, quiet ones too', async () => {
    const { body } = await ask('/api/v1/streams/room-1/metrics?names=online,enters&by=source,item');
    expect(body['points']).toEqual([
      { ts: START, online: 2, enters: 2, by_source: {}, by_item: {} },
      { ts: START + 1000, online: 2, enters: 0, by_source: {}, by_item: {} },
      { ts: START + 2000, online: 1, enters: 0, by_source: {}, by_item: {} },
    ]);
  });

  it('metrics merge over a step and a range', async () => {
    const { body } = await ask(
      `/api/v1/streams/room-1/metrics?step=1m&from=${START}&to=${START + 2999}&names=leaves,viewers`,
    );
    expect(body).toMatchObject({ step_ms: 60_000, points: [{ leaves: 0, viewers: 0 }] });
  });

  it.each(['items', 'presentations', 'retention?by=source&cohort=60s', 'alerts', 'cues'])('%s answer', async (path) => {
    expect((await ask(`/api/v1/streams/room-1/${path}`)).status).toBe(200);
    expect((await ask(`/api/v1/streams/room-99/${path}`)).status).toBe(404);
  });

  it.each(['/rules', '/silences', '/channels', '/streams/room-1/actions'])('%s takes a limit', async (path) => {
    const { status, body } = await ask(`/api/v1${path}?limit=2`);
    const [rows] = Object.values(body) as unknown[][];
    expect(status).toBe(200);
    expect([rows!.length > 2, body['cursor'] === null]).toEqual([false, path !== '/rules']);
  });

  it('rules follow each other page by page, as they come all at once', async () => {
    const all = (await ask('/api/v1/rules')).body['rules'] as unknown[];
    const first = (await ask('/api/v1/rules?limit=3')).body;
    const rest = (await ask(`/api/v1/rules?cursor=${String(first['cursor'])}`)).body;
    expect([...(first['rules'] as unknown[]), ...(rest['rules'] as unknown[])]).toEqual(all);
    expect(rest['cursor']).toBeNull();
  });

  it('close hands the ids on, if the token may know of all of them', async () => {
    const token = await gateway.token('ingest', ['room-*']);
    const close = (stream_ids: string[]) =>
      post('/api/v1/streams/close', JSON.stringify({ stream_ids }), 'application/json', token);
    expect((await close(['room-1'])).status).toBe(200);
    expect(gateway.intake.closed).toEqual(['room-1']);
    expect((await close(['other-1'])).status).toBe(404);
  });
});

describe('what is not known or out of range is 400, and the answer says what is allowed', () => {
  it.each([
    ['/streams?colour=red', 'colour'],
    ['/streams?status=paused', 'live, ended'],
    ['/streams?limit=0', '1 to 1000'],
    ['/streams?limit=1001', '1 to 1000'],
    ['/streams?limit=1&limit=2', 'limit'],
    ['/streams?cursor=abc', 'cursor'],
    ['/streams/room-1?x=1', 'none'],
    ['/streams/room-1/metrics?names=online,nonsense', 'names'],
    ['/streams/room-1/metrics?step=500ms', 'step'],
    ['/streams/room-1/metrics?step=2h', 'step'],
    ['/streams/room-1/metrics?by=host', 'source, item'],
    ['/streams/room-1/metrics?from=10000&to=5000', 'before'],
    ['/streams/room-1/metrics?from=-5', 'from'],
    ['/streams/room-1/retention?cohort=1s', 'cohort'],
    ['/streams/room-1/alerts?since_seq=x', 'since_seq'],
    ['/dead-letters?reason=bad', 'not_json'],
    ['/definitions?x=1', 'none'],
    [`/streams/room-1/export?what=alerts&format=csv&from=${START}`, 'leave out'],
    [`/streams/room-1/export?what=presentations&format=csv&to=${START}`, 'leave out'],
    ['/streams/room-1/export?what=events&format=csv&step=1m', 'what=metrics'],
  ])('%s', async (path, word) => {
    const reply = await ask(`/api/v1${path}`);
    expect(reply.status).toBe(400);
    isProblem(reply);
    expect(reply.body['detail']).toContain(word);
  });
});

describe('every error is a problem', () => {
  it.each([
    [404, 'GET', '/api/v1/nonsense'],
    [404, 'GET', '/nonsense.js'],
    [405, 'DELETE', '/api/v1/events'],
    [405, 'PUT', '/api/v1/streams/room-1'],
    [400, 'GET', '/api/v1/streams/%zz'],
  ])('%d %s %s', async (status, method, path) => {
    const reply = await ask(path, admin, { method });
    expect(reply.status).toBe(status);
    isProblem(reply);
    if (status === 405) expect(reply.headers.get('allow')).toMatch(/POST|GET/);
  });

  it.each([
    [400, '{"label"', 'application/json'],
    [400, '{"type":"script_cue"}', 'application/json'],
    [400, '{"type":"script_cue","label":"closing","item_id":"x"}', 'application/json'],
    [415, '{"type":"script_cue","label":"closing"}', 'text/plain'],
    [413, JSON.stringify({ label: 'x'.repeat(70_000) }), 'application/json'],
  ])('%d for a cue %s', async (status, body, type) => {
    const reply = await post('/api/v1/streams/room-1/cues', body, type);
    expect(reply.status).toBe(status);
    isProblem(reply);
  });
});

describe('alerts and cues', () => {
  const decision: AlertDecision = {
    alert_id: 'a1',
    stream_id: 'room-1',
    rule: 'dropoff_spike',
    severity: 'warning',
    status: 'firing',
    started_at: START,
    detected_at: START + 1000,
    updated_at: START + 1000,
    resolved_at: null,
    item_id: null,
    presentation_id: null,
    summary: { key: 'dropoff_spike', values: {} },
    evidence: {},
    hint: null,
  };

  it('an acknowledgement is the next change, kept with who and what', async () => {
    await gateway.alerts.decide([decision]);
    const token = await gateway.token('producer', ['room-1']);
    const path = '/api/v1/streams/room-1/alerts';
    const reply = await post(`${path}/a1/ack`, '{"outcome":"acted","note":"cut"}', 'application/json', token);
    expect(reply.body).toMatchObject({ status: 'acknowledged', acked_by: 'a-producer', outcome: 'acted', seq: 2 });
    expect((await ask(`${path}/a1/resolve`, token, { method: 'POST' })).body).toMatchObject({ status: 'resolved' });
    expect((await ask(`${path}?since_seq=0`)).body['alerts']).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    expect((await ask(path)).body).toMatchObject({ alerts: [{ seq: 3, status: 'resolved' }], cursor: null });
  });

  it('an unknown alert, an unknown outcome, a role that may only look', async () => {
    const path = '/api/v1/streams/room-1/alerts';
    expect((await ask(`${path}/zz/ack`, admin, { method: 'POST' })).status).toBe(404);
    expect((await post(`${path}/a1/ack`, '{"outcome":"fine"}', 'application/json')).status).toBe(400);
    expect((await post(`${path}/a1/ack`, '{}', 'application/json', await gateway.token('analyst'))).status).toBe(403);
  });

  it('a cue goes into the log in the name of whoever made it', async () => {
    const cue = { type: 'script_cue', label: 'closing' };
    const reply = await post('/api/v1/streams/room-1/cues', JSON.stringify(cue), 'application/json');
    expect(reply.body).toEqual({ event_id: 'op:1' });
    expect(gateway.intake.cues.at(-1)).toEqual({ stream_id: 'room-1', cue, by: 'a-admin' });
  });
});

describe('beside the API', () => {
  it('health, readiness and figures need no token', async () => {
    expect((await ask('/healthz', null)).body).toEqual({ status: 'ok' });
    expect((await ask('/readyz', null)).status).toBe(200);
    gateway.readiness.ready = false;
    gateway.readiness.reasons.push('log lag 40 s');
    const reply = await ask('/readyz', null);
    gateway.readiness.ready = true;
    expect([reply.status, reply.body['detail']]).toEqual([503, 'log lag 40 s']);
    expect(String((await ask('/metrics', null)).body['text'])).toContain('tallylight_http_requests_total{method="GET"');
  });

  it('the document names every route with its schemas, and can be browsed without the internet', async () => {
    const { body } = await ask('/api/v1/openapi.json', null);
    const { paths, components } = body as { paths: Record<string, object>; components: { schemas: object } };
    expect(
      Object.entries(paths)
        .flatMap(([path, of]) => Object.keys(of).map((method) => `${method} ${path}`))
        .sort(),
    ).toMatchInlineSnapshot(`
     [
       "delete /api/v1/channels/{channel_id}",
       "delete /api/v1/silences/{silence_id}",
       "delete /api/v1/viewers/{pseudonym}",
       "get /api/v1/audit",
       "get /api/v1/channels",
       "get /api/v1/compare",
       "get /api/v1/dead-letters",
       "get /api/v1/definitions",
       "get /api/v1/items/{item_id}/history",
       "get /api/v1/rules",
       "get /api/v1/silences",
       "get /api/v1/streams",
       "get /api/v1/streams/{stream_id}",
       "get /api/v1/streams/{stream_id}/actions",
       "get /api/v1/streams/{stream_id}/alerts",
       "get /api/v1/streams/{stream_id}/cues",
       "get /api/v1/streams/{stream_id}/danmaku",
       "get /api/v1/streams/{stream_id}/export",
       "get /api/v1/streams/{stream_id}/funnel",
       "get /api/v1/streams/{stream_id}/host",
       "get /api/v1/streams/{stream_id}/host-view",
       "get /api/v1/streams/{stream_id}/items",
       "get /api/v1/streams/{stream_id}/keywords",
       "get /api/v1/streams/{stream_id}/lift",
       "get /api/v1/streams/{stream_id}/metrics",
       "get /api/v1/streams/{stream_id}/presentations",
       "get /api/v1/streams/{stream_id}/report",
       "get /api/v1/streams/{stream_id}/retention",
       "get /api/v1/streams/{stream_id}/rundown",
       "get /api/v1/streams/{stream_id}/usual",
       "get /api/v1/words",
       "post /api/v1/channels/{channel_id}/test",
       "post /api/v1/events",
       "post /api/v1/query",
       "post /api/v1/rules/backtest",
       "post /api/v1/silences",
       "post /api/v1/streams/close",
       "post /api/v1/streams/{stream_id}/actions",
       "post /api/v1/streams/{stream_id}/alerts/{alert_id}/ack",
       "post /api/v1/streams/{stream_id}/alerts/{alert_id}/resolve",
       "post /api/v1/streams/{stream_id}/cues",
       "post /api/v1/streams/{stream_id}/recount",
       "put /api/v1/channels/{channel_id}",
       "put /api/v1/rules",
       "put /api/v1/streams/{stream_id}/host-view",
       "put /api/v1/streams/{stream_id}/rundown",
       "put /api/v1/words",
     ]
    `);
    const referred = JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    for (const [, name] of referred) expect(Object.keys(components.schemas)).toContain(name);
    const docs = String((await ask('/api/docs', null)).body['text']);
    expect(docs).toContain('swagger-ui');
    expect(docs).not.toMatch(/(src|href)=["']https?:/);
  });

  it('the page answers every path that is not the API', async () => {
    for (const path of ['/', '/rooms/room-1'])
      expect((await ask(path, null, { headers: { Accept: 'text/html' } })).body['text']).toContain('Tallylight');
  });

  it('every answer has security headers, and none lets another site in', async () => {
    for (const path of ['/healthz', '/api/v1/streams', '/api/v1/nonsense']) {
      const { headers } = await ask(path, null);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});
