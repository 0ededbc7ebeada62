import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mintToken } from '#auth';
import type { EventsAnswer, Problem } from '#contract';
import type { DeadLetter, RejectReason } from '#domain';
import { ADMIN_TOKEN, type MonitorUnderTest, startMonitorApp } from '../kit/monitor-app.js';

const SECRET = 'the-secret-under-bad-input';
const NOW = Date.now();
type Body = NonNullable<RequestInit['body']>;
const FLUSHED_WITHIN_MS = 20_000;

let monitor: MonitorUnderTest;
beforeAll(async () => {
  monitor = await startMonitorApp(NOW, { AUTH_JWT_SECRET: SECRET });
}, 60_000);
afterAll(() => monitor.stop());

let made = 0;
const event = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{
    event_id: `e${made++}`,
    type: 'danmaku',
    stream_id: 'bad',
    ts: NOW - 5000,
    viewer_id: 'secret-viewer',
    text: 'hi',
  },
  ...fields,
});
const lineOf = (fields: Record<string, unknown> = {}): string => JSON.stringify(event(fields));

const send = (body: Body, headers: Record<string, string> = {}): Promise<Response> =>
  monitor.fetch('/api/v1/events', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
const post = async (body: Body, headers: Record<string, string> = {}): Promise<EventsAnswer> => {
  const answer = await send(body, headers);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EventsAnswer;
};

/** The answer is a problem of this status, in the form of RFC 9457. */
const expectProblem = async (answer: Response, status: number): Promise<Problem> => {
  const text = await answer.text();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    expect.stringMatching(/^application\/problem\+json/),
  ]);
  const problem = JSON.parse(text) as Problem;
  expect(problem).toEqual({ type: expect.any(String), title: expect.any(String), status, detail: expect.any(String) });
  expect(text).not.toMatch(/node_modules|\.ts:|\.js:|SELECT /);
  return problem;
};

const isAlive = async (): Promise<void> => expect((await monitor.fetch('/healthz')).status).toBe(200);
const taken = async (): Promise<number> => {
  const figures = await (await monitor.fetch('/metrics')).text();
  return Number(/^tallylight_events_accepted_total (\d+)$/m.exec(figures)?.[1] ?? Number.NaN);
};

describe('a record that breaks the rules', () => {
  const deep = `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`;
  const cases: [RejectReason, string, string | Uint8Array][] = [
    ['not_json', 'no JSON', 'hello'],
    ['not_json', 'half an object', '{"event_id":"x"'],
    ['not_json', 'two objects on a line', `${'{}'} {}`],
    ['not_json', 'NaN', '{"event_id":"n","ts":NaN}'],
    [
      'not_json',
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"event_id":"u","text":"'), Buffer.from([0xff, 0xc0]), Buffer.from('"}')]),
    ],
    ['not_json', 'a byte 0', Buffer.from('{"event_id":"z"\u0000}')],
    ['too_large', 'more than 64 KiB', lineOf({ text: 'x'.repeat(66_000) })],
    ['invalid_field', 'an array', '[1,2]'],
    ['invalid_field', 'a number', '42'],
    ['invalid_field', 'null', 'null'],
    ['unknown_type', 'a type nobody knows', lineOf({ type: 'dance' })],
    ['unknown_type', 'a type of the object prototype', lineOf({ type: 'constructor' })],
    ['unknown_type', 'a type of the object prototype', lineOf({ type: '__proto__' })],
    ['invalid_field', 'no event_id', lineOf({ event_id: undefined })],
    ['invalid_field', 'an event_id with a space', lineOf({ event_id: 'a b' })],
    ['invalid_field', 'an event_id of 65', lineOf({ event_id: 'x'.repeat(65) })],
    ['invalid_field', 'a stream_id with a slash', lineOf({ stream_id: '../x' })],
    ['invalid_field', 'a ts that is text', lineOf({ ts: String(NOW) })],
    ['invalid_field', 'a ts with a fraction', lineOf({ ts: NOW + 0.5 })],
    ['invalid_field', 'a ts of 1999', lineOf({ ts: 946_684_799_999 })],
    ['invalid_field', 'a ts of 2100', lineOf({ ts: 4_102_444_800_001 })],
    ['invalid_field', 'a ts beyond all numbers', lineOf().replace(/"ts":\d+/, '"ts":1e400')],
    ['future_ts', 'a ts a second too far ahead', lineOf({ ts: NOW + 61_000 })],
    ['invalid_field', 'no viewer', lineOf({ viewer_id: undefined })],
    ['invalid_field', 'a viewer of null', lineOf({ viewer_id: null })],
    ['invalid_field', 'a viewer of 129', lineOf({ viewer_id: 'v'.repeat(129) })],
    ['invalid_field', 'a viewer with a control character', lineOf({ viewer_id: 'a\u0000b' })],
    ['invalid_field', 'a text of nothing', lineOf({ text: '' })],
    ['invalid_field', 'a text of 501', lineOf({ text: '好'.repeat(501) })],
    ['invalid_field', 'a text that is an object', lineOf({ text: {} })],
    ['invalid_field', 'no likes', lineOf({ type: 'like', count: 0 })],
    ['invalid_field', 'a million and one likes', lineOf({ type: 'like', count: 1_000_001 })],
    ['invalid_field', 'fewer than nobody online', lineOf({ type: 'online_count', count: -1 })],
    [
      'invalid_field',
      'an order without an amount',
      lineOf({ type: 'order_paid', order_id: 'o', item_id: 'i', quantity: 1, currency: 'CNY' }),
    ],
    [
      'invalid_field',
      'an order in no currency',
      lineOf({ type: 'order_paid', order_id: 'o', item_id: 'i', quantity: 1, amount_minor: 1, currency: 'yuan' }),
    ],
    [
      'invalid_field',
      'money beyond 10¹³',
      lineOf({ type: 'order_paid', order_id: 'o', item_id: 'i', quantity: 1, amount_minor: 1e13 + 1, currency: 'CNY' }),
    ],
    ['invalid_field', 'a cue without an item', lineOf({ type: 'item_presented' })],
    ['invalid_field', 'a kind of host nobody knows', lineOf({ type: 'stream_started', host_kind: 'toString' })],
    ['invalid_field', '9 deep', lineOf({ more: JSON.parse(deep) as unknown })],
  ];

  it.each(cases)('is rejected as %s: %s', async (reason, _, bytes) => {
    const good = lineOf();
    const body = Buffer.concat([Buffer.from(`${good}\n`), Buffer.from(bytes), Buffer.from(`\n\n${lineOf()}\n`)]);
    const answer = await post(body);
    expect(answer).toMatchObject({ accepted: 2, duplicates: 0, rejected: [{ index: 1, reason }] });
    expect(answer.rejected[0]!.detail).toMatch(/\S/);
    expect(answer.rejected[0]!.detail).not.toContain('secret-viewer');
  });

  it('is what is left of what was sent: accepted + duplicates + rejected', async () => {
    const twice = lineOf();
    const answer = await post([twice, 'no', twice, lineOf(), '', '  ', '{}'].join('\n'));
    expect({ ...answer, rejected: answer.rejected.length }).toEqual({ accepted: 2, duplicates: 1, rejected: 2 });
  });

  it('is kept with its bytes, viewer ids blanked, for administrators alone', async () => {
    const mark = 'find-me-again';
    const bad = [
      lineOf({ type: mark }),
      `{"viewer_id":"secret-viewer","text":"${mark}`,
      `{"viewer_id" : "secret\\u002dviewer" , "x":"${mark}", "ts": "no"}`,
    ];
    await post(bad.join('\n'));
    const until = performance.now() + FLUSHED_WITHIN_MS;
    let letters: DeadLetter[] = [];
    while (letters.length < bad.length && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const all = await monitor.get<{ dead_letters: DeadLetter[] }>('/dead-letters?limit=1000');
      letters = all.dead_letters.filter(({ bytes }) => bytes.includes(mark));
    }
    expect(letters.map(({ reason }) => reason).sort()).toEqual(['invalid_field', 'not_json', 'unknown_type']);
    for (const { bytes, detail, origin, received_at } of letters) {
      expect(bytes + detail).not.toMatch(/secret/);
      expect([origin, received_at]).toEqual([expect.stringMatching(/^http:/), NOW]);
    }
    const reasons = await monitor.get<{ dead_letters: DeadLetter[] }>('/dead-letters?reason=future_ts');
    expect(new Set(reasons.dead_letters.map(({ reason }) => reason))).toEqual(new Set(['future_ts']));
    const analyst = await token({ role: 'analyst' });
    await expectProblem(await ask('/dead-letters', analyst), 403);
  }, 30_000);
});

describe('ids that objects have names for', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

  it.each(NAMES)(
    'are ids like any other: %s',
    async (name) => {
      const stream_id = name;
      const about = { stream_id, viewer_id: name, item_id: name };
      const order = { ...about, order_id: name, quantity: 2, amount_minor: 300, currency: 'CNY' };
      const started = NOW - 60_000;
      const events = [
        event({ ...about, type: 'enter', ts: started }),
        event({ ...about, type: 'item_presented', ts: started, title: name }),
        event({ ...about, type: 'item_click', ts: started + 1000, text: undefined }),
        event({ ...order, type: 'order_paid', ts: started + 2000, event_id: name }),
        event({
          ...order,
          type: 'order_paid',
          ts: started + 2500,
          event_id: `${name}-2`,
          order_id: 'valueOf',
          currency: 'EUR',
        }),
        event({ stream_id, type: 'stream_ended', ts: started + 10_000 }),
      ];
      expect(await post(JSON.stringify(events), { 'content-type': 'application/json' })).toMatchObject({
        accepted: events.length,
        rejected: [],
      });
      const closed = await monitor.fetch('/api/v1/streams/close', {
        method: 'POST',
        body: JSON.stringify({ stream_ids: [stream_id] }),
        headers: { 'content-type': 'application/json' },
      });
      expect(closed.status).toBe(200);
      const path = `/streams/${encodeURIComponent(stream_id)}`;
      const until = performance.now() + FLUSHED_WITHIN_MS;
      let status = 0;
      let stream: Record<string, unknown> = {};
      while (stream['status'] !== 'ended' && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const answer = await monitor.fetch(`/api/v1${path}`);
        status = answer.status;
        stream = (await answer.json()) as Record<string, unknown>;
      }
      expect([status, stream['status']]).toEqual([200, 'ended']);
      expect(stream).toMatchObject({
        viewers: 1,
        orders_paid: 2,
        units_paid: 4,
        gmv_minor: 300,
        other_money: { EUR: 300 },
      });
      const { items } = await monitor.get<{ items: Record<string, unknown>[] }>(`${path}/items`);
      expect(items).toMatchObject([{ item_id: name, title: name, item_clicks: 1, orders_paid: 2, clickers: 1 }]);
      const { points } = await monitor.get<{ points: { by_item: object }[] }>(`${path}/metrics?step=1h&by=item`);
      expect(Object.entries(points[0]!.by_item)).toEqual([[name, expect.objectContaining({ orders_paid: 2 })]]);
      const { presentations } = await monitor.get<{ presentations: object[] }>(`${path}/presentations`);
      expect(presentations).toMatchObject([{ item_id: name, credited_orders: 2, credited_gmv_minor: 300 }]);
    },
    30_000,
  );
});

describe('a body that cannot be taken', () => {
  const line = Buffer.from(`${JSON.stringify(event({ event_id: 'never-taken' }))}\n`);
  const tooLong = Buffer.alloc((10 << 20) + 1, 0x20);
  const cases: [string, number, Body, Record<string, string>][] = [
    ['no content type', 415, new Uint8Array(line), { 'content-type': '' }],
    ['text', 415, new Uint8Array(line), { 'content-type': 'text/plain' }],
    ['a form', 415, new Uint8Array(line), { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', 415, new Uint8Array(line), { 'content-type': 'application/json; charset=utf-16' }],
    ['another encoding', 415, new Uint8Array(line), { 'content-encoding': 'br' }],
    ['what is no gzip', 400, new Uint8Array(line), { 'content-encoding': 'gzip' }],
    ['half a gzip', 400, new Uint8Array(gzipSync(line).subarray(0, 30)), { 'content-encoding': 'gzip' }],
    ['a gzip bomb', 413, new Uint8Array(gzipSync(Buffer.alloc(200 << 20, 0x0a))), { 'content-encoding': 'gzip' }],
    ['10 MiB and a byte', 413, new Uint8Array(tooLong), {}],
    ['50,001 events', 413, '{}\n'.repeat(50_001), {}],
    ['50,001 events in an array', 413, `[${'{},'.repeat(50_000)}{}]`, { 'content-type': 'application/json' }],
    ['an object', 400, new Uint8Array(line), { 'content-type': 'application/json' }],
    ['half an array', 400, `[${line.toString()}`, { 'content-type': 'application/json' }],
    ['an array and more', 400, `[${line.toString()}] x`, { 'content-type': 'application/json' }],
    ['an array with a comma too many', 400, `[${line.toString()},]`, { 'content-type': 'application/json' }],
    ['an array with a word', 400, `[${line.toString()}, nonsense]`, { 'content-type': 'application/json' }],
    ['nothing where an array should be', 400, ' ', { 'content-type': 'application/json' }],
  ];

  it.each(cases)(
    'is refused whole: %s is %i',
    async (_, status, body, headers) => {
      const before = await taken();
      await expectProblem(await send(body, headers), status);
      expect(await taken()).toBe(before);
      await isAlive();
    },
    30_000,
  );

  // A client that reads nothing until all is sent once waited for ever: after the bomb the rest was not taken.
  it('is read to its end, so that who reads only after sending hears that it was refused', async () => {
    const body = Buffer.concat([gzipSync(Buffer.alloc(20 << 20, 0x0a)), gzipSync(randomBytes(8 << 20))]);
    const { hostname, port } = new URL(monitor.url);
    const head = [
      'POST /api/v1/events HTTP/1.1',
      `host: ${hostname}`,
      `authorization: Bearer ${ADMIN_TOKEN}`,
      'content-type: application/x-ndjson',
      'content-encoding: gzip',
      `content-length: ${body.length}`,
    ];
    const socket = connect(Number(port), hostname);
    try {
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      await new Promise((sent) => socket.write(body, sent));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    } finally {
      socket.destroy();
    }
  }, 30_000);

  it('of nothing at all is nothing, and fine', async () => {
    const nothing = { accepted: 0, duplicates: 0, rejected: [] };
    expect(await post('')).toEqual(nothing);
    expect(await post('\n\n \r\n')).toEqual(nothing);
    expect(await post('[]', { 'content-type': 'application/json' })).toEqual(nothing);
  });

  it('that came in good shape before is taken afterwards', async () => {
    expect(await post(new Uint8Array(line))).toMatchObject({ accepted: 1 });
  });

  it('is as large as may be, and taken', async () => {
    const answer = await post(new Uint8Array(gzipSync(`${'{}\n'.repeat(50_000)}`)), { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ accepted: 0, duplicates: 0 });
    expect(answer.rejected).toHaveLength(50_000);
  }, 30_000);
});

const token = (claims: { role: 'admin' | 'analyst' | 'ingest' | 'host'; streams?: string[] }): Promise<string> =>
  mintToken({ secret: SECRET, sub: 'someone', streams: ['*'], expires_s: 3600, ...claims }, { now: () => NOW });
const ask = (path: string, bearer: string, request: RequestInit = {}): Promise<Response> =>
  monitor.fetch(`/api/v1${path}`, {
    ...request,
    headers: { ...(request.headers as Record<string, string>), authorization: `Bearer ${bearer}` },
  });
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (header: object, claims: object, secret = SECRET, hash = 'sha256'): string => {
  const signed = `${base64(header)}.${base64(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
};

describe('a token that is none', () => {
  const claims = { sub: 'x', role: 'admin', streams: ['*'], exp: Math.floor(NOW / 1000) + 3600 };
  const HS256 = { alg: 'HS256', typ: 'JWT' };
  const cases: [string, string][] = [
    ['nothing', ''],
    ['nonsense', 'nonsense'],
    ['another secret', jwt(HS256, claims, 'another-secret-altogether')],
    ['expired', jwt(HS256, { ...claims, exp: Math.floor(NOW / 1000) - 3600 })],
    ['without an end', jwt(HS256, { ...claims, exp: undefined })],
    ['of no algorithm', `${base64({ alg: 'none' })}.${base64(claims)}.`],
    ['of no algorithm, signed', jwt({ alg: 'none' }, claims)],
    ['of another algorithm', jwt({ alg: 'HS512' }, claims, SECRET, 'sha512')],
    ['of a role nobody knows', jwt(HS256, { ...claims, role: 'constructor' })],
    ['without rooms', jwt(HS256, { ...claims, role: 'control_room', streams: undefined })],
    ['with rooms that are no list', jwt(HS256, { ...claims, streams: '*' })],
    ['without a name', jwt(HS256, { ...claims, sub: undefined })],
  ];
  it.each(cases)('is 401 before anything else: %s', async (_, bearer) => {
    await expectProblem(await ask('/streams?nonsense=1', bearer), 401);
    const posted = await ask('/events', bearer, {
      method: 'POST',
      body: 'no',
      headers: { 'content-type': 'text/plain' },
    });
    await expectProblem(posted, 401);
  });

  it('is fine when it is one', async () => {
    expect((await ask('/streams', jwt(HS256, claims))).status).toBe(200);
  });

  it('shows its own rooms alone, and writes to no other', async () => {
    await post(`${lineOf({ stream_id: 'brand.a1' })}\n${lineOf({ stream_id: 'brandXa2' })}`);
    const ingest = await token({ role: 'ingest', streams: ['brand.*'] });
    const posting = (stream_id: string): RequestInit => ({
      method: 'POST',
      body: `${lineOf({ stream_id: 'brand.a1' })}\n${lineOf({ stream_id })}`,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const before = await taken();
    await expectProblem(await ask('/events', ingest, posting('brandXa2')), 403);
    expect(await taken()).toBe(before);
    expect((await ask('/events', ingest, posting('brand.b'))).status).toBe(200);
    await expectProblem(await ask('/streams', ingest), 403);
    const host = await token({ role: 'analyst', streams: ['brand.*'] });
    await expectProblem(await ask('/streams/brandXa2', host), 404);
    await expectProblem(await ask('/streams/never-heard-of', host), 404);
  });
});

describe('a question that makes no sense', () => {
  const ROOM = '/streams/bad';
  const cases: [number, string][] = [
    ...['?limit=0', '?limit=1001', '?limit=-1', '?limit=1e2', '?limit=', '?limit=1&limit=2', '?cursor=nonsense'].map(
      (query): [number, string] => [400, `/streams${query}`],
    ),
    [400, `/streams?cursor=${base64({ __proto__: 1 })}`],
    [400, `/streams?cursor=${base64(['x', 1])}`],
    [400, '/streams?status=dead'],
    [400, '/streams?constructor=1'],
    [400, '/streams?status[]=live'],
    [400, `${ROOM}?x=1`],
    ...[
      'step=0s',
      'step=1',
      'step=2h',
      'step=1.5s',
      'step=-1s',
      'names=online,nonsense',
      'names=',
      'names=__proto__',
    ].map((query): [number, string] => [400, `${ROOM}/metrics?${query}`]),
    ...['by=viewer', 'from=yesterday', 'from=-1', 'to=1e3', 'from=2000&to=1000', 'from=99999999999999999'].map(
      (query): [number, string] => [400, `${ROOM}/metrics?${query}`],
    ),
    [400, `${ROOM}/retention?by=item`],
    [400, `${ROOM}/retention?cohort=0s`],
    [400, `${ROOM}/items?limit=0`],
    [400, `${ROOM}/items?limit=1001`],
    [400, `${ROOM}/presentations?cursor=nonsense`],
    [400, `${ROOM}/cues?since_seq=1`],
    [400, `${ROOM}/presentations?x`],
    [400, `${ROOM}/cues?x=1`],
    [400, `${ROOM}/alerts?since_seq=-1`],
    [400, `${ROOM}/alerts?limit=1001`],
    [400, `${ROOM}/alerts?cursor=x`],
    [400, '/dead-letters?reason=boredom'],
    [400, '/dead-letters?limit=0'],
    [400, '/dead-letters?cursor=%00'],
    [400, '/definitions?x=1'],
    [404, '/streams/nobody'],
    [404, '/streams/nobody/metrics'],
    [404, '/streams/nobody/items'],
    [404, '/streams/nobody/presentations'],
    [404, '/streams/nobody/retention'],
    [404, '/streams/nobody/alerts'],
    [404, '/streams/nobody/cues'],
    [404, `/streams/${'x'.repeat(5000)}`],
    [404, "/streams/'%20OR%201=1--"],
    [404, '/streams/%7Bstream_id%3AString%7D'],
    [404, '/streams/%00'],
    [400, '/streams/%ff'],
    [404, '/nonsense'],
  ];
  it.each(cases)('is %i: %s', async (status, path) => {
    await expectProblem(await monitor.fetch(`/api/v1${path}`), status);
  });

  it.each([
    ['PUT', '/events'],
    ['GET', '/events'],
    ['DELETE', '/streams'],
    ['POST', '/streams/bad'],
    ['PATCH', '/streams/bad/metrics'],
    ['DELETE', '/dead-letters'],
  ])('is 405 with what is allowed: %s %s', async (method, path) => {
    const answer = await monitor.fetch(`/api/v1${path}`, { method });
    expect(answer.headers.get('allow')).toMatch(/GET|POST/);
    await expectProblem(answer, 405);
  });

  const json = { 'content-type': 'application/json' };
  it.each([
    [400, '/streams/bad/cues', 'no json', json],
    [400, '/streams/bad/cues', '{"type":"stream_ended"}', json],
    [400, '/streams/bad/cues', '{"type":"item_presented"}', json],
    [400, '/streams/bad/cues', '{"type":"script_cue","label":"x","__proto__":{"a":1}}', json],
    [415, '/streams/bad/cues', '{}', { 'content-type': 'text/plain' }],
    [404, '/streams/nobody/cues', '{"type":"script_cue","label":"x"}', json],
    [404, '/streams/bad/alerts/nothing/ack', '{}', json],
    [400, '/streams/bad/alerts/nothing/ack', '{"outcome":"bored"}', json],
    [404, '/streams/bad/alerts/nothing/resolve', '', json],
    [400, '/streams/close', '{}', json],
    [400, '/streams/close', '{"stream_ids":[1]}', json],
    [413, '/streams/close', `{"stream_ids":["${'x'.repeat(70_000)}"]}`, json],
  ])('is %i to POST %s %s', async (status, path, body, headers) => {
    await expectProblem(await monitor.fetch(`/api/v1${path}`, { method: 'POST', body, headers }), status);
  });
});

describe('more than can be held at once', () => {
  it('is 429 with Retry-After and nothing taken, and what is sent again then is taken', async () => {
    const stalled = Array.from({ length: 12 }, () => announced(10 << 20));
    const body = `${lineOf()}\n${'\n'.repeat(9 << 20)}`;
    const before = await taken();
    const until = performance.now() + FLUSHED_WITHIN_MS;
    let answer = await send(body);
    for (let n = 1; answer.status === 200 && performance.now() < until; n++) {
      // Not all of the stalled ones have been heard yet.
      expect(await answer.json()).toMatchObject({ accepted: n === 1 ? 1 : 0 });
      answer = await send(body);
    }
    const takenByThen = await taken();
    expect(takenByThen - before).toBeLessThanOrEqual(1);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await expectProblem(answer, 429);
    await isAlive();

    for (const posting of stalled) posting.destroy();
    const again = `${lineOf()}\n${'\n'.repeat(9 << 20)}`;
    answer = await send(again);
    while (answer.status === 429 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      answer = await send(again);
    }
    expect(await answer.json()).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(await taken()).toBe(takenByThen + 1);
  }, 60_000);
});

/** A request that says how long its body is, and sends none of it. */
const announced = (bytes: number): ClientRequest => {
  const posting = request(`${monitor.url}/api/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/x-ndjson',
      'content-length': bytes,
    },
  });
  posting.on('error', () => undefined);
  posting.flushHeaders();
  return posting;
};
