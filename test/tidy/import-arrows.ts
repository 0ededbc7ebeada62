import { posix } from 'node:path';
import type { SourceFile } from './source-tree.js';
import { importsOf } from './syntax.js';

/** What one room may use: other rooms by `#name`, and packages. `any`: shells and programs do I/O with what they need. */
interface Allowed {
  readonly rooms: readonly string[];
  readonly packages: readonly string[] | 'any';
}

/** Hashing is arithmetic: the one thing of Node's that the core may use. */
const HASHING = 'node:crypto';
const RXJS = 'rxjs';
const core = (rooms: readonly string[], packages: readonly string[] = []): Allowed => ({ rooms, packages });
const shell = (...more: readonly string[]): Allowed => ({
  rooms: ['domain', 'config', 'observe', ...more],
  packages: 'any',
});

const LIBS: Readonly<Record<string, Allowed>> = {
  domain: core([]),
  decode: core(['domain'], [HASHING]),
  window: core(['domain']),
  metric: core(['domain', 'window']),
  detect: core(['domain'], [HASHING]),
  words: core(['domain'], ['@node-rs/jieba']),
  contract: core(['domain']),
  say: core(['domain']),
  simulate: core(['domain'], ['pure-rand']),
  ingest: shell(),
  store: shell(),
  push: shell('contract', 'say'),
  auth: shell(),
  config: shell(),
  observe: shell(),
};
export const PURE_CORE = Object.keys(LIBS).filter((lib) => LIBS[lib]!.packages !== 'any');

const APPS: Readonly<Record<string, Allowed>> = {
  monitor: { rooms: Object.keys(LIBS), packages: 'any' },
  cli: { rooms: Object.keys(LIBS), packages: 'any' },
  dashboard: core(['contract', 'domain', 'say'], ['radix-ui', 'react', 'react-dom', 'socket.io-client', 'uplot']),
};

/** Each import of a room's source that points where it must not, as `path: what is wrong`. A spec may use any lib, any package and the test kit. */
export const wrongArrows = (file: SourceFile): string[] => {
  const room = roomOf(file.path);
  if (room === null || !isInSource(file.path)) return [];
  const allowed = room.kind === 'libs' ? LIBS[room.name] : APPS[room.name];
  if (allowed === undefined) return [`${file.path}: ${room.kind}/${room.name} is not a room of ARCHITECTURE.md`];
  return importsOf(file)
    .map((specifier) => wrongIn(file.path, specifier, room, allowed))
    .filter((wrong) => wrong !== null)
    .map((wrong) => `${file.path}: ${wrong}`);
};

const wrongIn = (path: string, specifier: string, room: Room, allowed: Allowed): string | null => {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    if (target.startsWith(`${room.kind}/${room.name}/`)) return null;
    if (isTest(path) && target.startsWith('test/kit/')) return null;
    return `${specifier} leaves ${room.kind}/${room.name}`;
  }
  if (specifier.startsWith('#')) {
    const name = specifier.slice(1);
    if (!(name in LIBS)) return `${specifier} is not the front door of a lib`;
    return name !== room.name && (allowed.rooms.includes(name) || isTest(path))
      ? null
      : `${room.name} may not import ${specifier}`;
  }
  if (allowed.packages === 'any' || isTest(path)) return null;
  if (specifier === RXJS && path.endsWith('.operator.ts')) return null;
  const known = allowed.packages.some((each) => specifier === each || specifier.startsWith(`${each}/`));
  return known ? null : `${room.name} may not use ${specifier}`;
};

interface Room {
  readonly kind: 'libs' | 'apps';
  readonly name: string;
}

const roomOf = (path: string): Room | null => {
  const [kind, name] = path.split('/');
  return (kind === 'libs' || kind === 'apps') && name !== undefined ? { kind, name } : null;
};
const isInSource = (path: string): boolean => path.split('/')[2] === 'src';
const isTest = (path: string): boolean => /\.spec(-kit)?\.tsx?$/.test(path);
