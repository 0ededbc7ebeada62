import { DEFAULT_EVENT_TIME } from '#domain';
import type { Config, KafkaConfig, Role, TokenCheck } from './config.js';
import { fxRates } from './fx-rates.js';
import { flag, httpUrl, integer, list, oneOf, text } from './variable.js';
import type { Environment, Variable } from './variable.js';

/** Whoever has a secret that the environment does not give, or `null` for one he has not; `null`: nobody, it must be given. */
export type SecretSource = ((name: string) => string | null) | null;

/** `problems` has one line for each wrong variable: its name, what is wrong with the value, an example. */
export type ConfigOutcome =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

const DAY_MS = 86_400_000;
const SECRET_EXAMPLE = 'k3vD8qZr0m5xTf2sYb7uNc4wHj9eLa6g';

const PORT = integer('PORT', 0, 65_535, 3000);
const HOST = text('HOST', '127.0.0.1');
const DATA_DIR = text('DATA_DIR', './data');
const CLICKHOUSE_URL = httpUrl('CLICKHOUSE_URL', 'http://localhost:8123');
const CLICKHOUSE_USER = text('CLICKHOUSE_USER', 'default');
const CLICKHOUSE_PASSWORD = text('CLICKHOUSE_PASSWORD', 'secret');
const CLICKHOUSE_DATABASE: Variable<string> = {
  name: 'CLICKHOUSE_DATABASE',
  expected: 'a plain name',
  example: 'tallylight',
  read: (value) => (/^[A-Za-z_]\w{0,63}$/.test(value) ? value : undefined),
};
const KAFKA_BROKERS = list('KAFKA_BROKERS', 'host:port pairs between commas', 'kafka-1:9092,kafka-2:9092', (broker) =>
  /^[^\s:,]+:\d{1,5}$/.test(broker),
);
const KAFKA_TOPICS = list('KAFKA_TOPICS', 'topic names between commas', 'live.view,live.order', (topic) =>
  /^[\w.-]{1,249}$/.test(topic),
);
const KAFKA_GROUP_ID = text('KAFKA_GROUP_ID', 'tallylight');
const KAFKA_LIVE_PREFIX: Variable<string> = {
  name: 'KAFKA_LIVE_PREFIX',
  expected: 'the beginning of a topic name',
  example: 'live.',
  read: (value) => (/^[\w.-]{1,200}$/.test(value) ? value : undefined),
};
const SHARDED_STREAMS = list(
  'SHARDED_STREAMS',
  'stream ids between commas, * for any characters',
  'room-1,gala-*',
  (pattern) => /^[\w:.*-]{1,64}$/.test(pattern),
);
const KAFKA_SSL = flag('KAFKA_SSL');
const KAFKA_SASL_MECHANISM = oneOf(
  'KAFKA_SASL_MECHANISM',
  ['plain', 'scram-sha-256', 'scram-sha-512'],
  'scram-sha-512',
);
const KAFKA_SASL_USERNAME = text('KAFKA_SASL_USERNAME', 'tallylight');
const KAFKA_SASL_PASSWORD = text('KAFKA_SASL_PASSWORD', 'secret');
const ROLES: Variable<Role[]> = {
  name: 'ROLES',
  expected: 'all, or a list of processor, gateway',
  example: 'processor,gateway',
  read: (value) => {
    const names = value === 'all' ? ['processor', 'gateway'] : value.split(',').map((name) => name.trim());
    const roles = names.filter((name): name is Role => name === 'processor' || name === 'gateway');
    return roles.length === names.length ? [...new Set(roles)] : undefined;
  },
};
const AUTH_JWT_SECRET = text('AUTH_JWT_SECRET', SECRET_EXAMPLE, 16);
const AUTH_JWKS_URL = httpUrl('AUTH_JWKS_URL', 'https://login.example.com/.well-known/jwks.json');
const PSEUDONYM_KEY = text('PSEUDONYM_KEY', SECRET_EXAMPLE, 16);
const ADMIN_TOKEN = text('ADMIN_TOKEN', SECRET_EXAMPLE, 24);
const READY_LAG_MS = integer('READY_LAG_MS', 1, DAY_MS, 30_000);
const FX_RATES = fxRates('FX_RATES');
const LOG_LEVEL = oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info');
const JOURNAL_FSYNC = flag('JOURNAL_FSYNC');
const CHECKPOINT_MS = integer('CHECKPOINT_MS', 1000, 3_600_000, 30_000);
const OUT_OF_ORDER_MS = integer('OUT_OF_ORDER_MS', 0, 600_000, DEFAULT_EVENT_TIME.outOfOrderMs);
const ALLOWED_LATENESS_MS = integer('ALLOWED_LATENESS_MS', 0, 3_600_000, DEFAULT_EVENT_TIME.allowedLatenessMs);
const IDLE_INPUT_MS = integer('IDLE_INPUT_MS', 1, 3_600_000, DEFAULT_EVENT_TIME.idleInputMs);
const MAX_FUTURE_MS = integer('MAX_FUTURE_MS', 0, DAY_MS, DEFAULT_EVENT_TIME.maxFutureMs);
const PRESENCE_TIMEOUT_MS = integer('PRESENCE_TIMEOUT_MS', 1000, 3_600_000, DEFAULT_EVENT_TIME.presenceTimeoutMs);
const STREAM_IDLE_END_MS = integer('STREAM_IDLE_END_MS', 1000, 7 * DAY_MS, DEFAULT_EVENT_TIME.streamIdleEndMs);

const DEFAULT_TOPICS = ['live.danmaku', 'live.view', 'live.order', 'live.cue'];

/** Reads variables and keeps the problem of each wrong one. */
class Reader {
  readonly problems: string[] = [];
  constructor(private readonly environment: Environment) {}

  has(variable: Variable<unknown>): boolean {
    return (this.environment[variable.name] ?? '') !== '';
  }

  /** The variable's value; `fallback` where it is unset or wrong. */
  read<T, F>(variable: Variable<T>, fallback: F): T | F {
    const raw = this.environment[variable.name] ?? '';
    if (raw === '') return fallback;
    const value = variable.read(raw);
    if (value === undefined) this.refuse(variable, `must be ${variable.expected}`);
    return value ?? fallback;
  }

  /** The variable's value, without which the program cannot start, and `why`. */
  require<T>(variable: Variable<T>, why: string): T | '' {
    if (!this.has(variable)) this.refuse(variable, `is not set: ${why}`);
    return this.read(variable, '');
  }

  refuse(variable: Variable<unknown>, problem: string): void {
    this.problems.push(`${variable.name} ${problem}, for example ${variable.name}=${variable.example}`);
  }
}

const readKafka = (reader: Reader): KafkaConfig | null => {
  const brokers = reader.read(KAFKA_BROKERS, null);
  const mechanism = reader.read(KAFKA_SASL_MECHANISM, null);
  const kafka = {
    topics: reader.read(KAFKA_TOPICS, DEFAULT_TOPICS),
    groupId: reader.read(KAFKA_GROUP_ID, 'tallylight'),
    livePrefix: reader.read(KAFKA_LIVE_PREFIX, 'live.'),
    shardedStreams: reader.read(SHARDED_STREAMS, []),
    ssl: reader.read(KAFKA_SSL, false),
    sasl: mechanism && {
      mechanism,
      username: reader.require(KAFKA_SASL_USERNAME, 'KAFKA_SASL_MECHANISM asks for it'),
      password: reader.require(KAFKA_SASL_PASSWORD, 'KAFKA_SASL_MECHANISM asks for it'),
    },
  };
  return brokers && { brokers, ...kafka };
};

const readSecret = (reader: Reader, variable: Variable<string>, secrets: SecretSource): string => {
  if (secrets && !reader.has(variable)) {
    const secret = secrets(variable.name);
    if (secret === null) reader.refuse(variable, 'is not set, nor in DATA_DIR: set either as the monitor has it');
    return secret ?? '';
  }
  return reader.require(variable, 'with Kafka, or ROLES other than all, every process needs the same one');
};

const readTokenCheck = (reader: Reader, secrets: SecretSource): TokenCheck => {
  const url = reader.read(AUTH_JWKS_URL, null);
  if (url === null) return { kind: 'secret', secret: readSecret(reader, AUTH_JWT_SECRET, secrets) };
  if (reader.has(AUTH_JWT_SECRET)) reader.refuse(AUTH_JWT_SECRET, 'must not be set beside AUTH_JWKS_URL');
  return { kind: 'jwks', url };
};

/** What of a monitor's environment a program that talks to it must share. */
export type SharedOutcome<T> =
  { readonly kind: 'known'; readonly value: T } | { readonly kind: 'wrong'; readonly problems: readonly string[] };

const readShared = <T>(
  environment: Environment,
  keptIn: (dataDir: string) => SecretSource,
  read: (reader: Reader, secrets: SecretSource) => T,
): SharedOutcome<T> => {
  const reader = new Reader(environment);
  const dataDir = reader.read(DATA_DIR, './data');
  const value = read(reader, reader.has(KAFKA_BROKERS) ? null : keptIn(dataDir));
  const { problems } = reader;
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'known', value };
};

/** How the monitor of this environment checks tokens; `keptIn` makes no secret. */
export const readSharedTokenCheck = (
  environment: Environment,
  keptIn: (dataDir: string) => SecretSource,
): SharedOutcome<TokenCheck> => readShared(environment, keptIn, readTokenCheck);

/** The key by which the monitor of this environment hashes viewers; `keptIn` makes none. */
export const readSharedPseudonymKey = (
  environment: Environment,
  keptIn: (dataDir: string) => SecretSource,
): SharedOutcome<string> =>
  readShared(environment, keptIn, (reader, secrets) => readSecret(reader, PSEUDONYM_KEY, secrets));

/**
 * Reads the environment. `secretsOf(dataDir)` generates what may be generated: only where one process
 * works alone (all roles, no Kafka), since several must share the same secrets.
 */
export const readEnvironment = (
  environment: Environment,
  secretsOf: (dataDir: string) => (name: string) => string,
): ConfigOutcome => {
  const reader = new Reader(environment);
  const dataDir = reader.read(DATA_DIR, './data');
  const roles = reader.read(ROLES, ['processor', 'gateway'] as const);
  const kafka = readKafka(reader);
  const clickhouseUrl = reader.read(CLICKHOUSE_URL, null);
  const clickhouse = {
    user: reader.read(CLICKHOUSE_USER, 'default'),
    password: reader.read(CLICKHOUSE_PASSWORD, ''),
    database: reader.read(CLICKHOUSE_DATABASE, 'tallylight'),
  };
  const rest = {
    http: { host: reader.read(HOST, '127.0.0.1'), port: reader.read(PORT, 3000) },
    adminToken: reader.read(ADMIN_TOKEN, null),
    readyLagMs: reader.read(READY_LAG_MS, 30_000),
    fxRates: reader.read(FX_RATES, {}),
    logLevel: reader.read(LOG_LEVEL, 'info' as const),
    journalFsync: reader.read(JOURNAL_FSYNC, true),
    checkpointMs: reader.read(CHECKPOINT_MS, 30_000),
    eventTime: {
      outOfOrderMs: reader.read(OUT_OF_ORDER_MS, DEFAULT_EVENT_TIME.outOfOrderMs),
      allowedLatenessMs: reader.read(ALLOWED_LATENESS_MS, DEFAULT_EVENT_TIME.allowedLatenessMs),
      idleInputMs: reader.read(IDLE_INPUT_MS, DEFAULT_EVENT_TIME.idleInputMs),
      maxFutureMs: reader.read(MAX_FUTURE_MS, DEFAULT_EVENT_TIME.maxFutureMs),
      presenceTimeoutMs: reader.read(PRESENCE_TIMEOUT_MS, DEFAULT_EVENT_TIME.presenceTimeoutMs),
      streamIdleEndMs: reader.read(STREAM_IDLE_END_MS, DEFAULT_EVENT_TIME.streamIdleEndMs),
    },
  };
  const alone = kafka === null && roles.length === 2;
  if (roles.length < 2) {
    const why = 'ROLES other than all are several processes, which share it';
    if (kafka === null) reader.require(KAFKA_BROKERS, why);
    if (clickhouseUrl === null) reader.require(CLICKHOUSE_URL, why);
  }
  // Nothing is generated for a program that will not start.
  const secrets = alone && reader.problems.length === 0 ? secretsOf(dataDir) : alone ? () => '' : null;
  const tokenCheck = readTokenCheck(reader, secrets);
  const pseudonymKey = readSecret(reader, PSEUDONYM_KEY, secrets);
  if (reader.problems.length > 0) return { kind: 'wrong', problems: reader.problems };
  return {
    kind: 'config',
    config: {
      ...rest,
      dataDir,
      roles,
      kafka,
      clickhouse: clickhouseUrl === null ? null : { url: clickhouseUrl, ...clickhouse },
      tokenCheck,
      pseudonymKey,
    },
  };
};
