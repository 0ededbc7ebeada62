import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret `name` of `dataDir`: 256 random bits, made at the first call and kept in a file that only its owner
 * may read, so that tokens and viewer hashes outlive a restart. The file appears whole or not at all.
 */
export const generatedSecret =
  (dataDir: string) =>
  (name: string): string => {
    const path = pathOf(dataDir, name);
    if (!existsSync(path)) writeSecret(dataDir, path, randomBytes(32).toString('base64url'));
    return readFileSync(path, 'utf8').trim();
  };

/** The secret `name` that was made in `dataDir`; `null` where none was. */
export const keptSecret =
  (dataDir: string) =>
  (name: string): string | null => {
    const path = pathOf(dataDir, name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
  };

const pathOf = (dataDir: string, name: string): string => join(dataDir, `${name.toLowerCase()}.secret`);

const writeSecret = (dataDir: string, path: string, secret: string): void => {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, 'w', 0o600);
  writeSync(file, `${secret}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
};
