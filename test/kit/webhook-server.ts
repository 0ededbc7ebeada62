import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as the other side got it. */
export interface Called {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** How the other side behaves towards one call. */
export type Behaviour = (response: ServerResponse, call: Called) => void;

export const ok: Behaviour = (response) => response.end('{"errcode":0,"code":0}');
export const status =
  (code: number, body = '', headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(code, headers).end(body);
/** Answers nothing, for good. */
export const hang: Behaviour = () => undefined;
/** Answers 200, and takes nothing. */
export const lie: Behaviour = (response) => response.end('{"errcode":45009,"errmsg":"api freq out of limit"}');
/** Begins a body and breaks off. */
export const dieMidBody: Behaviour = (response) => {
  response.writeHead(200, { 'Content-Length': '100' });
  response.write('{"errcode":0', () => response.destroy());
};

/** A real HTTP server that keeps what it is sent, and behaves as told. */
export interface WebhookServer {
  readonly url: string;
  readonly calls: Called[];
  /** For every call from now on; `by path` where they differ. */
  behave(behaviour: Behaviour): void;
  /** Answers once so many calls have come. */
  heard(calls: number): Promise<void>;
  close(): Promise<void>;
}

export const startWebhookServer = async (): Promise<WebhookServer> => {
  const calls: Called[] = [];
  let behaviour: Behaviour = ok;
  let listeners: (() => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      for (const listener of listeners) listener();
      behaviour(response, call);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const heard = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (calls.length < count) return;
        listeners = listeners.filter((each) => each !== look);
        resolve();
      };
      listeners.push(look);
      look();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    behave: (next) => (behaviour = next),
    heard,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
};
