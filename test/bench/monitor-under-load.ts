import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#domain';
import { freePort } from '../kit/free-port.js';
import { MonitorProcess } from '../../apps/cli/src/monitor-process.js';

const HOST = '127.0.0.1';
export const ADMIN_TOKEN = 'the-administrator-of-the-bench';

/** A whole monitor in a process of its own, on a data folder that outlives its processes. */
export class MonitorUnderLoad {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'tallylight-bench-'));
  #process: MonitorProcess | null = null;
  #url = '';

  /** `environment`: what it is told beside where it is. */
  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  get url(): string {
    return this.#url;
  }

  get dataDir(): string {
    return this.#dataDir;
  }

  /** Starts it on what the last one left; answers how long it took to be ready, ms. */
  async start(): Promise<number> {
    const port = await freePort();
    this.#url = `http://${HOST}:${port}`;
    const place = { HOST, PORT: String(port), DATA_DIR: this.#dataDir, ADMIN_TOKEN };
    // As docker-compose.yml has it.
    const environment = { ...process.env, ...place, MALLOC_MMAP_THRESHOLD_: '131072' };
    const startedAt = performance.now();
    this.#process = new MonitorProcess({ ...environment, LOG_LEVEL: 'warn', NODE_OPTIONS: '', ...this.environment });
    const isReady = await this.#process.ready(this.#url, systemClock, new AbortController().signal);
    if (!isReady) throw new Error('the monitor did not become ready; its log above says why');
    return performance.now() - startedAt;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** Processor time of the monitor so far, all threads, s. */
  cpuSeconds(): Promise<number> {
    return this.metric('tallylight_process_cpu_seconds_total');
  }

  /** Memory that the monitor has of the machine. */
  residentBytes(): Promise<number> {
    return this.metric('tallylight_process_resident_memory_bytes');
  }

  /** A figure without labels that the monitor tells of itself. */
  async metric(name: string): Promise<number> {
    // A new connection each time: a kept one is closed as idle just when it is used.
    const text = await (await fetch(`${this.#url}/metrics`, { headers: { connection: 'close' } })).text();
    const found = new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`the monitor does not tell ${name}`);
    return Number(found);
  }

  /** Its processor time from now on for `ms`, in percent of a core. */
  async shareOfCore(ms: number): Promise<number> {
    const before = await this.cpuSeconds();
    const startedAt = performance.now();
    await sleep(ms);
    const after = await this.cpuSeconds();
    return (100_000 * (after - before)) / (performance.now() - startedAt);
  }

  /** Ends the process and forgets its data. */
  async discard(): Promise<void> {
    await this.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

const HEADERS = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${ADMIN_TOKEN}` };

/**
 * Posts NDJSON until it is taken: a server that says 429 is asked again when it says. On a new connection each time: on a
 * crowded machine a kept one was closed as idle by the server just when the next body was on its way.
 */
export const post = async (url: string, body: Buffer): Promise<void> => {
  for (;;) {
    const answer = await postOnce(`${url}/api/v1/events`, body);
    if (answer.statusCode === 200) return;
    if (answer.statusCode !== 429) throw new Error(`posting was answered ${answer.statusCode}`);
    await sleep(1000 * Number(answer.headers['retry-after'] ?? 1));
  }
};

const postOnce = (url: string, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { ...HEADERS, 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent: false, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer));
      answer.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });

/** Posts each list of bodies in its order, one list a connection, all at once; answers when all of them are taken. */
export const postLanes = async (url: string, lanes: readonly (readonly Buffer[])[]): Promise<void> => {
  await Promise.all(
    lanes.map(async (bodies) => {
      for (const body of bodies) await post(url, body);
    }),
  );
};
