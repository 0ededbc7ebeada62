import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpSink } from './http-sink.js';
import { closeStreams, type MonitorAddress } from './monitor-client.js';

type Behaviour = (request: IncomingMessage, body: string, response: ServerResponse) => void;

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

/** A server that behaves as told, request by request; the last behaviour stays. */
const monitorThat = async (...behaviours: Behaviour[]): Promise<MonitorAddress> => {
  let requests = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const behave = behaviours[Math.min(requests++, behaviours.length - 1)];
      behave?.(request, Buffer.concat(chunks).toString(), response);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    token: 'secret',
    backoff: { first_ms: 1, most_ms: 5, attempts_max: 4 },
    timeout_ms: 30_000,
  };
};

const takes: Behaviour = (_request, body, response) => {
  const lines = body.split('\n').length - 1;
  response.end(JSON.stringify({ accepted: lines - 1, duplicates: 0, rejected: [{ index: 0, reason: 'not_json' }] }));
};
const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_request, _body, response) => {
    response.writeHead(status, headers).end(JSON.stringify({ title: 'No', detail: 'because' }));
  };
const hangs: Behaviour = () => undefined;
const cutsOff: Behaviour = (request) => request.socket.destroy();

const never = new AbortController().signal;

const postTwo = async (monitor: MonitorAddress, stop: AbortSignal = never) => {
  const sink = new HttpSink(monitor, stop);
  await sink.sendLine(Buffer.from('{"a":1}'));
  await sink.sendLine(Buffer.from('nonsense'));
  return { outcome: await sink.flush(), totals: sink.totals };
};

describe('posting to a monitor', () => {
  it('sends NDJSON with its token, and counts what was taken and what was refused', async () => {
    const seen: string[] = [];
    const monitor = await monitorThat((request, body, response) => {
      seen.push(
        `${request.method} ${request.url}`,
        String(request.headers['content-type']),
        String(request.headers.authorization),
        body,
      );
      takes(request, body, response);
    });
    const { outcome, totals } = await postTwo(monitor);
    expect(outcome).toEqual({ kind: 'ok' });
    expect(totals).toEqual({ sent: 2, accepted: 1, duplicates: 0, rejected: { not_json: 1 }, retries: 0 });
    expect(seen).toEqual(['POST /api/v1/events', 'application/x-ndjson', 'Bearer secret', '{"a":1}\nnonsense\n']);
  });

  it('sends the same body again until it is acknowledged: after a cut, a hang, a 429 and a 503', async () => {
    const bodies: string[] = [];
    const noting =
      (behave: Behaviour): Behaviour =>
      (request, body, response) => {
        bodies.push(body);
        behave(request, body, response);
      };
    const monitor = await monitorThat(...[cutsOff, hangs, answers(429), answers(503), takes].map(noting));
    const backoff = { ...monitor.backoff, attempts_max: 100 };
    const { outcome, totals } = await postTwo({ ...monitor, backoff, timeout_ms: 300 });
    expect(outcome).toEqual({ kind: 'ok' });
    expect(totals.sent).toBe(2);
    // Four at least: on a busy machine an answer may come too late, and is asked for again.
    expect(totals.retries).toBeGreaterThanOrEqual(4);
    expect(new Set(bodies).size).toBe(1);
  });

  it('gives up after so many tries, and says what to look at', async () => {
    const { outcome, totals } = await postTwo(await monitorThat(cutsOff));
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('is the monitor running there?') });
    expect(totals.sent).toBe(0);
  });

  it('does not repeat what was refused', async () => {
    let requests = 0;
    const monitor = await monitorThat((...exchange) => {
      requests++;
      answers(403)(...exchange);
    });
    const { outcome } = await postTwo(monitor);
    expect(outcome).toEqual({ kind: 'failed', reason: 'the token does not cover this: because' });
    expect(requests).toBe(1);
  });

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController();
    const monitor = await monitorThat((...exchange) => {
      answers(429, { 'retry-after': '600' })(...exchange);
      stop.abort();
    });
    const { outcome } = await postTwo(monitor, stop.signal);
    expect(outcome).toEqual({ kind: 'failed', reason: 'stopped' });
  });

  it('closes streams, whatever the answer holds', async () => {
    let asked = '';
    const monitor = await monitorThat((request, body, response) => {
      asked = `${request.url} ${body}`;
      response.writeHead(204).end();
    });
    expect(await closeStreams(monitor, ['a', 'b'], never)).toMatchObject({ kind: 'taken' });
    expect(asked).toBe('/api/v1/streams/close {"stream_ids":["a","b"]}');
  });

  it('closes more streams than one request takes in several, and no more once one was refused', async () => {
    const asked: number[] = [];
    const counts: Behaviour = (_request, body, response) => {
      asked.push((JSON.parse(body) as { stream_ids: string[] }).stream_ids.length);
      response.end('{}');
    };
    const ids = Array.from({ length: 2_001 }, (_, at) => `room-${at}`);
    expect(await closeStreams(await monitorThat(counts), ids, never)).toMatchObject({ kind: 'taken' });
    expect(asked).toEqual([1_000, 1_000, 1]);
    asked.length = 0;
    server?.closeAllConnections();
    server?.close();
    expect(await closeStreams(await monitorThat(counts, answers(403)), ids, never)).toMatchObject({ kind: 'failed' });
    expect(asked).toEqual([1_000]);
  });
});
