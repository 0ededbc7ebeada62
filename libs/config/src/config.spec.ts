import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from './index.js';
import type { Config, Environment } from './index.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tallylight-config-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const load = (environment: Environment) => loadConfig({ DATA_DIR: dataDir, ...environment });
const config = (environment: Environment): Config => {
  const outcome = load(environment);
  if (outcome.kind === 'wrong') throw new Error(outcome.problems.join('\n'));
  return outcome.config;
};
const problems = (environment: Environment): readonly string[] => {
  const outcome = load(environment);
  return outcome.kind === 'wrong' ? outcome.problems : [];
};

describe('the environment', () => {
  it('has a default for everything', () => {
    const { tokenCheck, pseudonymKey, ...rest } = config({});
    expect(rest).toEqual({
      http: { host: '127.0.0.1', port: 3000 },
      dataDir,
      clickhouse: null,
      kafka: null,
      roles: ['processor', 'gateway'],
      adminToken: null,
      readyLagMs: 30_000,
      fxRates: {},
      logLevel: 'info',
      journalFsync: true,
      checkpointMs: 30_000,
      eventTime: {
        outOfOrderMs: 2000,
        allowedLatenessMs: 60_000,
        idleInputMs: 10_000,
        maxFutureMs: 60_000,
        presenceTimeoutMs: 30_000,
        streamIdleEndMs: 1_800_000,
      },
    });
    expect(tokenCheck.kind).toBe('secret');
    expect(pseudonymKey.length).toBeGreaterThanOrEqual(32);
  });

  it('takes an empty value for an unset one', () => {
    expect(config({ PORT: '', CLICKHOUSE_URL: '' })).toMatchObject({ http: { port: 3000 }, clickhouse: null });
  });

  it('reads a ClickHouse server and exchange rates', () => {
    expect(
      config({ CLICKHOUSE_URL: 'http://ch:8123', CLICKHOUSE_USER: 'u', FX_RATES: 'USD/CNY=7.10, EUR/CNY=7.85' }),
    ).toMatchObject({
      clickhouse: { url: 'http://ch:8123', user: 'u', password: '', database: 'tallylight' },
      fxRates: { 'USD/CNY': '7.10', 'EUR/CNY': '7.85' },
    });
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '3000x'],
    ['CLICKHOUSE_URL', 'clickhouse'],
    ['KAFKA_BROKERS', 'kafka'],
    ['KAFKA_SSL', 'perhaps'],
    ['ROLES', 'all,gateway'],
    ['ADMIN_TOKEN', 'too-short'],
    ['AUTH_JWT_SECRET', 'short'],
    ['AUTH_JWKS_URL', 'ftp://keys'],
    ['FX_RATES', 'USD/CNY=0'],
    ['LOG_LEVEL', 'loud'],
    ['JOURNAL_FSYNC', '2'],
    ['OUT_OF_ORDER_MS', '-1'],
    ['ALLOWED_LATENESS_MS', '1.5'],
    ['READY_LAG_MS', '0'],
  ])('names %s=%s as wrong in one line with an example', (name, value) => {
    const found = problems({ AUTH_JWT_SECRET: 'x'.repeat(32), PSEUDONYM_KEY: 'y'.repeat(32), [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name} must be .+, for example ${name}=\\S+$`));
  });

  it('gives each wrong variable its own line and generates nothing for a program that will not start', () => {
    expect(problems({ PORT: 'x', READY_LAG_MS: 'y' })).toHaveLength(2);
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

describe('secrets', () => {
  it('are generated once, for the owner only, and outlive a restart', () => {
    const first = config({});
    expect(config({})).toEqual(first);
    const files = readdirSync(dataDir).sort();
    expect(files).toEqual(['auth_jwt_secret.secret', 'pseudonym_key.secret']);
    for (const file of files) expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
  });

  const SHARED = { KAFKA_BROKERS: 'k:9092', CLICKHOUSE_URL: 'http://ch:8123' };

  it.each([{ KAFKA_BROKERS: 'k:9092' }, { ...SHARED, ROLES: 'gateway' }])('must be given with %j', (environment) => {
    expect(problems(environment)).toEqual([
      expect.stringMatching(/^AUTH_JWT_SECRET is not set/),
      expect.stringMatching(/^PSEUDONYM_KEY is not set/),
    ]);
  });

  it('are not asked for where keys are published', () => {
    const keys = { AUTH_JWKS_URL: 'https://login.example.com/keys', PSEUDONYM_KEY: 'y'.repeat(32) };
    expect(config({ ...SHARED, ...keys, ROLES: 'gateway' }).tokenCheck).toEqual({
      kind: 'jwks',
      url: keys.AUTH_JWKS_URL,
    });
    expect(problems({ ...keys, AUTH_JWT_SECRET: 'x'.repeat(32) })).toHaveLength(1);
  });
});

describe('a process with some of the roles', () => {
  const secrets = { AUTH_JWT_SECRET: 'x'.repeat(32), PSEUDONYM_KEY: 'y'.repeat(32) };

  it.each(['processor', 'gateway'])(
    'as %s needs what the others share with it: Kafka and a ClickHouse server',
    (role) => {
      expect(problems({ ...secrets, ROLES: role })).toEqual([
        expect.stringMatching(/^KAFKA_BROKERS is not set: .+, for example KAFKA_BROKERS=/),
        expect.stringMatching(/^CLICKHOUSE_URL is not set: .+, for example CLICKHOUSE_URL=/),
      ]);
    },
  );
});
