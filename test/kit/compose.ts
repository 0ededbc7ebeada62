import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const FILE = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));

/** What tests ask of a service. */
export interface ComposeService {
  image?: string;
  environment?: Record<string, string | number>;
  volumes?: string[];
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas?: number };
}

/** docker-compose.yml as Compose reads it: merged, its variables replaced by `given`; throws where one that must be given is not. */
export const readCompose = (given: Readonly<Record<string, string>>): { services: Record<string, ComposeService> } =>
  parse(interpolated(readFileSync(FILE, 'utf8'), given), { merge: true }) as {
    services: Record<string, ComposeService>;
  };

const interpolated = (text: string, given: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, mark?: string, rest = '') => {
    const value = given[name];
    if (value !== undefined) return value;
    if (mark === '-') return String(rest);
    throw new Error(`${name} is not set: ${String(rest)}`);
  });

/** The environment that a service's program finds. */
export const environmentOf = (
  service: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(readCompose(given).services[service]?.environment ?? {}).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
