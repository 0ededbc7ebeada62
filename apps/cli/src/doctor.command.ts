import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Kafka, logLevel } from 'kafkajs';
import { loadConfig, type Config } from '#config';
import { openClient, type StorePlace } from '#store';
import { EXIT, type ExitCode } from './exit-code.js';
import { isPortFree } from './free-port.js';
import type { Surroundings } from './surroundings.js';

/** What one check found; `todo` says how to put it right. */
interface Finding {
  check: string;
  ok: boolean;
  found: string;
  todo?: string;
}

const NODE_MIN = [20, 19] as const;
const KAFKA_TIMEOUT_MS = 5_000;

export const doctorCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('doctor')
    .description('check whether the monitor can run here, and say what to do where it cannot')
    .option('--json', 'for machines')
    .action(async ({ json }: { json?: true }) => {
      const findings = await examine(around);
      if (json === true) around.print(JSON.stringify({ ok: findings.every(({ ok }) => ok), findings }));
      else for (const finding of findings) around.print(lineOf(finding));
      finish(findings.every(({ ok }) => ok) ? EXIT.done : EXIT.failed);
    });
};

const examine = async ({ environment }: Surroundings): Promise<Finding[]> => {
  const outcome = loadConfig(environment);
  if (outcome.kind === 'wrong')
    return [
      nodeVersion(process.versions.node),
      ...outcome.problems.map((problem) => ({ check: 'environment', ok: false, found: problem, todo: 'correct it' })),
    ];
  const { config } = outcome;
  return [
    nodeVersion(process.versions.node),
    { check: 'environment', ok: true, found: 'every variable can be read' },
    dataDir(config),
    await port(config),
    config.clickhouse === null ? await embeddedStore() : await server({ kind: 'server', ...config.clickhouse }),
    ...(config.kafka === null ? [] : [await brokers(config.kafka)]),
  ];
};

export const nodeVersion = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return { check: 'node', ok, found: version, todo: `install Node ${NODE_MIN.join('.')} or newer` };
};

const dataDir = ({ dataDir: path }: Config): Finding => {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
    return { check: 'data folder', ok: true, found: path };
  } catch (error) {
    const todo = `set DATA_DIR to a folder that this user may write, or give it write access to ${path}`;
    return { check: 'data folder', ok: false, found: messageOf(error), todo };
  }
};

const port = async ({ http: { host, port: number } }: Config): Promise<Finding> => {
  const ok = await isPortFree(number, host);
  const found = `${host}:${number} is ${ok ? 'free' : 'taken, or not an address of this machine'}`;
  return { check: 'port', ok, found, todo: 'stop the program that listens there (the monitor itself?), or set PORT' };
};

/** Opened in a folder of its own: the real one may be in use by a running monitor. */
const embeddedStore = async (): Promise<Finding> => {
  const path = mkdtempSync(join(tmpdir(), 'tally-doctor-'));
  const todo =
    'run `npm install` again on this machine (the engine is a binary for its platform), or set CLICKHOUSE_URL';
  const finding = await store({ kind: 'embedded', path }, 'the embedded engine answers', todo);
  rmSync(path, { recursive: true, force: true });
  return finding;
};

const server = (place: StorePlace & { kind: 'server' }): Promise<Finding> =>
  store(place, `${place.url} answers`, 'start the ClickHouse server, or correct CLICKHOUSE_URL, _USER, _PASSWORD');

const store = async (place: StorePlace, found: string, todo: string): Promise<Finding> => {
  try {
    const client = await openClient(place);
    const ok = await client.healthy();
    await client.close();
    return { check: 'store', ok, found: ok ? found : 'opened, but it does not answer', todo };
  } catch (error) {
    return { check: 'store', ok: false, found: messageOf(error), todo };
  }
};

const brokers = async (kafka: NonNullable<Config['kafka']>): Promise<Finding> => {
  const todo =
    'start the brokers, or correct KAFKA_BROKERS, KAFKA_SSL, KAFKA_SASL_*; create the topics that are missing';
  const admin = new Kafka({
    clientId: 'tally-doctor',
    brokers: [...kafka.brokers],
    ssl: kafka.ssl,
    ...(kafka.sasl === null ? {} : { sasl: saslOf(kafka.sasl) }),
    logLevel: logLevel.NOTHING,
    connectionTimeout: KAFKA_TIMEOUT_MS,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const known = new Set(await admin.listTopics());
    const missing = kafka.topics.filter((topic) => !known.has(topic));
    const found =
      missing.length === 0 ? `${kafka.brokers.join(', ')}, all topics there` : `no topic ${missing.join(', ')}`;
    return { check: 'kafka', ok: missing.length === 0, found, todo };
  } catch (error) {
    return { check: 'kafka', ok: false, found: messageOf(error), todo };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};

/** kafkajs types each mechanism apart. */
const saslOf = ({ mechanism, username, password }: NonNullable<NonNullable<Config['kafka']>['sasl']>) => {
  if (mechanism === 'plain') return { mechanism, username, password } as const;
  if (mechanism === 'scram-sha-256') return { mechanism, username, password } as const;
  return { mechanism, username, password } as const;
};

const lineOf = ({ check, ok, found, todo }: Finding): string =>
  `${ok ? 'ok  ' : 'BAD '} ${check}: ${found}${ok || todo === undefined ? '' : `\n     → ${todo}`}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
