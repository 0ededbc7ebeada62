import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { createLogger } from '#observe';
import { startMonitor } from '../../apps/monitor/src/monitor.js';

export const ADMIN_TOKEN = 'the-administrator-under-test';

/** A whole monitor in this process: real store, journal and door, on a clock that the test sets. */
export interface MonitorUnderTest {
  url: string;
  /** Wall clock, ms: append times come from it. */
  clock: { now: number };
  /** Asks with the administrator's token, unless `request` has another. */
  fetch(path: string, request?: RequestInit): Promise<Response>;
  /** The JSON at a path under `/api/v1`; throws where it is not 200. */
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

/** `environment` is beside what every such monitor has: a port and a data folder of its own. */
export const startMonitorApp = async (
  now: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<MonitorUnderTest> => {
  const directory = await mkdtemp(join(tmpdir(), 'tallylight-monitor-'));
  const outcome = loadConfig({
    PORT: '0',
    DATA_DIR: directory,
    ADMIN_TOKEN,
    JOURNAL_FSYNC: 'false',
    LOG_LEVEL: 'silent',
    ...environment,
  });
  if (outcome.kind === 'wrong') throw new Error(outcome.problems.join('\n'));
  const clock = { now };
  const crash = (error: unknown): never => {
    throw error;
  };
  const monitor = await startMonitor({
    config: outcome.config,
    clock: { now: () => clock.now },
    log: createLogger(outcome.config.logLevel),
    crash,
  });

  const ask = (path: string, request: RequestInit = {}): Promise<Response> =>
    fetch(`${monitor.url}${path}`, {
      ...request,
      // No connection is kept: while a test computes, this one process cannot keep its end of it.
      headers: {
        connection: 'close',
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(request.headers as Record<string, string>),
      },
    });
  return {
    url: monitor.url,
    clock,
    fetch: ask,
    get: async <T>(path: string) => {
      const answer = await ask(`/api/v1${path}`);
      if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    stop: async () => {
      await monitor.stop();
      await rm(directory, { recursive: true });
    },
  };
};
