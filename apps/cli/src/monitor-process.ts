import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Environment } from '#config';
import type { Clock } from '#domain';

const MONITOR = fileURLToPath(new URL('../../monitor/src/main.js', import.meta.url));
const READY_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 15_000;
const POLL_MS = 100;

/** A monitor started by this program, and stopped by it. */
export class MonitorProcess {
  readonly #child: ChildProcess;
  /** Resolves when it has ended, with what it ended with. */
  readonly ended: Promise<string>;

  /** Its log goes to standard error. In a process group of its own: Ctrl-C reaches this program first, which stops it in order. */
  constructor(environment: Environment) {
    this.#child = spawn(process.execPath, [MONITOR], { env: environment, stdio: ['ignore', 2, 2], detached: true });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /** Whether it is ready to serve at `url` in time; `false` as well when it ends or `stop` comes first. */
  async ready(url: string, clock: Clock, stop: AbortSignal): Promise<boolean> {
    const until = clock.now() + READY_WITHIN_MS;
    while (clock.now() < until && this.#isRunning() && !stop.aborted) {
      const answer = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(1_000) }).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.ok === true) return true;
      await sleep(POLL_MS);
    }
    return false;
  }

  /** Asks it to end, and insists when it does not. */
  async stop(): Promise<void> {
    if (!this.#isRunning()) return;
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await once(this.#child, 'exit');
    clearTimeout(patience);
  }

  #isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }
}
