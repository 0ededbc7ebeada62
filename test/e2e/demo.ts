import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const DIST = resolve(import.meta.dirname, '../../dist/apps');
const CLI = join(DIST, 'cli/src/main.js');
const MONITOR = join(DIST, 'monitor/src/main.js');
const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;

/** `npm run demo` as built, in a data folder of its own; its monitor can be killed and started again without the demo. */
export class Demo {
  private monitor: ChildProcess | null = null;

  private constructor(
    private readonly demo: ChildProcess,
    private readonly dataDir: string,
    /** Where the page is, such as `http://127.0.0.1:3525`. */
    readonly origin: string,
    /** An administrator's. */
    readonly token: string,
  ) {}

  /** Answers when the demo has said where its page is. It takes a port near `port` that is free. */
  static async start(port: number): Promise<Demo> {
    const dataDir = mkdtempSync(join(tmpdir(), 'tallylight-e2e-'));
    const demo = spawn(process.execPath, [CLI, 'demo', '--port', String(port), '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const address = new Promise<URL>((found, failed) => {
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
        const url = /http:\S+token=\S+/.exec(said);
        if (url !== null) found(new URL(url[0]));
      };
      demo.stdout.on('data', hear);
      demo.stderr.on('data', hear);
      demo.once('exit', () => failed(new Error(`the demo ended:\n${said}`)));
    });
    const { origin, searchParams } = await address;
    return new Demo(demo, dataDir, origin, searchParams.get('token') ?? '');
  }

  /** What REST answers to `GET /api/v1<path>`. */
  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.origin}/api/v1${path}`, { headers: this.authorization });
    return (await answer.json()) as T;
  }

  async post(path: string, body: object): Promise<void> {
    const headers = { ...this.authorization, 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.origin}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** A token as `tally token` makes it for this monitor. */
  async mint(role: string, streams: string): Promise<string> {
    const environment = { ...process.env, DATA_DIR: this.dataDir };
    const args = [CLI, 'token', '--role', role, '--streams', streams];
    return (await promisify(execFile)(process.execPath, args, { env: environment })).stdout.trim();
  }

  /** Kills the monitor as a crash would; the demo then ends by itself. */
  async killMonitor(): Promise<void> {
    const ended = once(this.demo, 'exit');
    for (const pid of childrenOf(this.demo.pid)) process.kill(pid, 'SIGKILL');
    await ended;
  }

  /** Starts the monitor alone at the same place, over the same data. */
  async restartMonitor(): Promise<void> {
    const { port, hostname } = new URL(this.origin);
    const environment = { ...process.env, DATA_DIR: this.dataDir, PORT: port, HOST: hostname, LOG_LEVEL: 'warn' };
    this.monitor = spawn(process.execPath, [MONITOR], { env: environment, stdio: 'ignore' });
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      const ready = await fetch(`${this.origin}/readyz`).catch(() => null);
      await ready?.body?.cancel();
      if (ready?.ok === true) return;
      await sleep(POLL_MS);
    }
    throw new Error('the monitor did not get ready again');
  }

  async stop(): Promise<void> {
    for (const child of [this.demo, this.monitor]) {
      if (child === null || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private get authorization() {
    return { Authorization: `Bearer ${this.token}` };
  }
}

const childrenOf = (parent: number | undefined): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
