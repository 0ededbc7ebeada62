import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../kit/free-port.js';

/** What `npm install` builds and `npm start` runs. */
const PROGRAM = fileURLToPath(new URL('../../dist/apps/monitor/src/main.js', import.meta.url));
export const CRASH_TOKEN = 'the-administrator-of-crash-tests';
/** What every such monitor is told, for the same log to give the same rows. */
export const OF_EVERY_CRASH_MONITOR = {
  PSEUDONYM_KEY: 'the-same-viewers-in-every-run',
  FX_RATES: 'USD/CNY=7.125,JPY/CNY=0.045',
};
const START_WITHIN_MS = 60_000;
const POLL_MS = 50;
/** No connection is kept: a monitor that is killed and started again, or stands still, would be spoken to on one that is dead. */
const ONCE = { headers: { connection: 'close' } };

/** How a posted body was answered; `lost`: the monitor died over it, and nobody knows whether it was taken. */
export type Posted = { kind: 'taken'; accepted: number; duplicates: number; rejected: unknown[] } | { kind: 'lost' };

/** A whole monitor as it was built last, on a data folder that outlives its processes. */
export class CrashMonitor {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'tallylight-crash-'));
  /** One that was free at the first start, kept from then on. */
  #port: number | null = null;
  #child: ChildProcess | null = null;
  #log = '';

  /** `environment`: what it is told beside where it is. */
  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  /** Starts a process on what the last one left; resolves when it is ready, rejects with its output when it ends instead. */
  async start(): Promise<void> {
    await this.launch();
    await this.ready();
  }

  /** Resolves when the process that was launched is ready, rejects with its output when it ends instead. */
  async ready(): Promise<void> {
    const until = performance.now() + START_WITHIN_MS;
    while (performance.now() < until) {
      const exitCode = this.#child?.exitCode ?? null;
      if (exitCode !== null) throw new Error(`the monitor ended with ${exitCode}:\n${this.#log}`);
      const answer = await fetch(`${this.url}/readyz`, ONCE).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.ok === true) return;
      await sleep(POLL_MS);
    }
    throw new Error(`the monitor was not ready after ${START_WITHIN_MS} ms:\n${this.#log}`);
  }

  /** Starts a process and waits for nothing. */
  async launch(): Promise<void> {
    this.#port ??= await freePort();
    const env = {
      ...process.env,
      PORT: String(this.#port),
      DATA_DIR: this.#dataDir,
      ADMIN_TOKEN: CRASH_TOKEN,
      ...OF_EVERY_CRASH_MONITOR,
      LOG_LEVEL: 'warn',
      NODE_OPTIONS: '',
      ...this.environment,
    };
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: npm run build`);
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const output of [child.stdout, child.stderr]) output.on('data', (text) => (this.#log += String(text)));
    this.#child = child;
  }

  /** Outlives its processes; the store in it can be read while none runs. */
  get dataDir(): string {
    return this.#dataDir;
  }

  /** Where it is reached once it has been started. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Asks it to end; answers with its exit code. */
  async stop(): Promise<number | null> {
    await this.#end('SIGTERM');
    return this.#child?.exitCode ?? null;
  }

  /** `kill -9`, as sudden as it gets. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Sends it a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Lets the process stand still for so long, as on a machine that is busy with something else. */
  async freeze(ms: number): Promise<void> {
    this.signal('SIGSTOP');
    await sleep(ms);
    this.signal('SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** What its processes wrote. */
  get output(): string {
    return this.#log;
  }

  /** Posts events as NDJSON; waits and asks again while the monitor is overloaded. */
  async post(lines: readonly string[]): Promise<Posted> {
    for (;;) {
      const answer = await this.#fetch('/api/v1/events', {
        method: 'POST',
        body: `${lines.join('\n')}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      });
      if (answer === null) return { kind: 'lost' };
      if (answer.status === 200) {
        const body = await answer.json().catch(() => null);
        return body === null
          ? { kind: 'lost' }
          : { kind: 'taken', ...(body as Omit<Posted & { kind: 'taken' }, 'kind'>) };
      }
      if (answer.status !== 429 && answer.status !== 503) {
        throw new Error(`posting was answered ${answer.status}: ${await answer.text()}`);
      }
      await sleep(1000 * Number(answer.headers.get('retry-after') ?? 1));
    }
  }

  /** The JSON at a path under `/api/v1`, or `null` where there is nothing. */
  async get<T>(path: string): Promise<T | null> {
    const answer = await this.#fetch(`/api/v1${path}`, {});
    if (answer === null) throw new Error(`no answer to ${path}:\n${this.#log}`);
    if (answer.status === 404) return null;
    if (answer.status !== 200)
      throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}\n${this.#log}`);
    return (await answer.json()) as T;
  }

  /** A figure without labels that the monitor tells of itself; NaN where it does not. */
  async metric(name: string): Promise<number> {
    const told = await fetch(`${this.url}/metrics`, ONCE).then((answer) => answer.text());
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(told)?.[1]);
  }

  /** Waits until what `/readyz` answers is as wanted. */
  async readiness(wanted: (answer: string) => boolean): Promise<void> {
    const until = performance.now() + START_WITHIN_MS;
    let answer = '';
    while (performance.now() < until) {
      answer = await fetch(`${this.url}/readyz`, ONCE).then((response) => response.text());
      if (wanted(answer)) return;
      await sleep(POLL_MS);
    }
    throw new Error(`/readyz still answers ${answer}`);
  }

  /** Ends the process and forgets its data. */
  async discard(): Promise<void> {
    await this.kill();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #fetch(path: string, request: RequestInit): Promise<Response | null> {
    const headers = {
      ...ONCE.headers,
      ...(request.headers as Record<string, string>),
      authorization: `Bearer ${CRASH_TOKEN}`,
    };
    return fetch(`${this.url}${path}`, { ...request, headers }).catch(() => null);
  }
}
